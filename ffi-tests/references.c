/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* References of images, with the bytes that contain their names. */
#include "check.h"
#include "contents.h"

/* Checks the kind and name of a reference, and that the file has the name at its offset. */
static void names(const char *file, size_t index, diskprobe_reference_kind kind, const char *name)
{
    size_t size, length;
    uint64_t offset, recorded;
    unsigned char *bytes = contents(file, &size);
    diskprobe_image *image = probe(file);
    CHECK(index < diskprobe_image_reference_count(image));
    CHECK(diskprobe_image_reference(image, index, &offset, &recorded) == kind);
    CHECK_TEXT(diskprobe_image_reference_location(image, index, &length), name);
    CHECK(length == strlen(name) && recorded == length);
    CHECK(offset + recorded <= size && memcmp(bytes + offset, name, length) == 0);
    diskprobe_image_free(image);
    free(bytes);
}

TEST
{
    diskprobe_image *image;
    size_t length;

    names("disk.qcow2", 0, DISKPROBE_REFERENCE_KIND_BACKING, "base.raw");
    names("remote.qcow2", 0, DISKPROBE_REFERENCE_KIND_BACKING, "nbd://host/export");
    names("data.qcow2", 0, DISKPROBE_REFERENCE_KIND_DATA_FILE, "data.raw");

    image = probe("data.qcow2");
    CHECK(diskprobe_image_has_data_file(image) && diskprobe_image_data_file_is_raw(image));
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_DATA_FILE));
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_DATA_FILE_RAW));
    CHECK_TEXT(diskprobe_image_data_file_location(image, &length), "data.raw");
    CHECK(length == strlen("data.raw"));
    CHECK(diskprobe_image_reference_count(image) == 1);
    CHECK(diskprobe_image_reference(image, 1, NULL, NULL) == DISKPROBE_REFERENCE_KIND_NONE);
    diskprobe_image_free(image);

    image = probe("old.qcow2");
    CHECK(diskprobe_image_reference_count(image) == 0);
    CHECK(!diskprobe_image_has_data_file(image) && !diskprobe_image_data_file_is_raw(image));
    CHECK(diskprobe_image_data_file_location(image, NULL) == NULL);
    diskprobe_image_free(image);
}
