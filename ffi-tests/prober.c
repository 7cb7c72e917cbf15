/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A probe that asks for its bytes. */
#include "check.h"

/* Answers every question from the bytes, at most `there` of which are to be had. */
static diskprobe_status answer(diskprobe_prober *prober, const unsigned char *bytes, size_t there)
{
    uint64_t offset, again;
    size_t size, size_again;
    diskprobe_status status;
    for (int rounds = 0;; rounds++) {
        CHECK(rounds <= DISKPROBE_MAX_READS);
        status = diskprobe_prober_next_read(prober, &offset, &size, NULL);
        if (status != DISKPROBE_STATUS_OK || size == 0)
            return status;
        CHECK(diskprobe_prober_next_read(prober, &again, &size_again, NULL) == DISKPROBE_STATUS_OK);
        CHECK(offset == again && size == size_again);
        size_t rest = offset < there ? there - (size_t)offset : 0;
        status = diskprobe_prober_feed(prober, rest ? bytes + offset : NULL,
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

    /* The answer was handed over, and lives on without the handle. */
    diskprobe_image *second;
    CHECK_FAILS(diskprobe_prober_finish(prober, &second, &error), WRONG_STATE);
    CHECK_FAILS(diskprobe_prober_feed(prober, bytes, 1, &error), WRONG_STATE);
    CHECK(second == NULL);
    diskprobe_prober_free(prober);
    CHECK(diskprobe_image_format(image) == diskprobe_image_format(by_path));
    diskprobe_image_free(image);
    diskprobe_image_free(by_path);
    free(bytes);
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

    /* Too early is no harm. */
    diskprobe_prober *prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
    CHECK_FAILS(diskprobe_prober_finish(prober, &image, &error), WRONG_STATE);
    CHECK(answer(prober, bytes, size) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_prober_finish(prober, &image, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    diskprobe_prober_free(prober);

    /* More than was asked for; nothing is lost. */
    prober = diskprobe_prober_new(size, NULL);
    CHECK(diskprobe_prober_next_read(prober, NULL, &wanted, NULL) == DISKPROBE_STATUS_OK);
    CHECK(wanted > 0 && wanted < size);
    CHECK_FAILS(diskprobe_prober_feed(prober, bytes, wanted + 1, &error), INVALID_ARGUMENT);
    CHECK(diskprobe_prober_feed(prober, bytes, wanted, NULL) == DISKPROBE_STATUS_OK);
    CHECK(answer(prober, bytes, size) == DISKPROBE_STATUS_OK);
    diskprobe_prober_free(prober);

    /* Less, though the object is longer: it changed. The probe has ended with that. */
    prober = diskprobe_prober_new(size, NULL);
    CHECK(answer(prober, bytes, 60) == DISKPROBE_STATUS_CHANGED);
    CHECK_FAILS(diskprobe_prober_next_read(prober, NULL, &wanted, &error), CHANGED);
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
