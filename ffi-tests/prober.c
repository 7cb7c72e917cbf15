/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A prober, which requests the bytes that it needs and does no I/O. */
#include "check.h"
#include "contents.h"

/* Feeds every requested range of an object with `there` bytes. */
static diskprobe_status answer(diskprobe_prober *prober, const unsigned char *bytes, size_t there)
{
    uint64_t offset, again;
    size_t size, size_again, needed, needed_again;
    diskprobe_status status;
    for (int rounds = 0;; rounds++) {
        CHECK(rounds <= DISKPROBE_MAX_READS);
        status = diskprobe_prober_next_read(prober, &offset, &size, &needed, NULL);
        if (status != DISKPROBE_STATUS_OK || size == 0) {
            CHECK(offset == 0 && size == 0 && needed == 0);
            return status;
        }
        CHECK(needed > 0 && needed <= size);
        CHECK(diskprobe_prober_next_read(prober, &again, &size_again, &needed_again, NULL)
              == DISKPROBE_STATUS_OK);
        CHECK(offset == again && size == size_again && needed == needed_again);
        size_t rest = offset < there ? there - (size_t)offset : 0;
        status = diskprobe_prober_feed(prober, offset, rest ? bytes + offset : NULL,
                                       size < rest ? size : rest, NULL);
        if (status != DISKPROBE_STATUS_OK)
            return status;
    }
}

static void like_every_other_way(const char *name)
{
    size_t size, length;
    uint64_t expected, found;
    unsigned char *bytes = contents(name, &size);
    diskprobe_image *by_path = probe(name), *image;
    diskprobe_error *error;
    diskprobe_prober *prober = diskprobe_prober_new(size, NULL);

    CHECK(answer(prober, bytes, size) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_finish(prober, &image, &error) == DISKPROBE_STATUS_OK && !error);
    CHECK(diskprobe_image_format(image) == diskprobe_image_format(by_path));
    CHECK(diskprobe_image_virtual_size(image, &found)
          == diskprobe_image_virtual_size(by_path, &expected));
    CHECK(found == expected);
    CHECK(diskprobe_image_physical_size(image, &found) && found == size);
    const char *location = diskprobe_image_backing_location(by_path, &length);
    if (location)
        CHECK_TEXT(diskprobe_image_backing_location(image, NULL), location);
    else
        CHECK(diskprobe_image_backing_location(image, NULL) == NULL);

    /* The image does not depend on the prober. */
    diskprobe_image *second;
    CHECK_FAILS(diskprobe_prober_finish(prober, &second, &error), WRONG_STATE);
    CHECK_FAILS(diskprobe_prober_feed(prober, 0, bytes, 1, &error), WRONG_STATE);
    CHECK_FAILS(diskprobe_prober_set_length(prober, size, &error), WRONG_STATE);
    CHECK_FAILS(diskprobe_prober_next_read(prober, NULL, &length, NULL, &error), WRONG_STATE);
    CHECK(second == NULL);
    diskprobe_prober_free(prober);
    CHECK(diskprobe_image_format(image) == diskprobe_image_format(by_path));
    diskprobe_image_free(image);
    diskprobe_image_free(by_path);
    free(bytes);
}

/* Finishes a probe of disk.qcow2 that must succeed, with this physical size or an unknown one. */
static void expect_disk(diskprobe_prober *prober, const uint64_t *physical)
{
    uint64_t size;
    diskprobe_image *image;
    CHECK(diskprobe_prober_finish(prober, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 10 << 20);
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    CHECK(diskprobe_image_physical_size(image, &size) == (physical != NULL));
    CHECK(!physical || size == *physical);
    diskprobe_image_free(image);
    diskprobe_prober_free(prober);
}

/* The length can be set before, between and after the bytes, and only to one value. */
static void length_is_set(const unsigned char *bytes, uint64_t length)
{
    diskprobe_image *image;
    size_t size;
    diskprobe_prober *prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(diskprobe_prober_set_length(prober, length, NULL) == DISKPROBE_STATUS_OK);
    CHECK(answer(prober, bytes, length) == DISKPROBE_STATUS_OK);
    expect_disk(prober, &length);

    prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, 512, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_set_length(prober, length, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_set_length(prober, length, NULL) == DISKPROBE_STATUS_OK);
    CHECK(answer(prober, bytes, length) == DISKPROBE_STATUS_OK);
    expect_disk(prober, &length);

    prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(answer(prober, bytes, length) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_set_length(prober, length, NULL) == DISKPROBE_STATUS_OK);
    CHECK(answer(prober, bytes, length) == DISKPROBE_STATUS_OK);
    expect_disk(prober, &length);

    /* Another length, or one below the bytes that were fed, ends the probe. */
    prober = diskprobe_prober_new(length, NULL);
    CHECK_FAILS(diskprobe_prober_set_length(prober, length + 1, &error), CHANGED);
    CHECK_FAILS(diskprobe_prober_next_read(prober, NULL, &size, NULL, &error), CHANGED);
    CHECK_FAILS(diskprobe_prober_finish(prober, &image, &error), CHANGED);
    diskprobe_prober_free(prober);
    prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, 512, NULL) == DISKPROBE_STATUS_OK);
    CHECK_FAILS(diskprobe_prober_set_length(prober, 511, &error), CHANGED);
    diskprobe_prober_free(prober);
}

