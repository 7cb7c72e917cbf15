/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Details: a list of names and texts. */
#include "check.h"
#include <time.h>

/* Returns the value of a detail that occurs once; NULL if the image does not have it. */
static const char *detail(const diskprobe_image *image, const char *wanted)
{
    const char *name, *value, *found = NULL;
    size_t length;
    for (size_t i = 0; diskprobe_image_detail(image, i, &name, &value, &length); i++) {
        CHECK(strlen(value) == length && i < diskprobe_image_detail_count(image));
        if (strcmp(name, wanted) == 0) {
            CHECK(!found);
            found = value;
        }
    }
    return found;
}

#define CHECK_DETAIL(image, name, expected) CHECK_TEXT(detail(image, name), expected)

static void formats(void)
{
    diskprobe_image *image = probe("disk.vpc");
    uint64_t now = (uint64_t)time(NULL), when = strtoull(detail(image, "created"), NULL, 10);
    CHECK(when <= now && now - when < 24 * 60 * 60);
    CHECK(atoi(detail(image, "geometry.cylinders")) > 0);
    CHECK(atoi(detail(image, "geometry.heads")) > 0 && atoi(detail(image, "geometry.sectors")) > 0);
    CHECK_DETAIL(image, "creator", "qem2");
    CHECK(!diskprobe_image_has_feature(image, DISKPROBE_FEATURE_SAVED_STATE));
    CHECK(!diskprobe_image_backing_mtime(image, &when) && when == 0);
    diskprobe_image_free(image);

    image = probe("disk.vdi");
    CHECK_DETAIL(image, "allocated-clusters", "0");
    CHECK(!detail(image, "comment") && !detail(image, "geometry.heads"));
    diskprobe_image_free(image);

    image = probe("sparse.vmdk");
    CHECK_DETAIL(image, "format-version", "1");
    CHECK_DETAIL(image, "adapter-type", "ide");
    CHECK_DETAIL(image, "hardware-version", "4");
    CHECK(!detail(image, "physical-sector-size") && !detail(image, "creator"));
    diskprobe_image_free(image);

    image = probe("features.qcow2");
    CHECK_DETAIL(image, "recorded-size", "4194304");
    CHECK_DETAIL(image, "compression-type", "zstd");
    CHECK_DETAIL(image, "refcount-bits", "32");
    CHECK_DETAIL(image, "snapshot-count", "1");
    CHECK_DETAIL(image, "bitmap-count", "1");
    CHECK_DETAIL(image, "dirty-flag", "no");
    diskprobe_image_free(image);

    image = probe("old.qcow2");
    CHECK_DETAIL(image, "compression-type", "zlib");
    CHECK_DETAIL(image, "refcount-bits", "16");
    CHECK_DETAIL(image, "snapshot-count", "0");
    diskprobe_image_free(image);
}

static void encryption(const char *name)
{
    diskprobe_image *image = probe(name);
    CHECK_DETAIL(image, "encryption.cipher", "aes");
    CHECK_DETAIL(image, "encryption.mode", "xts-plain64");
    CHECK_DETAIL(image, "encryption.hash", "sha256");
    CHECK(strlen(detail(image, "encryption.uuid")) == 36);
    CHECK_DETAIL(image, "encryption.active-slots", "1");
    diskprobe_image_free(image);
}

static void indices(void)
{
    const char *name = "x", *value = "x";
    size_t length = 1;
    diskprobe_image *image = probe("base.raw");
    size_t count = diskprobe_image_detail_count(image);
    CHECK(count == 1 && diskprobe_image_detail(image, 0, NULL, NULL, NULL));
    CHECK(!diskprobe_image_detail(image, count, &name, &value, &length));
    CHECK(!name && !value && length == 0);
    CHECK(!diskprobe_image_detail(image, SIZE_MAX, NULL, NULL, NULL));
    /* The list is created once, and its texts do not move. */
    CHECK(diskprobe_image_detail(image, 0, &name, &value, &length));
    const char *again;
    CHECK(diskprobe_image_detail(image, 0, NULL, &again, NULL) && again == value);
    CHECK_TEXT(name, "recorded-size");
    CHECK_TEXT(value, "1048576");
    diskprobe_image_free(image);
}

TEST
{
    formats();
    encryption("disk.luks");
    encryption("luks.qcow2");
    indices();
}
