/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Features of qcow2 headers. */
#include "check.h"

TEST
{
    uint64_t size;
    diskprobe_image *image = probe("features.qcow2");
    CHECK(diskprobe_image_cluster_size(image, &size) && size == 128 << 10);
    CHECK_TEXT(diskprobe_image_compat(image), "1.1");
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_LAZY_REFCOUNTS));
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_EXTENDED_L2));
    CHECK(diskprobe_image_has_feature(image, DISKPROBE_FEATURE_BITMAPS));
    CHECK(!diskprobe_image_has_feature(image, DISKPROBE_FEATURE_CORRUPT));
    CHECK(!diskprobe_image_has_feature(image, DISKPROBE_FEATURE_DATA_FILE));
    CHECK(!diskprobe_image_has_feature(image, DISKPROBE_FEATURE_NONE));
    CHECK(!diskprobe_image_has_data_file(image));
    diskprobe_image_free(image);

    image = probe("old.qcow2");
    CHECK_TEXT(diskprobe_image_compat(image), "0.10");
    CHECK(diskprobe_image_backing_location(image, NULL) == NULL);
    diskprobe_image_free(image);

    image = probe("base.raw");
    CHECK(diskprobe_image_compat(image) == NULL);
    CHECK(!diskprobe_image_cluster_size(image, NULL));
    diskprobe_image_free(image);
}
