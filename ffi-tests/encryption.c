/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is encrypted, how, and where the data starts. */
#include "check.h"

static void luks(const char *name, diskprobe_format format)
{
    uint64_t offset;
    uint32_t slots;
    size_t length;
    diskprobe_image *image = probe(name);
    CHECK(diskprobe_image_format(image) == format);
    CHECK(diskprobe_image_encryption(image) == DISKPROBE_ENCRYPTION_LUKS);
    CHECK(diskprobe_image_encryption_payload_offset(image, &offset));
    CHECK(offset > 0 && offset % 512 == 0);
    CHECK_TEXT(diskprobe_image_encryption_cipher(image, &length), "aes");
    CHECK(length == 3);
    CHECK_TEXT(diskprobe_image_encryption_mode(image, &length), "xts-plain64");
    CHECK(length == strlen("xts-plain64"));
    CHECK_TEXT(diskprobe_image_encryption_hash(image, &length), "sha256");
    CHECK(length == strlen("sha256"));
    CHECK(diskprobe_image_encryption_uuid(image, &length) && length == 36);
    CHECK(diskprobe_image_encryption_active_slots(image, &slots) && slots == 1);
    diskprobe_image_free(image);
}

TEST
{
    luks("disk.luks", DISKPROBE_FORMAT_LUKS);
    luks("luks.qcow2", DISKPROBE_FORMAT_QCOW2);

    diskprobe_image *image = probe("aes.qcow");
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW);
    CHECK(diskprobe_image_encryption(image) == DISKPROBE_ENCRYPTION_AES);
    CHECK(!diskprobe_image_encryption_payload_offset(image, NULL));
    CHECK(!diskprobe_image_encryption_active_slots(image, NULL));
    CHECK(diskprobe_image_encryption_uuid(image, NULL) == NULL);
    diskprobe_image_free(image);
}
