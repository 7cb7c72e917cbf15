/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A file of more than 4 GiB with a time after 2038, through each interface that opens files. */
#include "chain.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t SIZE = (5ull << 30) + 512;
static const time_t LATE = 2840140800; /* 2060 */

static char directory[] = "/tmp/diskprobe-large.XXXXXX";
static char name[sizeof directory + 16];

static void check_size(const diskprobe_image *image)
{
    uint64_t size;
    CHECK(diskprobe_image_virtual_size(image, &size) && size == SIZE);
    CHECK(diskprobe_image_physical_size(image, &size) && size == SIZE);
}

static void make(void)
{
    CHECK(mkdtemp(directory));
    snprintf(name, sizeof name, "%s/large.raw", directory);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct timespec times[] = {{LATE, 0}, {LATE, 0}};
    struct stat now;
    CHECK(fd >= 0 && ftruncate(fd, (off_t)SIZE) == 0 && futimens(fd, times) == 0);
    /* Some file systems cannot store this time. */
    CHECK(fstat(fd, &now) == 0);
    if (now.st_mtime != LATE)
        printf("without a time after 2038\n");
    close(fd);
}

static void by_path_and_descriptor(void)
{
    diskprobe_image *image;
    CHECK(diskprobe_probe_path(name, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    check_size(image);
    diskprobe_image_free(image);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    CHECK(diskprobe_probe_fd(fd, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    check_size(image);
    diskprobe_image_free(image);
    close(fd);
}

static void in_chain(const char *root)
{
    diskprobe_chain *chain;
    diskprobe_chain_options *options = diskprobe_chain_options_new();
    CHECK(diskprobe_chain_options_set_root(options, root) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_chain_open_path(name, options, &chain, NULL, NULL) == DISKPROBE_STATUS_OK);
    check_size(diskprobe_chain_element_image(chain, 0));
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(options);
}

static bool take(void *results, const char *path, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    (void)path, (void)length, (void)error;
    CHECK(status == DISKPROBE_STATUS_OK);
    check_size(image);
    ++*(unsigned *)results;
    return true;
}

TEST
{
    make();
    by_path_and_descriptor();
    in_chain(NULL);
    in_chain(directory);
    const char *const directories[] = {directory};
    unsigned results = 0;
    CHECK(diskprobe_scan(directories, 1, NULL, take, &results, NULL) == DISKPROBE_STATUS_OK);
    CHECK(results == 1);
    CHECK(unlink(name) == 0 && rmdir(directory) == 0);
}
