/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Every function handles NULL and calls in the wrong order. */
#include "check.h"
#include <limits.h>

static void frees(void)
{
    diskprobe_options_free(NULL);
    diskprobe_image_free(NULL);
    diskprobe_error_free(NULL);
    diskprobe_prober_free(NULL);
    diskprobe_receipt_free(NULL);
}

/* The message names the missing value. */
#define CHECK_SAYS(call, message) \
    do { \
        diskprobe_error *error = NULL; \
        CHECK((call) == DISKPROBE_STATUS_INVALID_ARGUMENT); \
        CHECK_TEXT(diskprobe_error_message(error), message); \
        diskprobe_error_free(error); \
    } while (0)

static void messages(void)
{
    diskprobe_image *image;
    CHECK_SAYS(diskprobe_probe_path(NULL, NULL, &image, &error), "path is NULL");
    CHECK_SAYS(diskprobe_probe_path("/", NULL, NULL, &error), "image is NULL");
    CHECK_SAYS(diskprobe_probe_fd(-1, NULL, &image, &error), "fd is negative");
    CHECK_SAYS(diskprobe_probe_buffer(NULL, 1, 1, NULL, &image, &error), "data is NULL");
    CHECK_SAYS(diskprobe_probe_buffer("", SIZE_MAX, SIZE_MAX, NULL, &image, &error),
               "size is larger than any object");
    CHECK_SAYS(diskprobe_probe_callback(NULL, NULL, 1, NULL, &image, &error), "read is NULL");
    CHECK_SAYS(diskprobe_prober_finish(NULL, &image, &error), "prober is NULL");
}

