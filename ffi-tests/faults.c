/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Probes at the limit on descriptors fail, and probes that succeed or fail leave no descriptor
 * open. */
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Returns the number of open descriptors below a limit. */
static int descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void limit_reached(void)
{
    struct rlimit before, none;
    diskprobe_image *image = NULL;
    diskprobe_error *error;
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none = before;
    none.rlim_cur = 0;
    /* Open files can be probed, but no further file can be opened. */
    int fd = open(image_name("disk.qcow2"), O_RDONLY);
    CHECK(fd >= 0 && setrlimit(RLIMIT_NOFILE, &none) == 0);
    const char *path = image_name("disk.qcow2");
    diskprobe_status by_path = diskprobe_probe_path(path, NULL, &image, &error);
    diskprobe_status by_fd = diskprobe_probe_fd(fd, NULL, &image, NULL);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(by_path == DISKPROBE_STATUS_IO && diskprobe_error_errno(error) == EMFILE);
    CHECK(by_fd == DISKPROBE_STATUS_OK);
    diskprobe_error_free(error);
    diskprobe_image_free(image);
    close(fd);
}

TEST
{
    diskprobe_image *image;
    int before = descriptors();
    limit_reached();
    for (int round = 0; round < 10; round++) {
        diskprobe_image_free(probe("disk.qcow2"));
        diskprobe_image_free(probe("luks.qcow2"));
        CHECK_FAILS(diskprobe_probe_path(image_name("absent"), NULL, &image, &error), NOT_FOUND);
        CHECK_FAILS(diskprobe_probe_path(check_directory, NULL, &image, &error), UNSUPPORTED_FILE);
        CHECK_FAILS(diskprobe_probe_path("/dev/null", NULL, &image, &error), UNSUPPORTED_FILE);
        diskprobe_options *options = diskprobe_options_new();
        CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_VDI) == DISKPROBE_STATUS_OK);
        const char *path = image_name("disk.qcow2");
        CHECK_FAILS(diskprobe_probe_path(path, options, &image, &error), WRONG_FORMAT);
        diskprobe_options_free(options);
    }
    CHECK(descriptors() == before);
}
