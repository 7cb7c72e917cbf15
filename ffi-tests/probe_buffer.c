/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Images in memory: complete or in part, with known or unknown length. */
#include "check.h"
#include "contents.h"

/* For any number of bytes, the error has the missing range, and no byte after the buffer is read.
 * The buffer has exactly that size, so that valgrind and the sanitizers detect such a read. */
static void every_length(const unsigned char *bytes, size_t size, size_t needed)
{
    for (size_t given = 0; given <= needed; given++) {
        diskprobe_image *image;
        diskprobe_error *error;
        uint64_t offset, length;
        unsigned char *block = malloc(given);
        if (given > 0)
            memcpy(block, bytes, given);
        diskprobe_status status = diskprobe_probe_buffer(block, given, size, NULL, &image, &error);
        if (given < needed) {
            CHECK(status == DISKPROBE_STATUS_NEED_MORE_DATA);
            CHECK(diskprobe_error_offset(error, &offset) && offset < needed);
            CHECK(diskprobe_error_needed(error, &offset, &length));
            CHECK(offset + length > given && offset + length <= needed);
        } else {
            CHECK(status == DISKPROBE_STATUS_OK);
        }
        diskprobe_error_free(error);
        diskprobe_image_free(image);

        /* As a complete object, it is not raw once it includes the version. */
        if (diskprobe_probe_buffer(block, given, given, NULL, &image, NULL) == DISKPROBE_STATUS_OK)
            CHECK((diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW) == (given < 8));
        diskprobe_image_free(image);
        free(block);
    }
}

TEST
{
    size_t size;
    uint64_t number;
    diskprobe_image *image;
    diskprobe_error *error;
    unsigned char *bytes = contents("disk.qcow2", &size);

    /* The header is enough. The physical size is unknown if the length is. */
    CHECK(diskprobe_probe_buffer(bytes, 4096, DISKPROBE_LENGTH_UNKNOWN, NULL, &image, &error)
          == DISKPROBE_STATUS_OK);
    CHECK(!error);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_image_virtual_size(image, &number) && number == 10 << 20);
    CHECK(!diskprobe_image_physical_size(image, &number) && number == 0);
    CHECK(!diskprobe_image_allocated_size(image, NULL));

    /* The image does not refer to the buffer. */
    memset(bytes, 0, 4096);
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    diskprobe_image_free(image);
    free(bytes);

    bytes = contents("disk.qcow2", &size);
    CHECK(diskprobe_probe_buffer(bytes, 4096, size, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_image_physical_size(image, &number) && number == size);
    uint64_t offset, length;
    CHECK(diskprobe_image_reference(image, 0, &offset, &length) == DISKPROBE_REFERENCE_KIND_BACKING);
    every_length(bytes, size, (size_t)(offset + length));
    diskprobe_image_free(image);

    /* Part of a longer object: the error has the offset of the rest. */
    CHECK(diskprobe_probe_buffer(bytes, 60, size, NULL, &image, &error)
          == DISKPROBE_STATUS_NEED_MORE_DATA);
    CHECK(!image && diskprobe_error_offset(error, &number) && number <= 60);
    diskprobe_error_free(error);
    /* The same bytes as a complete object: the image is truncated. */
    CHECK_FAILS(diskprobe_probe_buffer(bytes, 60, 60, NULL, &image, &error), TRUNCATED);

    /* An empty object is raw. An empty part of a longer object needs more data. */
    CHECK(diskprobe_probe_buffer(NULL, 0, 0, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    diskprobe_image_free(image);
    CHECK_FAILS(diskprobe_probe_buffer(NULL, 0, DISKPROBE_LENGTH_UNKNOWN, NULL, &image, &error),
                NEED_MORE_DATA);
    free(bytes);
}
