/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options: the format, and lower limits. */
#include "check.h"
#include <limits.h>

static diskprobe_format format_of(const char *name, const diskprobe_options *options)
{
    diskprobe_image *image;
    if (diskprobe_probe_path(image_name(name), options, &image, NULL) != DISKPROBE_STATUS_OK)
        return DISKPROBE_FORMAT_UNKNOWN;
    diskprobe_format format = diskprobe_image_format(image);
    diskprobe_image_free(image);
    return format;
}

TEST
{
    diskprobe_image *image;
    diskprobe_options *options = diskprobe_options_new();
    CHECK(options);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);

    /* A requested format is used, or the image is rejected. */
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_QCOW2) == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK_FAILS(diskprobe_probe_path(image_name("base.raw"), options, &image, &error),
                WRONG_FORMAT);
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_RAW) == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_DIR) == DISKPROBE_STATUS_OK);
    CHECK(format_of(".", options) == DISKPROBE_FORMAT_DIR);
    CHECK_FAILS(diskprobe_probe_path(image_name("base.raw"), options, &image, &error),
                UNSUPPORTED_FILE);
    /* A fixed VHD is not detected. */
    CHECK(format_of("fixed.vpc", NULL) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_VPC) == DISKPROBE_STATUS_OK);
    CHECK(format_of("fixed.vpc", options) == DISKPROBE_FORMAT_VPC);

    /* A number that is not a format changes nothing. */
    CHECK(diskprobe_options_set_format(options, (diskprobe_format)INT_MAX)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(format_of("fixed.vpc", options) == DISKPROBE_FORMAT_VPC);
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_UNKNOWN) == DISKPROBE_STATUS_OK);
    CHECK(format_of("fixed.vpc", options) == DISKPROBE_FORMAT_RAW);

    /* The file name decides only for dmg, if the file has a trailer. */
    CHECK(format_of("udif.img", options) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_options_set_file_name(options, "any/name.dmg") == DISKPROBE_STATUS_OK);
    CHECK(format_of("udif.img", options) == DISKPROBE_FORMAT_DMG);
    CHECK(format_of("base.raw", options) == DISKPROBE_FORMAT_RAW);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_options_set_file_name(options, "name.img") == DISKPROBE_STATUS_OK);
    CHECK(format_of("udif.img", options) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_options_set_file_name(options, "name.dmg") == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_options_set_file_name(options, NULL) == DISKPROBE_STATUS_OK);
    CHECK(format_of("udif.img", options) == DISKPROBE_FORMAT_RAW);

    /* A signature outside the set is an error, whatever else the bytes match. */
    CHECK(diskprobe_options_set_detectable(options, DISKPROBE_FORMATS_LIBVIRT)
          == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK(format_of("sparse.vmdk", options) == DISKPROBE_FORMAT_VMDK);
    CHECK_FAILS(diskprobe_probe_path(image_name("split.vmdk"), options, &image, &error),
                FORMAT_NOT_ALLOWED);
    CHECK(diskprobe_options_set_detectable(
              options, DISKPROBE_FORMATS_LIBVIRT | DISKPROBE_FORMATS_VMDK_DESCRIPTOR)
          == DISKPROBE_STATUS_OK);
    CHECK(format_of("split.vmdk", options) == DISKPROBE_FORMAT_VMDK);
    CHECK(diskprobe_options_set_detectable(options, DISKPROBE_FORMATS_COPY)
          == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK_FAILS(diskprobe_probe_path(image_name("sparse.vmdk"), options, &image, &error),
                FORMAT_NOT_ALLOWED);
    /* A bit that is not a format changes nothing. */
    CHECK(diskprobe_options_set_detectable(options, UINT64_MAX)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_detectable(options, UINT64_C(1) << 40)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(format_of("sparse.vmdk", options) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_options_set_detectable(
              options, DISKPROBE_FORMAT_BIT(DISKPROBE_FORMAT_RAW)
                           | DISKPROBE_FORMAT_BIT(DISKPROBE_FORMAT_QCOW2))
          == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK(format_of("base.raw", options) == DISKPROBE_FORMAT_RAW);
    CHECK(format_of("disk.vdi", options) == DISKPROBE_FORMAT_UNKNOWN);

    diskprobe_options_free(options);
    options = diskprobe_options_new();

    /* Facts of an image with an unknown feature, on request. */
    CHECK_FAILS(diskprobe_probe_path(image_name("unknown-feature.qcow2"), options, &image, &error),
                UNSUPPORTED_FEATURE);
    CHECK(diskprobe_options_set_allow_unknown_features(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_probe_path(image_name("unknown-feature.qcow2"), options, &image, NULL)
          == DISKPROBE_STATUS_OK);
    uint64_t size;
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 10 << 20);
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_UNKNOWN_REQUIRED));
    CHECK(diskprobe_image_has_finding(image, DISKPROBE_FINDING_UNKNOWN_FEATURE));
    diskprobe_image_free(image);
    CHECK(diskprobe_options_set_allow_unknown_features(options, false) == DISKPROBE_STATUS_OK);
    CHECK(format_of("unknown-feature.qcow2", options) == DISKPROBE_FORMAT_UNKNOWN);

    CHECK(diskprobe_options_set_wait_for_lease(options, true) == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_options_set_wait_for_lease(options, false) == DISKPROBE_STATUS_OK);

    /* Limits can only be lowered, and exceeding one has its own status. */
    CHECK(diskprobe_options_set_max_reads(options, DISKPROBE_MAX_READS + 1)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_max_bytes(options, DISKPROBE_MAX_BYTES + 1)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_max_reads(options, DISKPROBE_MAX_READS) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_options_set_max_bytes(options, DISKPROBE_MAX_BYTES) == DISKPROBE_STATUS_OK);
    CHECK(format_of("disk.qcow2", options) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_options_set_max_bytes(options, 60) == DISKPROBE_STATUS_OK);
    CHECK_FAILS(diskprobe_probe_path(image_name("disk.qcow2"), options, &image, &error),
                LIMIT_EXCEEDED);
    CHECK(diskprobe_options_set_max_bytes(options, 512) == DISKPROBE_STATUS_OK);
    CHECK(format_of("base.raw", options) == DISKPROBE_FORMAT_RAW);
    CHECK(diskprobe_options_set_max_reads(options, 0) == DISKPROBE_STATUS_OK);
    CHECK_FAILS(diskprobe_probe_path(image_name("base.raw"), options, &image, &error),
                LIMIT_EXCEEDED);
    diskprobe_options_free(options);
}
