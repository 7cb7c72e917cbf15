/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Receipts of accepted images, and what they say after the image has changed. */
#include "check.h"

static diskprobe_image *probe_buffer(const void *data, size_t size, const diskprobe_options *options)
{
    diskprobe_image *image;
    CHECK(diskprobe_probe_buffer(data, size, size, options, &image, NULL) == DISKPROBE_STATUS_OK);
    return image;
}

static diskprobe_image *thorough(const void *data, size_t size)
{
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_thorough(options, true) == DISKPROBE_STATUS_OK);
    diskprobe_image *image = probe_buffer(data, size, options);
    diskprobe_options_free(options);
    return image;
}

/* Frees the image. */
static diskprobe_receipt *receipt_of(const diskprobe_policy *policy, diskprobe_image *image,
                                     const char *path)
{
    diskprobe_receipt *receipt;
    diskprobe_error *error;
    CHECK(diskprobe_receipt_new(policy, image, path, &receipt, &error) == DISKPROBE_STATUS_OK);
    CHECK(receipt && !error);
    diskprobe_image_free(image);
    return receipt;
}

/* Checks that the image differs from the receipt in the facts of the message. Frees the image. */
static void differs(const diskprobe_receipt *receipt, diskprobe_image *image, const char *path,
                    const char *message)
{
    diskprobe_error *error;
    CHECK(diskprobe_receipt_verify(receipt, image, path, &error) == DISKPROBE_STATUS_CHANGED);
    CHECK(diskprobe_error_status(error) == DISKPROBE_STATUS_CHANGED);
    CHECK_TEXT(diskprobe_error_message(error), message);
    diskprobe_error_free(error);
    CHECK(diskprobe_receipt_verify(receipt, image, path, NULL) == DISKPROBE_STATUS_CHANGED);
    diskprobe_image_free(image);
}

/* A receipt survives its policy, its image and its text. */
static void a_signature_on_a_raw_disk(void)
{
    static unsigned char disk[4096];
    diskprobe_policy *policy = diskprobe_policy_new();
    CHECK(diskprobe_policy_allow_format(policy, DISKPROBE_FORMAT_RAW) == DISKPROBE_STATUS_OK);
    diskprobe_receipt *made = receipt_of(policy, thorough(disk, sizeof disk), NULL);
    diskprobe_policy_free(policy);

    size_t length = 0;
    const char *text = diskprobe_receipt_text(made, &length);
    CHECK(text && length == strlen(text) && strstr(text, "\"formats\":[\"raw\"]"));
    CHECK(diskprobe_receipt_text(made, NULL) == text);
    char *kept = malloc(length);
    CHECK(kept);
    memcpy(kept, text, length);
    diskprobe_receipt_free(made);

    diskprobe_receipt *receipt;
    diskprobe_error *error;
    CHECK(diskprobe_receipt_parse(kept, length, &receipt, &error) == DISKPROBE_STATUS_OK && !error);
    CHECK(memcmp(diskprobe_receipt_text(receipt, NULL), kept, length) == 0);
    free(kept);

    diskprobe_options *options = diskprobe_receipt_options(receipt);
    diskprobe_image *image = probe_buffer(disk, sizeof disk, options);
    CHECK(diskprobe_receipt_verify(receipt, image, NULL, &error) == DISKPROBE_STATUS_OK && !error);
    CHECK(diskprobe_receipt_verify(receipt, image, "/x", NULL) == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    memcpy(disk, "QFI\xfb\0\0\0\3", 8);
    differs(receipt, probe_buffer(disk, sizeof disk, options), NULL,
            "differs from the receipt in: findings");
    diskprobe_receipt_free(receipt);

    /* The options are independent of the receipt. */
    image = probe_buffer(disk, sizeof disk, options);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    diskprobe_image_free(image);
    diskprobe_options_free(options);
}

static void a_backing_file(void)
{
    diskprobe_policy *policy = diskprobe_policy_new();
    diskprobe_options *options = diskprobe_options_new();
    diskprobe_receipt *receipt = (diskprobe_receipt *)policy;
    diskprobe_image *image;
    diskprobe_error *error;
    CHECK(diskprobe_options_set_thorough(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_probe_path(image_name("disk.qcow2"), options, &image, NULL) ==
          DISKPROBE_STATUS_OK);
    CHECK(diskprobe_policy_set_max_virtual_size(policy, 1) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_receipt_new(policy, image, NULL, &receipt, &error) ==
          DISKPROBE_STATUS_REJECTED);
    CHECK(!receipt && diskprobe_error_status(error) == DISKPROBE_STATUS_REJECTED);
    const char *message = diskprobe_error_message(error);
    CHECK(strstr(message, "its virtual size is ") && strstr(message, "; it names a backing file"));
    diskprobe_error_free(error);
    CHECK_FAILS(diskprobe_receipt_new(NULL, image, NULL, &receipt, &error), REJECTED);
    diskprobe_policy_free(policy);

    policy = diskprobe_policy_new();
    CHECK(diskprobe_policy_allow(policy, DISKPROBE_FINDING_BACKING_FILE) == DISKPROBE_STATUS_OK);
    receipt = receipt_of(policy, image, "/srv/disk.qcow2");
    diskprobe_policy_free(policy);
    diskprobe_options_free(options);
    options = diskprobe_receipt_options(receipt);
    CHECK(diskprobe_probe_path(image_name("disk.qcow2"), options, &image, NULL) ==
          DISKPROBE_STATUS_OK);
    CHECK(diskprobe_receipt_verify(receipt, image, "/srv/other", NULL) == DISKPROBE_STATUS_OK);
    differs(receipt, image, "/srv/a/disk.qcow2", "differs from the receipt in: directory");
    CHECK(diskprobe_probe_path(image_name("base.raw"), options, &image, NULL) ==
          DISKPROBE_STATUS_WRONG_FORMAT);
    diskprobe_options_free(options);
    diskprobe_receipt_free(receipt);
}

static void wrong_texts(void)
{
    static const char not_text[] = {'{', '\0', '\xff', '}'};
    diskprobe_receipt *receipt = (diskprobe_receipt *)not_text;
    CHECK_FAILS(diskprobe_receipt_parse(NULL, 0, &receipt, &error), INVALID_ARGUMENT);
    CHECK(!receipt);
    CHECK_FAILS(diskprobe_receipt_parse(NULL, 1, &receipt, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_receipt_parse("", SIZE_MAX, &receipt, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_receipt_parse("{}", 2, &receipt, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_receipt_parse(not_text, sizeof not_text, &receipt, &error),
                INVALID_ARGUMENT);

    diskprobe_receipt *made = receipt_of(NULL, thorough("", 0), NULL);
    size_t length;
    const char *text = diskprobe_receipt_text(made, &length);
    for (size_t cut = 0; cut < length; cut++) {
        CHECK(diskprobe_receipt_parse(text, cut, &receipt, NULL) ==
              DISKPROBE_STATUS_INVALID_ARGUMENT);
        CHECK(!receipt);
    }
    diskprobe_receipt_free(made);
}

TEST
{
    a_signature_on_a_raw_disk();
    a_backing_file();
    wrong_texts();
}
