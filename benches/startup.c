/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Measures the time from dlopen to the first result in a process, for libdiskprobe, libvirt or
 * libblkid.
 *
 * usage: startup ours|libvirt|libblkid LIBRARY IMAGE        prints nanoseconds
 */
#define _GNU_SOURCE
#include "bench.h"
#include <blkid/blkid.h>
#include <diskprobe.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static bool ours(const char *name, const char *image)
{
    void *library = dlopen(name, RTLD_NOW);
    if (!library)
        return false;
    __typeof__(&diskprobe_probe_path) probe =
        (__typeof__(probe))dlsym(library, "diskprobe_probe_path");
    diskprobe_image *answer;
    return probe && probe(image, NULL, &answer, NULL) == DISKPROBE_STATUS_OK;
}

static bool libvirt(const char *image)
{
    struct libvirt functions;
    int fd = openat(AT_FDCWD, image, O_RDONLY | O_CLOEXEC);
    return load_libvirt(&functions) && functions.from_fd(image, fd, VIR_STORAGE_FILE_AUTO);
}

static bool libblkid(const char *name, const char *image)
{
    void *library = dlopen(name, RTLD_NOW);
    if (!library)
        return false;
    __typeof__(&blkid_new_probe_from_filename) open =
        (__typeof__(open))dlsym(library, "blkid_new_probe_from_filename");
    __typeof__(&blkid_do_safeprobe) probe = (__typeof__(probe))dlsym(library, "blkid_do_safeprobe");
    blkid_probe handle = open && probe ? open(image) : NULL;
    return handle && probe(handle) >= 0;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: startup ours|libvirt|libblkid LIBRARY IMAGE\n");
        return 2;
    }
    double start = nanoseconds_now();
    bool done = strcmp(argv[1], "ours") == 0      ? ours(argv[2], argv[3])
                : strcmp(argv[1], "libvirt") == 0 ? libvirt(argv[3])
                                                  : libblkid(argv[2], argv[3]);
    double taken = nanoseconds_now() - start;
    if (!done) {
        fprintf(stderr, "startup: %s: no answer\n", argv[1]);
        return 1;
    }
    printf("%.0f\n", taken);
    return 0;
}
