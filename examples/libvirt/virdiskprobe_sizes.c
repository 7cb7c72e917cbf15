/*
 * virdiskprobe_sizes.c: sizes of files and devices, without reading images
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"


/* Sets the size of the open file, whose offset does not change, or else the size from stat. */
static int
virDiskprobePhysical(virStorageSource *src,
                     int fd,
                     struct stat const *sb)
{
    g_autoptr(diskprobe_options) options = NULL;
    g_autoptr(diskprobe_image) image = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    uint64_t size = 0;

    if (S_ISREG(sb->st_mode) || (fd < 0 && !S_ISDIR(sb->st_mode))) {
        src->physical = sb->st_size;
        return 0;
    }

    /* Directories and character devices have no size. */
    if (!S_ISBLK(sb->st_mode)) {
        src->physical = 0;
        return 0;
    }

    options = virDiskprobeOptions(VIR_STORAGE_FILE_RAW);
    if (diskprobe_probe_fd(fd, options, &image, &error) != DISKPROBE_STATUS_OK)
        return virDiskprobeReport(src->path, error);

    diskprobe_image_physical_size(image, &size);
    src->physical = size;
    return 0;
}


int
virStorageSourceUpdatePhysicalSize(virStorageSource *src,
                                   int fd,
                                   struct stat const *sb)
{
    return virDiskprobePhysical(src, fd, sb);
}


int
virStorageSourceUpdateBackingSizes(virStorageSource *src,
                                   int fd,
                                   struct stat const *sb)
{
    if (virDiskprobePhysical(src, fd, sb) < 0)
        return -1;

    src->capacity = src->physical;
    src->allocation = src->physical;
    if (S_ISREG(sb->st_mode) || (fd < 0 && !S_ISDIR(sb->st_mode)))
        src->allocation = (unsigned long long)sb->st_blocks * 512;

    return 0;
}
