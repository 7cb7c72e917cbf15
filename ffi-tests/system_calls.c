/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Probes by path: the first in a process, another one, and one with options. Each is between two
 * calls of getppid, which nothing else makes. The runner traces the program and counts the system
 * calls in between. */
#define _GNU_SOURCE
#include "check.h"
#include <sys/syscall.h>
#include <unistd.h>

enum { PROBES = 3 };

TEST
{
    const char *path = image_name("disk.qcow2");
    diskprobe_image *images[PROBES];

    /* The first use of the heap needs three system calls. */
    diskprobe_options *options = diskprobe_options_new();
    for (int i = 0; i < PROBES; i++) {
        const diskprobe_options *known = i == 2 ? options : NULL;
        syscall(SYS_getppid);
        diskprobe_status status = diskprobe_probe_path(path, known, &images[i], NULL);
        syscall(SYS_getppid);
        CHECK(status == DISKPROBE_STATUS_OK);
    }
    for (int i = 0; i < PROBES; i++) {
        CHECK_TEXT(diskprobe_image_backing_location(images[i], NULL), "base.raw");
        diskprobe_image_free(images[i]);
    }
    diskprobe_options_free(options);
}
