/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Images read through a callback: short reads, interruptions, failures and invalid results. */
#include "check.h"
#include "contents.h"
#include <errno.h>
#include <limits.h>

struct object {
    const unsigned char *bytes;
    size_t size;
    size_t at_most;      /* bytes per call */
    int interruptions;   /* number of EINTR results before any other */
    int64_t answer;      /* if not 0: the result, instead of reading */
    diskprobe_status own_error; /* if not 0: sets an error of that status */
    const char *message;
    unsigned calls;
};

static int64_t read_object(void *opaque, void *buffer, size_t size, uint64_t offset,
                           diskprobe_error **error)
{
    struct object *object = opaque;
    object->calls++;
    CHECK(error && !*error);
    if (object->own_error)
        *error = diskprobe_error_new(object->own_error, object->message);
    if (object->interruptions > 0) {
        object->interruptions--;
        return -EINTR;
    }
    if (object->answer != 0)
        return object->answer;
    if (offset >= object->size)
        return 0;
    if (size > object->size - offset)
        size = object->size - (size_t)offset;
    if (size > object->at_most)
        size = object->at_most;
    memcpy(buffer, object->bytes + offset, size);
    return (int64_t)size;
}

static void expect_facts(struct object object, uint64_t length)
{
    uint64_t size;
    diskprobe_image *image;
    diskprobe_error *error;
    CHECK(diskprobe_probe_callback(read_object, &object, length, NULL, &image, &error)
          == DISKPROBE_STATUS_OK);
    CHECK(!error && object.calls > 0);
    CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
    CHECK(diskprobe_image_virtual_size(image, &size) && size == 10 << 20);
    CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
    diskprobe_image_free(image);
}

static int expect_failure(struct object object, uint64_t length, diskprobe_status status)
{
    diskprobe_image *image;
    diskprobe_error *error;
    CHECK(diskprobe_probe_callback(read_object, &object, length, NULL, &image, &error) == status);
    CHECK(!image && diskprobe_error_status(error) == status);
    int number = diskprobe_error_errno(error);
    diskprobe_error_free(error);
    return number;
}

/* The probe fails with the error that the callback sets, for any negative result. */
static void expect_own_error(struct object object, diskprobe_status status, const char *message)
{
    diskprobe_image *image;
    diskprobe_error *error;
    CHECK(diskprobe_probe_callback(read_object, &object, object.size, NULL, &image, &error) == status);
    CHECK(!image && object.calls == 1);
    CHECK(diskprobe_error_status(error) == status && diskprobe_error_errno(error) == 0);
    CHECK_TEXT(diskprobe_error_message(error), message);
    diskprobe_error_free(error);
    /* No leak if the caller passes no error pointer. */
    CHECK(diskprobe_probe_callback(read_object, &object, object.size, NULL, &image, NULL) == status);
}

static void own_errors(struct object object)
{
    object.own_error = DISKPROBE_STATUS_PERMISSION_DENIED;
    object.message = "certificate expired";
    /* After success, the error is ignored. */
    expect_facts(object, object.size);
    object.answer = -EIO;
    expect_own_error(object, DISKPROBE_STATUS_PERMISSION_DENIED, "certificate expired");
    object.answer = INT64_MIN;
    object.message = "two\nlines";
    expect_own_error(object, DISKPROBE_STATUS_PERMISSION_DENIED, "two\\nlines");
    object.answer = -EINTR;
    object.own_error = DISKPROBE_STATUS_NOT_FOUND;
    object.message = NULL;
    expect_own_error(object, DISKPROBE_STATUS_NOT_FOUND, "not-found");
    /* An error with an invalid status becomes an I/O error. */
    object.own_error = (diskprobe_status)INT_MAX;
    object.message = "";
    expect_own_error(object, DISKPROBE_STATUS_IO, "");

    diskprobe_error *error = diskprobe_error_new(DISKPROBE_STATUS_OK, "unused");
    CHECK(diskprobe_error_status(error) == DISKPROBE_STATUS_IO);
    CHECK_TEXT(diskprobe_error_message(error), "unused");
    CHECK(!diskprobe_error_offset(error, NULL));
    diskprobe_error_free(error);
}

TEST
{
    size_t size;
    unsigned char *bytes = contents("disk.qcow2", &size);
    const struct object good = {.bytes = bytes, .size = size, .at_most = SIZE_MAX};
    struct object object = good;

    expect_facts(good, size);
    expect_facts(good, DISKPROBE_LENGTH_UNKNOWN);
    object.at_most = 1000;
    expect_facts(object, size);
    object.interruptions = 3;
    expect_facts(object, size);

    object = good;
    object.answer = -EIO;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_IO) == EIO);
    object.answer = -EACCES;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_PERMISSION_DENIED) == EACCES);
    object.answer = -ENOENT;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_NOT_FOUND) == ENOENT);
    object.answer = -ETIMEDOUT;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_IO) == ETIMEDOUT);
    /* More bytes than requested, and numbers that are not an errno. */
    object.answer = INT64_MAX;
    expect_failure(object, size, DISKPROBE_STATUS_INVALID_ARGUMENT);
    object.answer = INT64_MIN;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_IO) == EIO);
    object.answer = INT64_MIN + 1;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_IO) == EIO);
    /* Endless interruptions do not hang the caller. */
    object = good;
    object.interruptions = INT_MAX;
    CHECK(expect_failure(object, size, DISKPROBE_STATUS_IO) == EINTR);
    /* The object ends before its length. */
    object = good;
    object.size = 60;
    expect_failure(object, size, DISKPROBE_STATUS_CHANGED);
    expect_failure(object, 60, DISKPROBE_STATUS_TRUNCATED);

    own_errors(good);

    /* With the format raw, nothing is read. */
    diskprobe_options *options = diskprobe_options_new();
    diskprobe_image *image;
    CHECK(diskprobe_options_set_format(options, DISKPROBE_FORMAT_RAW) == DISKPROBE_STATUS_OK);
    object = good;
    CHECK(diskprobe_probe_callback(read_object, &object, size, options, &image, NULL)
          == DISKPROBE_STATUS_OK);
    CHECK(object.calls == 0 && diskprobe_image_format(image) == DISKPROBE_FORMAT_RAW);
    diskprobe_image_free(image);
    diskprobe_options_free(options);
    free(bytes);
}
