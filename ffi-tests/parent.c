/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The parent of a differencing VHD, which QEMU does not follow. */
#include "check.h"
#include "contents.h"

enum { FOOTER_TYPE = 63, FOOTER_CHECKSUM = 64, FOOTER_SIZE = 512 };
enum { HEADER = 512, HEADER_SIZE = 1024, HEADER_CHECKSUM = 36, PARENT_UUID = 40, PARENT_NAME = 64 };

/* The one's complement of the sum of all bytes except the checksum. */
static void write_checksum(unsigned char *structure, size_t size, size_t at)
{
    uint32_t sum = 0;
    memset(structure + at, 0, 4);
    for (size_t i = 0; i < size; i++)
        sum += structure[i];
    sum = ~sum;
    for (size_t i = 0; i < 4; i++)
        structure[at + i] = (unsigned char)(sum >> (24 - 8 * i));
}

/* Turns a dynamic VHD from qemu-img into one that names a parent. */
static unsigned char *differencing(size_t *size)
{
    static const char name[] = "base.vhd";
    unsigned char *bytes = contents("disk.vpc", size);
    CHECK(memcmp(bytes, "conectix", 8) == 0 && memcmp(bytes + HEADER, "cxsparse", 8) == 0);
    bytes[FOOTER_TYPE] = 4;
    write_checksum(bytes, FOOTER_SIZE, FOOTER_CHECKSUM);
    for (size_t i = 0; i < 16; i++)
        bytes[HEADER + PARENT_UUID + i] = (unsigned char)(i + 1);
    for (size_t i = 0; i < strlen(name); i++)
        bytes[HEADER + PARENT_NAME + 2 * i + 1] = (unsigned char)name[i]; /* UTF-16BE */
    write_checksum(bytes + HEADER, HEADER_SIZE, HEADER_CHECKSUM);
    memcpy(bytes + *size - FOOTER_SIZE, bytes, FOOTER_SIZE);
    return bytes;
}

TEST
{
    size_t size, length;
    uint64_t offset, recorded;
    uint8_t uuid[16];
    diskprobe_image *image;
    unsigned char *bytes = differencing(&size);
    CHECK(diskprobe_probe_buffer(bytes, size, size, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK_TEXT(diskprobe_image_subformat(image), "differencing");
    CHECK(diskprobe_image_backing_location(image, NULL) == NULL);
    CHECK(diskprobe_image_has_parent(image));
    CHECK(diskprobe_image_parent_uuid(image, uuid));
    for (size_t i = 0; i < 16; i++)
        CHECK(uuid[i] == i + 1);
    CHECK_TEXT(diskprobe_image_parent_location(image, &length), "base.vhd");
    CHECK(length == strlen("base.vhd"));
    CHECK(diskprobe_image_reference_count(image) == 1);
    CHECK(diskprobe_image_reference(image, 0, &offset, &recorded) == DISKPROBE_REFERENCE_KIND_PARENT);
    CHECK(offset == HEADER + PARENT_NAME);
    CHECK_TEXT(diskprobe_image_reference_location(image, 0, NULL), "base.vhd");
    CHECK(diskprobe_image_uuid(image, uuid)); /* the UUID of the image itself */
    diskprobe_image_free(image);
    free(bytes);

    image = probe("disk.vpc");
    CHECK_TEXT(diskprobe_image_subformat(image), "dynamic");
    CHECK(!diskprobe_image_has_parent(image) && !diskprobe_image_parent_uuid(image, uuid));
    CHECK(!diskprobe_image_parent_alternative_uuid(image, uuid));
    CHECK(diskprobe_image_parent_location(image, NULL) == NULL);
    diskprobe_image_free(image);
}
