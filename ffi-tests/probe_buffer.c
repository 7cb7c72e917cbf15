/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An image in memory: whole, in part, of known and of unknown length. */
#include "check.h"

/* However little is given, what is missing is said, and nothing is read beyond it: the block is
 * as large as that, so that valgrind and the sanitizers see. */
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

        /* As a whole object, it is not raw from the moment on when the version is there. */
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

    /* The header is enough. Where the end was not seen, there is no physical size. */
    CHECK(diskprobe_probe_buffer(bytes, 4096, DISKPROBE_LENGTH_UNKNOWN, NULL, &image, &error)
          == DISKPROBE_STATUS_OK);
    CHECK(!error);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_image_virtual_size(image, &number) && number == 10 << 20);
    CHECK(!diskprobe_image_physical_size(image, &number) && number == 0);
    CHECK(!diskprobe_image_allocated_size(image, NULL));

    /* The answer does not live off the buffer. */
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

    /* Too little, of a longer object: where the rest starts. */
    CHECK(diskprobe_probe_buffer(bytes, 60, size, NULL, &image, &error)
          == DISKPROBE_STATUS_NEED_MORE_DATA);
    CHECK(!image && diskprobe_error_offset(error, &number) && number <= 60);
    diskprobe_error_free(error);
    /* The same bytes, and no more of them: the image is cut short. */
    CHECK_FAILS(diskprobe_probe_buffer(bytes, 60, 60, NULL, &image, &error), TRUNCATED);

    /* Nothing at all is an empty raw image; nothing of something is not known to be one. */
    CHECK(diskprobe_probe_buffer(NULL, 0, 0, NULL, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    diskprobe_image_free(image);
    CHECK_FAILS(diskprobe_probe_buffer(NULL, 0, DISKPROBE_LENGTH_UNKNOWN, NULL, &image, &error),
                NEED_MORE_DATA);
    free(bytes);
}
