/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The facts of an image, as fields of a virStorageSource. */

#include "virdiskprobe.h"

/* libvirt counts where a payload starts in sectors. */
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


/* Of a raw image, the file's size is libvirt's own to find out. */
static unsigned long long
virDiskprobeCapacity(const diskprobe_image *image)
{
    uint64_t size = 0;

    switch ((int)diskprobe_image_format(image)) {
    case DISKPROBE_FORMAT_RAW:
    case DISKPROBE_FORMAT_LUKS:
    case DISKPROBE_FORMAT_DIR:
        return 0;
    default:
        diskprobe_image_virtual_size(image, &size);
        return size;
    }
}


/* Only what the XML of a volume has an element for. */
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
    int format;
    int payload = -1;
    uint64_t offset;

    switch ((int)diskprobe_image_encryption(image)) {
    case DISKPROBE_ENCRYPTION_AES:
        format = VIR_STORAGE_ENCRYPTION_FORMAT_QCOW;
        break;
    case DISKPROBE_ENCRYPTION_LUKS:
        format = VIR_STORAGE_ENCRYPTION_FORMAT_LUKS;
        break;
    default:
        /* None; or one that QEMU cannot read, which no secret of libvirt's opens. */
        return 0;
    }

    /* Of an image with a header of its own, the capacity is that without LUKS's. */
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


/* Whether the image records a format at all decides, not whether libvirt has a word for it: what
 * is recorded and not known is never probed, and never raw. */
static int
virDiskprobeBackingFormat(const diskprobe_image *image)
{
    diskprobe_format format;

    if (!diskprobe_image_backing_format(image, &format))
        return VIR_STORAGE_FILE_AUTO;
    if (diskprobe_image_backing_is_raw(image))
        return VIR_STORAGE_FILE_RAW;

    return virDiskprobeFormatToLibvirt(format);
}


int
virDiskprobeSetFacts(virStorageSource *src,
                     const diskprobe_image *image)
{
    bool isQcow2 = diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2;
    const char *compat = diskprobe_image_compat(image);
    uint64_t size = 0;

    src->capacity = virDiskprobeCapacity(image);

    /* Others have clusters too, but only qcow2 can be made with a size of them. */
    if (isQcow2)
        diskprobe_image_cluster_size(image, &size);
    src->clusterSize = size;

    g_clear_pointer(&src->compat, g_free);
    g_clear_pointer(&src->features, virBitmapFree);
    /* NULL means 0.10, which has no features. */
    if (isQcow2 && STRNEQ_NULLABLE(compat, "0.10")) {
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
