/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What only some formats record. */
#include "check.h"
#include <time.h>

TEST
{
    uint64_t when;
    uint32_t number, cylinders, heads, sectors;
    size_t length;

    diskprobe_image *image = probe("disk.vpc");
    uint64_t now = (uint64_t)time(NULL);
    CHECK(diskprobe_image_created(image, &when) && when <= now && now - when < 24 * 60 * 60);
    CHECK(diskprobe_image_geometry(image, &cylinders, &heads, &sectors));
    CHECK(cylinders > 0 && heads > 0 && sectors > 0);
    CHECK(diskprobe_image_geometry(image, NULL, NULL, NULL));
    CHECK(!diskprobe_image_has_feature(image, DISKPROBE_FEATURE_SAVED_STATE));
    CHECK(!diskprobe_image_backing_mtime(image, &when) && when == 0);
    diskprobe_image_free(image);

    image = probe("disk.vdi");
    CHECK(diskprobe_image_allocated_clusters(image, &number) && number == 0);
    CHECK(diskprobe_image_comment(image, &length) == NULL && length == 0);
    CHECK(!diskprobe_image_geometry(image, &cylinders, &heads, &sectors));
    CHECK(cylinders == 0 && heads == 0 && sectors == 0);
    diskprobe_image_free(image);

    image = probe("sparse.vmdk");
    CHECK(diskprobe_image_format_version(image, &number) && number == 1);
    CHECK_TEXT(diskprobe_image_adapter_type(image, &length), "ide");
    CHECK(length == 3);
    CHECK_TEXT(diskprobe_image_hardware_version(image, NULL), "4");
    CHECK(!diskprobe_image_physical_sector_size(image, &number) && number == 0);
    diskprobe_image_free(image);
}
