/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Extent files of a VMDK descriptor. None of them is opened. */
#include "check.h"

TEST
{
    size_t length;
    uint64_t size, offset;
    uint32_t cid, parent;
    diskprobe_image *image = probe("split.vmdk");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_VMDK);
    CHECK_TEXT(diskprobe_image_subformat(image), "twoGbMaxExtentFlat");
    CHECK(diskprobe_image_virtual_size(image, &size) && size == (uint64_t)3 << 30);
    CHECK(diskprobe_image_cid(image, &cid) && diskprobe_image_parent_cid(image, &parent));
    CHECK(parent == 0xffffffff && cid != parent);
    CHECK(diskprobe_image_extent_count(image) == 2);
    CHECK(diskprobe_image_reference_count(image) == 2);
    CHECK_TEXT(diskprobe_image_extent_location(image, 0, &length), "split-f001.vmdk");
    CHECK(length == strlen("split-f001.vmdk"));
    CHECK_TEXT(diskprobe_image_extent_location(image, 1, NULL), "split-f002.vmdk");
    CHECK_TEXT(diskprobe_image_extent_kind(image, 1, &length), "FLAT");
    CHECK(length == 4);
    CHECK(diskprobe_image_extent_size(image, 0, &size) && size == (uint64_t)2 << 30);
    CHECK(diskprobe_image_extent_size(image, 1, &size) && size == (uint64_t)1 << 30);
    CHECK(diskprobe_image_extent_file_offset(image, 1, &offset) && offset == 0);
    CHECK(diskprobe_image_extent_location(image, 2, NULL) == NULL);
    diskprobe_image_free(image);

    image = probe("sparse.vmdk");
    CHECK_TEXT(diskprobe_image_subformat(image), "monolithicSparse");
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 4 << 20);
    CHECK(diskprobe_image_cid(image, NULL));
    diskprobe_image_free(image);

    image = probe("disk.qcow2");
    CHECK(diskprobe_image_extent_count(image) == 0 && !diskprobe_image_cid(image, NULL));
    CHECK(!diskprobe_image_parent_cid(image, NULL));
    CHECK(!diskprobe_image_uuid(image, NULL));
    diskprobe_image_free(image);
}
