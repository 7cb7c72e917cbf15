/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A descriptor keeps its offset and locks, and stays open. An unusable descriptor is rejected. */
#define _GNU_SOURCE
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void refused(int fd, diskprobe_status status)
{
    diskprobe_image *image;
    diskprobe_error *error;
    CHECK(diskprobe_probe_fd(fd, NULL, &image, &error) == status);
    CHECK(!image && diskprobe_error_status(error) == status);
    diskprobe_error_free(error);
}

/* Returns whether another process sees a lock on the image. A process does not see its own
 * locks. */
static bool locked(void)
{
    int status;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(image_name("disk.qcow2"), O_RDWR);
        _exit(fd < 0 || fcntl(fd, F_GETLK, &lock) != 0 ? 2 : lock.l_type != F_UNLCK);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) < 2);
    return WEXITSTATUS(status) == 1;
}

/* Closing any descriptor of the file releases record locks, so no descriptor was closed. */
static void locks_are_kept(void)
{
    diskprobe_image *image;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(image_name("disk.qcow2"), O_RDWR), other = open(image_name("disk.qcow2"), O_RDWR);
    CHECK(fd >= 0 && other >= 0 && !locked());
    CHECK(fcntl(fd, F_SETLK, &lock) == 0 && locked());
    CHECK(diskprobe_probe_fd(fd, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(locked());
    diskprobe_image_free(image);
    diskprobe_chain *chain;
    CHECK(diskprobe_chain_open_fd(fd, image_name("disk.qcow2"), NULL, &chain, NULL, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(locked());
    diskprobe_chain_free(chain);
    lock.l_type = F_UNLCK;
    CHECK(fcntl(fd, F_SETLK, &lock) == 0 && !locked());

    /* The image of a running VM, locked by another process, is read. */
    struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    CHECK(fcntl(other, F_OFD_SETLK, &held) == 0);
    CHECK(diskprobe_probe_fd(fd, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    diskprobe_image_free(probe("disk.qcow2"));
    close(other);
    close(fd);
}

TEST
{
    locks_are_kept();

    diskprobe_image *image;
    int fds[2], fd = open(image_name("disk.qcow2"), O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 12345, SEEK_SET) == 12345);
    CHECK(diskprobe_probe_fd(fd, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    diskprobe_image_free(image);
    CHECK(lseek(fd, 0, SEEK_CUR) == 12345);
    CHECK(close(fd) == 0);

    /* A closed descriptor, and one that is not open for reading. */
    diskprobe_error *error;
    CHECK(diskprobe_probe_fd(fd, NULL, &image, &error) == DISKPROBE_STATUS_IO);
    CHECK(diskprobe_error_errno(error) == EBADF);
    diskprobe_error_free(error);
    fd = open(image_name("disk.qcow2"), O_WRONLY);
    CHECK(fd >= 0);
    refused(fd, DISKPROBE_STATUS_IO);
    close(fd);

    CHECK(pipe(fds) == 0);
    refused(fds[0], DISKPROBE_STATUS_UNSUPPORTED_FILE);
    close(fds[0]);
    close(fds[1]);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    refused(fds[0], DISKPROBE_STATUS_UNSUPPORTED_FILE);
    close(fds[0]);
    close(fds[1]);
    fd = open("/dev/zero", O_RDONLY);
    CHECK(fd >= 0);
    refused(fd, DISKPROBE_STATUS_UNSUPPORTED_FILE);
    close(fd);
    fd = open(check_directory, O_RDONLY | O_DIRECTORY);
    CHECK(fd >= 0);
    refused(fd, DISKPROBE_STATUS_UNSUPPORTED_FILE);
    close(fd);
}
