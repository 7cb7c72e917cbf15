/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A copy of an image outlives the callback and the chain that owned the image. */
#include "chain.h"

static bool keep(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    (void)error;
    if (status == DISKPROBE_STATUS_OK && length > 10 &&
        strcmp(name + length - 10, "disk.qcow2") == 0)
        *(diskprobe_image **)opaque = diskprobe_image_copy(image);
    return true;
}

static void check_copy(diskprobe_image *copy, const char *backing)
{
    size_t count = diskprobe_image_detail_count(copy);
    CHECK(diskprobe_image_format(copy) == DISKPROBE_FORMAT_QCOW2);
    CHECK_TEXT(diskprobe_image_backing_location(copy, NULL), backing);
    CHECK(count > 0 && diskprobe_image_detail(copy, count - 1, NULL, NULL, NULL));
    diskprobe_image_free(copy);
}

TEST
{
    diskprobe_image *copy = NULL;
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan(&check_directory, 1, options, keep, &copy, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_scan_options_free(options);
    check_copy(copy, "base.raw");

    diskprobe_chain_options *chain_options = diskprobe_chain_options_new();
    diskprobe_chain *chain = walk("disk.qcow2", chain_options);
    copy = diskprobe_image_copy(diskprobe_chain_element_image(chain, 0));
    diskprobe_chain_free(chain);
    diskprobe_chain_options_free(chain_options);
    check_copy(copy, "base.raw");

    diskprobe_image *image = probe("disk.qcow2");
    CHECK(diskprobe_image_detail_count(image) > 0);
    copy = diskprobe_image_copy(image);
    diskprobe_image_free(image);
    check_copy(copy, "base.raw");
    CHECK(!diskprobe_image_copy(NULL));
}