static void probes(void)
{
    diskprobe_image *image;
    const char *path = image_name("disk.qcow2");

    CHECK_FAILS(diskprobe_probe_path(NULL, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK(image == NULL);
    CHECK_FAILS(diskprobe_probe_path(path, NULL, NULL, &error), INVALID_ARGUMENT);
    CHECK(diskprobe_probe_path(NULL, NULL, NULL, NULL) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_probe_path(path, NULL, &image, NULL) == DISKPROBE_STATUS_OK && image);
    diskprobe_image_free(image);

    CHECK_FAILS(diskprobe_probe_fd(0, NULL, NULL, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_probe_fd(-1, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_probe_fd(INT_MIN, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK(image == NULL);
    CHECK(diskprobe_probe_fd(-1, NULL, NULL, NULL) == DISKPROBE_STATUS_INVALID_ARGUMENT);

    CHECK_FAILS(diskprobe_probe_buffer(NULL, 1, 1, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_probe_buffer("", 1, 1, NULL, NULL, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_probe_buffer("", SIZE_MAX, DISKPROBE_LENGTH_UNKNOWN, NULL, &image, &error),
                INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_probe_buffer("ab", 2, 1, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK(image == NULL);

    CHECK_FAILS(diskprobe_probe_callback(NULL, NULL, 0, NULL, &image, &error), INVALID_ARGUMENT);
    CHECK(image == NULL);
    CHECK(diskprobe_probe_callback(NULL, NULL, 0, NULL, NULL, NULL)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
}

static void options(void)
{
    CHECK(diskprobe_options_set_format(NULL, DISKPROBE_FORMAT_RAW)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_max_reads(NULL, 1) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_file_name(NULL, "x.dmg") == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_detectable(NULL, 2) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_allow_unknown_features(NULL, true)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_wait_for_lease(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_thorough(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_also_matches(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_options_set_max_bytes(NULL, 1) == DISKPROBE_STATUS_INVALID_ARGUMENT);
}

static void prober(void)
{
    diskprobe_image *image;
    uint64_t offset = 1;
    size_t size = 1, needed = 1;

    CHECK_FAILS(diskprobe_prober_set_length(NULL, 1, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_prober_next_read(NULL, &offset, &size, &needed, &error), INVALID_ARGUMENT);
    CHECK(offset == 0 && size == 0 && needed == 0);
    CHECK_FAILS(diskprobe_prober_feed(NULL, 0, "", 0, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_prober_finish(NULL, &image, &error), INVALID_ARGUMENT);
    CHECK(image == NULL);

    diskprobe_prober *prober = diskprobe_prober_new(4096, NULL);
    CHECK(prober);
    CHECK_FAILS(diskprobe_prober_next_read(prober, &offset, NULL, NULL, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_prober_set_length(prober, DISKPROBE_LENGTH_UNKNOWN, &error),
                INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_prober_finish(prober, &image, &error), WRONG_STATE);
    CHECK_FAILS(diskprobe_prober_finish(prober, NULL, &error), INVALID_ARGUMENT);
    CHECK(diskprobe_prober_next_read(prober, NULL, &size, NULL, NULL) == DISKPROBE_STATUS_OK);
    CHECK(size > 0);
    CHECK_FAILS(diskprobe_prober_feed(prober, 0, NULL, 1, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_prober_feed(prober, 0, "", SIZE_MAX, &error), INVALID_ARGUMENT);
    /* An invalid call does not change the probe. */
    CHECK(diskprobe_prober_next_read(prober, NULL, &size, NULL, NULL) == DISKPROBE_STATUS_OK);
    CHECK(size > 0);
    diskprobe_prober_free(prober);
}

static void receipts(void)
{
    size_t length = 1;
    diskprobe_receipt *receipt;
    diskprobe_image *image = probe("base.raw");
    CHECK_SAYS(diskprobe_receipt_new(NULL, NULL, NULL, &receipt, &error),
               "image or receipt is NULL");
    CHECK(receipt == NULL);
    CHECK_SAYS(diskprobe_receipt_new(NULL, image, NULL, NULL, &error), "image or receipt is NULL");
    CHECK_SAYS(diskprobe_receipt_parse("{}", 2, NULL, &error), "receipt is NULL");
    CHECK_SAYS(diskprobe_receipt_parse(NULL, 1, &receipt, &error), "data is NULL");
    CHECK_SAYS(diskprobe_receipt_verify(NULL, image, NULL, &error), "receipt or image is NULL");
    CHECK(diskprobe_receipt_text(NULL, &length) == NULL && length == 0);
    CHECK(diskprobe_receipt_text(NULL, NULL) == NULL);
    CHECK(diskprobe_receipt_options(NULL) == NULL);
    diskprobe_image_free(image);

    diskprobe_receipt *made;
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_thorough(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_probe_buffer("", 0, 0, options, &image, NULL) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_receipt_new(NULL, image, NULL, &made, NULL) == DISKPROBE_STATUS_OK);
    CHECK_SAYS(diskprobe_receipt_verify(made, NULL, NULL, &error), "receipt or image is NULL");
    diskprobe_receipt_free(made);
    diskprobe_options_free(options);
    diskprobe_image_free(image);
}

/* Every getter of a NULL image returns the absent value and clears its out-parameters. */
#define ABSENT(getter, type) \
    do { \
        type value_ = 1; \
        CHECK(!diskprobe_image_##getter(NULL, &value_) && value_ == 0); \
        CHECK(!diskprobe_image_##getter(NULL, NULL)); \
    } while (0)
#define NO_TEXT(getter) \
    do { \
        size_t length_ = 1; \
        CHECK(diskprobe_image_##getter(NULL, &length_) == NULL && length_ == 0); \
        CHECK(diskprobe_image_##getter(NULL, NULL) == NULL); \
    } while (0)
#define NO_TEXT_AT(getter) \
    do { \
        size_t length_ = 1; \
        CHECK(diskprobe_image_##getter(NULL, 0, &length_) == NULL && length_ == 0); \
    } while (0)
#define NO_UUID(getter) \
    do { \
        uint8_t uuid_[16]; \
        memset(uuid_, 1, sizeof uuid_); \
        CHECK(!diskprobe_image_##getter(NULL, uuid_)); \
        for (size_t i = 0; i < sizeof uuid_; i++) \
            CHECK(uuid_[i] == 0); \
        CHECK(!diskprobe_image_##getter(NULL, NULL)); \
    } while (0)

static void image_getters(void)
{
    uint64_t offset = 1, length = 1;
    const char *name = "x", *value = "x";
    size_t size = 1;

    CHECK(diskprobe_image_format(NULL) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_image_subformat(NULL) == NULL);
    CHECK(diskprobe_image_also_match_count(NULL) == 0);
    CHECK(diskprobe_image_also_match(NULL, 0) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(diskprobe_image_finding_count(NULL) == 0 && diskprobe_image_content_count(NULL) == 0);
    CHECK(diskprobe_image_detail_count(NULL) == 0);
    CHECK(!diskprobe_image_detail(NULL, 0, &name, &value, &size) && !name && !value && size == 0);
    CHECK(!diskprobe_image_detail(NULL, 0, NULL, NULL, NULL));
    CHECK(!diskprobe_image_has_finding(NULL, DISKPROBE_FINDING_INCOMPLETE_SCAN));
    CHECK(diskprobe_image_finding(NULL, 0) == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_image_content(NULL, 0) == DISKPROBE_CONTENT_KIND_NONE);
    CHECK(diskprobe_image_detected_as(NULL, DISKPROBE_TOOL_LIBVIRT) == NULL);
    ABSENT(virtual_size, uint64_t);
    ABSENT(physical_size, uint64_t);
    ABSENT(allocated_size, uint64_t);
    NO_TEXT(backing_location);
    ABSENT(backing_format, diskprobe_format);
    NO_TEXT(backing_format_name);
    CHECK(!diskprobe_image_backing_is_raw(NULL));
    CHECK(!diskprobe_image_has_data_file(NULL));
    NO_TEXT(data_file_location);
    CHECK(!diskprobe_image_data_file_is_raw(NULL));
    CHECK(!diskprobe_image_has_parent(NULL));
    NO_UUID(parent_uuid);
    NO_UUID(parent_alternative_uuid);
    NO_TEXT(parent_location);
    NO_UUID(uuid);
    CHECK(diskprobe_image_encryption(NULL) == DISKPROBE_ENCRYPTION_NONE);
    ABSENT(encryption_payload_offset, uint64_t);
    ABSENT(backing_mtime, uint64_t);
    CHECK(diskprobe_image_reference_count(NULL) == 0);
    CHECK(diskprobe_image_reference(NULL, 0, &offset, &length) == DISKPROBE_REFERENCE_KIND_NONE);
    CHECK(offset == 0 && length == 0);
    CHECK(diskprobe_image_reference(NULL, SIZE_MAX, NULL, NULL) == DISKPROBE_REFERENCE_KIND_NONE);
    NO_TEXT_AT(reference_location);
    ABSENT(cluster_size, uint64_t);
    CHECK(diskprobe_image_compat(NULL) == NULL);
    CHECK(!diskprobe_image_has_feature(NULL, DISKPROBE_FEATURE_CORRUPT));
    ABSENT(cid, uint32_t);
    ABSENT(parent_cid, uint32_t);
    CHECK(diskprobe_image_extent_count(NULL) == 0);
    NO_TEXT_AT(extent_location);
    NO_TEXT_AT(extent_kind);
    CHECK(!diskprobe_image_extent_size(NULL, 0, &offset) && offset == 0);
    CHECK(!diskprobe_image_extent_file_offset(NULL, 0, &offset) && offset == 0);
}

/* Indices out of range, on an image without such items. */
static void indices(void)
{
    uint64_t number = 1;
    diskprobe_image *image = probe("base.raw");
    CHECK(diskprobe_image_also_match(image, SIZE_MAX) == DISKPROBE_FORMAT_UNKNOWN);
    CHECK(!diskprobe_image_has_finding(image, (diskprobe_finding)INT_MAX));
    CHECK(diskprobe_image_finding(image, SIZE_MAX) == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_image_content(image, SIZE_MAX) == DISKPROBE_CONTENT_KIND_NONE);
    CHECK(diskprobe_image_detected_as(image, (diskprobe_tool)INT_MAX) == NULL);
    CHECK(diskprobe_image_reference_count(image) == 0 && diskprobe_image_extent_count(image) == 0);
    CHECK(diskprobe_image_reference(image, 0, &number, NULL) == DISKPROBE_REFERENCE_KIND_NONE);
    CHECK(number == 0);
    CHECK(diskprobe_image_reference_location(image, SIZE_MAX, NULL) == NULL);
    CHECK(diskprobe_image_extent_location(image, SIZE_MAX, NULL) == NULL);
    CHECK(diskprobe_image_extent_kind(image, 0, NULL) == NULL);
    CHECK(!diskprobe_image_extent_size(image, SIZE_MAX, NULL));
    CHECK(!diskprobe_image_extent_file_offset(image, 0, NULL));
    CHECK(!diskprobe_image_has_feature(image, (diskprobe_feature)INT_MAX));
    diskprobe_image_free(image);
}

static void error_getters(void)
{
    uint64_t offset = 1;
    CHECK(diskprobe_error_status(NULL) == DISKPROBE_STATUS_OK);
    CHECK_TEXT(diskprobe_error_message(NULL), "");
    CHECK(diskprobe_error_errno(NULL) == 0);
    CHECK_TEXT(diskprobe_error_template(NULL), "");
    CHECK(diskprobe_error_parameter_count(NULL) == 0);
    const char *name = "x", *value = "x";
    CHECK(!diskprobe_error_parameter(NULL, 0, &name, &value) && !name && !value);
    CHECK(!diskprobe_error_parameter(NULL, 0, NULL, NULL));
    CHECK(!diskprobe_error_offset(NULL, &offset) && offset == 0);
    CHECK(!diskprobe_error_offset(NULL, NULL));
    CHECK(!diskprobe_error_needed(NULL, &offset, NULL) && offset == 0);
}

TEST
{
    frees();
    messages();
    probes();
    options();
    prober();
    receipts();
    image_getters();
    indices();
    error_getters();
}
