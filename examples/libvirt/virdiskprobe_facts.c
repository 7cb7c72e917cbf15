/*
 * virdiskprobe_facts.c: the facts of an image as fields of a virStorageSource
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"

/* libvirt's payload offset is in sectors. */
#define SECTOR_SIZE 512


int
virDiskprobeFormatToLibvirt(diskprobe_format format)
{
    int known = virStorageFileFormatTypeFromString(diskprobe_format_to_libvirt_string(format));

    return known < 0 ? VIR_STORAGE_FILE_NONE : known;
}


bool
virDiskprobeFormatFromLibvirt(int format,
                              diskprobe_format *known)
{
    const char *name = format < 0 ? NULL : virStorageFileFormatTypeToString(format);

    return diskprobe_format_from_libvirt_string(name, known);
}


/* libvirt determines the size of a raw image itself. */
static unsigned long long
virDiskprobeCapacity(const diskprobe_image *image)
{
    diskprobe_format format = diskprobe_image_format(image);
    uint64_t size = 0;

    if (format != DISKPROBE_FORMAT_RAW &&
        format != DISKPROBE_FORMAT_LUKS &&
        format != DISKPROBE_FORMAT_DIR)
        diskprobe_image_virtual_size(image, &size);

    return size;
}


/* Only features that have an element in the XML of a volume. */
static virBitmap *
virDiskprobeFeatures(const diskprobe_image *image)
{
    static const struct {
        diskprobe_feature theirs;
        virStorageFileFeature ours;
    } features[] = {
        { DISKPROBE_FEATURE_LAZY_REFCOUNTS, VIR_STORAGE_FILE_FEATURE_LAZY_REFCOUNTS },
        { DISKPROBE_FEATURE_EXTENDED_L2, VIR_STORAGE_FILE_FEATURE_EXTENDED_L2 },
        { DISKPROBE_FEATURE_DATA_FILE, VIR_STORAGE_FILE_FEATURE_DATA_FILE },
    };
    virBitmap *found = virBitmapNew(VIR_STORAGE_FILE_FEATURE_LAST);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(features); i++) {
        if (diskprobe_image_has_feature(image, features[i].theirs))
            ignore_value(virBitmapSetBit(found, features[i].ours));
    }

    return found;
}


int
virDiskprobeSetEncryption(virStorageSource *src,
                          const diskprobe_image *image)
{
    diskprobe_encryption method = diskprobe_image_encryption(image);
    int format = VIR_STORAGE_ENCRYPTION_FORMAT_LUKS;
    int payload = -1;
    uint64_t offset;

    if (method == DISKPROBE_ENCRYPTION_AES) {
        format = VIR_STORAGE_ENCRYPTION_FORMAT_QCOW;
    } else if (method != DISKPROBE_ENCRYPTION_LUKS) {
        /* No encryption, or one that QEMU does not support and libvirt has no secret for. */
        return 0;
    }

    /* Only for the format LUKS: in other formats, the capacity already excludes the LUKS header. */
    if (diskprobe_image_format(image) == DISKPROBE_FORMAT_LUKS &&
        diskprobe_image_encryption_payload_offset(image, &offset) &&
        offset / SECTOR_SIZE <= INT_MAX)
        payload = offset / SECTOR_SIZE;

    if (!src->encryption) {
        src->encryption = g_new0(virStorageEncryption, 1);
        src->encryption->format = format;
    } else if (src->encryption->format != format) {
        virReportError(VIR_ERR_XML_ERROR,
                       _("encryption format %1$d doesn't match expected format %2$d"),
                       src->encryption->format, format);
        return -1;
    }

    src->encryption->payload_offset = payload;
    return 0;
}


/* A recorded format that libvirt does not know is raw. */
static int
virDiskprobeBackingFormat(const diskprobe_image *image)
{
    const char *name = diskprobe_image_backing_format_name(image, NULL);
    diskprobe_format implied;
    int format;

    if (!diskprobe_image_backing_format(image, &implied))
        return VIR_STORAGE_FILE_AUTO;
    if (!name)
        return virDiskprobeFormatToLibvirt(implied);

    format = virStorageFileFormatTypeFromString(name);
    return format > VIR_STORAGE_FILE_NONE ? format : VIR_STORAGE_FILE_RAW;
}


int
virDiskprobeSetFacts(virStorageSource *src,
                     const diskprobe_image *image)
{
    bool isQcow2 = diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2;
    const char *compat = diskprobe_image_compat(image);
    uint64_t size = 0;

    src->capacity = virDiskprobeCapacity(image);

    /* Other formats have clusters too, but only qcow2 images can be created with a cluster size. */
    if (isQcow2)
        diskprobe_image_cluster_size(image, &size);
    src->clusterSize = size;

    g_clear_pointer(&src->compat, g_free);
    g_clear_pointer(&src->features, virBitmapFree);
    /* No value in libvirt means 0.10, which has no features. */
    if (isQcow2 && compat && STRNEQ(compat, "0.10")) {
        src->compat = g_strdup(compat);
        src->features = virDiskprobeFeatures(image);
    }

    g_free(src->backingStoreRaw);
    src->backingStoreRaw = g_strdup(diskprobe_image_backing_location(image, NULL));
    src->backingStoreRawFormat = VIR_STORAGE_FILE_NONE;
    if (src->backingStoreRaw)
        src->backingStoreRawFormat = virDiskprobeBackingFormat(image);

    g_free(src->dataFileRaw);
    src->dataFileRaw = g_strdup(diskprobe_image_data_file_location(image, NULL));

    return virDiskprobeSetEncryption(src, image);
}
