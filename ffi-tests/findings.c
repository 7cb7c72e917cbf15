/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Findings, and other formats and content of the same bytes. */
#include "check.h"

static diskprobe_image *thorough(const char *name)
{
    diskprobe_image *image = NULL;
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_thorough(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_probe_path(image_name(name), options, &image, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_options_free(options);
    return image;
}

TEST
{
    /* A probe that is not thorough reports an incomplete scan. */
    diskprobe_image *image = probe("disk.qcow2");
    CHECK(diskprobe_image_has_finding(image, DISKPROBE_FINDING_BACKING_FILE));
    CHECK(diskprobe_image_has_finding(image, DISKPROBE_FINDING_INCOMPLETE_SCAN));
    CHECK(diskprobe_image_detected_as(image, DISKPROBE_TOOL_LIBVIRT) == NULL);
    diskprobe_image_free(image);

    image = thorough("disk.qcow2");
    CHECK(diskprobe_image_has_finding(image, DISKPROBE_FINDING_BACKING_FILE));
    CHECK(!diskprobe_image_has_finding(image, DISKPROBE_FINDING_INCOMPLETE_SCAN));
    CHECK(!diskprobe_image_has_finding(image, DISKPROBE_FINDING_AMBIGUOUS));
    CHECK(diskprobe_image_content(image, 0) == DISKPROBE_CONTENT_KIND_NONE);
    CHECK(diskprobe_image_detected_as(image, DISKPROBE_TOOL_QEMU) == NULL);
    CHECK(diskprobe_image_detected_as(image, DISKPROBE_TOOL_LIBVIRT) == NULL);
    diskprobe_image_free(image);

    /* The footer of a fixed VHD is at the end, where detection does not search. */
    image = thorough("fixed.vpc");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_image_also_match(image, 0) == DISKPROBE_FORMAT_VPC);
    CHECK(diskprobe_image_also_match_count(image) == 1);
    CHECK(diskprobe_image_also_match(image, 1) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_image_has_finding(image, DISKPROBE_FINDING_AMBIGUOUS));
    diskprobe_image_free(image);

    image = thorough("disc.iso");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_image_content(image, 0) == DISKPROBE_CONTENT_KIND_ISO9660);
    CHECK(diskprobe_image_content_count(image) == 1);
    CHECK(diskprobe_image_content(image, 1) == DISKPROBE_CONTENT_KIND_NONE);
    CHECK_TEXT(diskprobe_image_detected_as(image, DISKPROBE_TOOL_LIBVIRT), "iso");
    CHECK(diskprobe_image_detected_as(image, DISKPROBE_TOOL_QEMU) == NULL);
    diskprobe_image_free(image);
}
