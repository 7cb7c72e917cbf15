/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Encryption, and the offset of the encrypted data. */
#include "check.h"

static void luks(const char *name, diskprobe_format format)
{
    uint64_t offset;
    diskprobe_image *image = probe(name);
    CHECK(diskprobe_image_format(image) == format);
    CHECK(diskprobe_image_encryption(image) == DISKPROBE_ENCRYPTION_LUKS);
    CHECK(diskprobe_image_encryption_payload_offset(image, &offset));
    CHECK(offset > 0 && offset % 512 == 0);
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
    diskprobe_image_free(image);
}