/* The needed bytes suffice; after a short feed the rest is requested. */
static void needed_and_rest(const unsigned char *bytes, uint64_t length)
{
    uint64_t offset;
    size_t size, needed, whole;
    diskprobe_prober *prober = diskprobe_prober_new(length, NULL);
    CHECK(diskprobe_prober_next_read(prober, &offset, &whole, &needed, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(offset == 0 && whole == 1536 && needed == 512);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, 100, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_next_read(prober, &offset, &size, &needed, NULL) == DISKPROBE_STATUS_OK);
    CHECK(offset == 100 && size == whole - 100 && needed == 412);
    for (int rounds = 0; size > 0; rounds++) {
        CHECK(rounds < 2 * DISKPROBE_MAX_READS);
        CHECK(diskprobe_prober_feed(prober, offset, bytes + offset, needed, NULL)
              == DISKPROBE_STATUS_OK);
        CHECK(diskprobe_prober_next_read(prober, &offset, &size, &needed, NULL)
              == DISKPROBE_STATUS_OK);
    }
    expect_disk(prober, &length);

    /* Without a length, the rest of a read is still requested: the object may end in it. */
    prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, 100, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_next_read(prober, &offset, &size, &needed, NULL) == DISKPROBE_STATUS_OK);
    CHECK(offset == 0 || offset == 100);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, 600, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_next_read(prober, &offset, &size, &needed, NULL) == DISKPROBE_STATUS_OK);
    CHECK(offset == 600 && size > 0 && needed == size);
    diskprobe_prober_free(prober);
}

/* Bytes can be fed unrequested, out of order and twice. */
static void out_of_order_and_twice(const unsigned char *bytes, uint64_t length)
{
    size_t size;
    diskprobe_prober *prober = diskprobe_prober_new(length, NULL);
    for (int times = 0; times < 2; times++)
        for (int piece = 7; piece >= 0; piece--)
            CHECK(diskprobe_prober_feed(prober, (uint64_t)piece * 512, bytes + piece * 512, 512,
                                        NULL)
                  == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_next_read(prober, NULL, &size, NULL, NULL) == DISKPROBE_STATUS_OK);
    CHECK(size == 0);
    expect_disk(prober, &length);

    /* More than was requested. */
    prober = diskprobe_prober_new(length, NULL);
    CHECK(diskprobe_prober_next_read(prober, NULL, &size, NULL, NULL) == DISKPROBE_STATUS_OK);
    CHECK(size > 0 && size + 100 < length);
    CHECK(diskprobe_prober_feed(prober, 0, bytes, size + 100, NULL) == DISKPROBE_STATUS_OK);
    CHECK(answer(prober, bytes, length) == DISKPROBE_STATUS_OK);
    expect_disk(prober, &length);

    /* But only up to a limit. */
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_max_bytes(options, 4096) == DISKPROBE_STATUS_OK);
    prober = diskprobe_prober_new(length, options);
    diskprobe_options_free(options);
    CHECK(diskprobe_prober_feed(prober, 8192, bytes + 8192, 4096, NULL) == DISKPROBE_STATUS_OK);
    /* Bytes that it holds already are free. */
    CHECK(diskprobe_prober_feed(prober, 8192, bytes + 8192, 4096, NULL) == DISKPROBE_STATUS_OK);
    CHECK_FAILS(diskprobe_prober_feed(prober, 12288, bytes + 12288, 1, &error), LIMIT_EXCEEDED);
    diskprobe_prober_free(prober);
    /* And not after the end. */
    prober = diskprobe_prober_new(length, NULL);
    CHECK_FAILS(diskprobe_prober_feed(prober, length - 1, bytes, 2, &error), CHANGED);
    diskprobe_prober_free(prober);
    prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK(diskprobe_prober_feed(prober, UINT64_MAX, bytes, 2, NULL) != DISKPROBE_STATUS_OK);
    diskprobe_prober_free(prober);
}

TEST
{
    size_t size, wanted;
    diskprobe_image *image;
    unsigned char *bytes = contents("disk.qcow2", &size);

    like_every_other_way("disk.qcow2");
    like_every_other_way("luks.qcow2");
    like_every_other_way("disk.vdi");
    like_every_other_way("base.raw");

    /* Calling finish too early changes nothing. */
    diskprobe_prober *prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK_FAILS(diskprobe_prober_finish(prober, &image, &error), WRONG_STATE);
    CHECK(answer(prober, bytes, size) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_finish(prober, &image, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    diskprobe_prober_free(prober);

    length_is_set(bytes, size);
    needed_and_rest(bytes, size);
    out_of_order_and_twice(bytes, size);

    /* The object ends before its length: it changed, which ends the probe. */
    prober = diskprobe_prober_new(size, NULL);
    CHECK(answer(prober, bytes, 60) == DISKPROBE_STATUS_CHANGED);
    CHECK_FAILS(diskprobe_prober_next_read(prober, NULL, &wanted, NULL, &error), CHANGED);
    CHECK_FAILS(diskprobe_prober_finish(prober, &image, &error), CHANGED);
    diskprobe_prober_free(prober);

    /* Options are not kept. */
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_QED) == DISKPROBE_STATUS_OK);
    prober = diskprobe_prober_new(size, options);
    diskprobe_options_free(options);
    CHECK(answer(prober, bytes, size) == DISKPROBE_STATUS_WRONG_FORMAT);
    diskprobe_prober_free(prober);
    free(bytes);
}
