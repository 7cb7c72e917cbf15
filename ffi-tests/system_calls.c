/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Probes by path twice, each time between two calls of getppid, which nothing else here makes.
 * The runner traces it and counts what lies between. */
#define _GNU_SOURCE
#include "check.h"
#include <sys/syscall.h>
#include <unistd.h>

TEST
{
    const char *path = image_name("disk.qcow2");
    diskprobe_image *images[2];

    /* The first use of the heap costs a process three system calls, whoever makes it. */
    free(malloc(1));
    for (int i = 0; i < 2; i++) {
        syscall(SYS_getppid);
        diskprobe_status status = diskprobe_probe_path(path, NULL, &images[i], NULL);
        syscall(SYS_getppid);
        CHECK(status == DISKPROBE_STATUS_OK);
    }
    for (int i = 0; i < 2; i++) {
        CHECK_TEXT(diskprobe_image_backing_location(images[i], NULL), "base.raw");
        diskprobe_image_free(images[i]);
    }
}
