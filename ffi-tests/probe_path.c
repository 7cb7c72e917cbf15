/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The six facts of an image by path, and paths that cannot be probed. */
#include "check.h"
#include <sys/stat.h>

static void six_facts(void)
{
    struct stat stat_;
    uint64_t size;
    size_t length;
    diskprobe_format format;
    diskprobe_image *image = probe("disk.qcow2");

    CHECK(stat(image_name("disk.qcow2"), &stat_) == 0);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 10 << 20);
    CHECK(diskprobe_image_physical_size(image, &size) && size == (uint64_t)stat_.st_size);
    CHECK(diskprobe_image_allocated_size(image, &size) && size == (uint64_t)stat_.st_blocks * 512);
    CHECK_TEXT(diskprobe_image_backing_location(image, &length), "base.raw");
    CHECK(length == strlen("base.raw"));
    CHECK(diskprobe_image_backing_format(image, &format) && format == DISKPROBE_FORMAT_RAW);
    CHECK_TEXT(diskprobe_image_backing_format_name(image, &length), "raw");
    CHECK(length == strlen("raw") && diskprobe_image_backing_is_raw(image));
    CHECK(diskprobe_image_encryption(image) == DISKPROBE_ENCRYPTION_NONE);
    CHECK(diskprobe_image_subformat(image) == NULL);
    CHECK(diskprobe_image_also_match(image, 0) == DISKPROBE_FORMAT_UNKNOWN);
    diskprobe_image_free(image);
}

/* A path has arbitrary bytes. */
static void name_that_is_not_utf8(void)
{
    diskprobe_image *image = probe("name-\377.qcow2");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    diskprobe_image_free(image);
}

static void empty_file(void)
{
    uint64_t size = 1;
    diskprobe_image *image = probe("empty.raw");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 0);
    diskprobe_image_free(image);
}

/* An unrecorded format is not detected, although the backing file exists. */
static void backing_format_not_recorded(void)
{
    diskprobe_format format = DISKPROBE_FORMAT_VPC;
    size_t length = 1;
    diskprobe_image *image = probe("unrecorded.qcow2");
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    CHECK(!diskprobe_image_backing_format(image, &format) && format == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_image_backing_format_name(image, &length) == NULL && length == 0);
    CHECK(!diskprobe_image_backing_is_raw(image));
    diskprobe_image_free(image);
}

static void failures(void)
{
    diskprobe_image *image = (diskprobe_image *)check_directory;
    CHECK_FAILS(diskprobe_probe_path(image_name("absent"), NULL, &image, &error), NOT_FOUND);
    CHECK(image == NULL);
    CHECK_FAILS(diskprobe_probe_path("", NULL, &image, &error), NOT_FOUND);
    CHECK_FAILS(diskprobe_probe_path(image_name("disk.qcow2/x"), NULL, &image, &error), IO);
    CHECK_FAILS(diskprobe_probe_path(image_name("cut.qcow2"), NULL, &image, &error), TRUNCATED);
    CHECK_FAILS(diskprobe_probe_path(check_directory, NULL, &image, &error), UNSUPPORTED_FILE);
    CHECK(image == NULL);
}

TEST
{
    six_facts();
    name_that_is_not_utf8();
    empty_file();
    backing_format_not_recorded();
    failures();
}
