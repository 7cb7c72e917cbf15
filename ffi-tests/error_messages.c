/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An error message is one line with structure, field, value, offset and constraint. */
#include "check.h"
#include "contents.h"
#include <ctype.h>
#include <errno.h>

TEST
{
    size_t size;
    uint64_t offset;
    const char *name, *value;
    diskprobe_image *image;
    diskprobe_error *error = (diskprobe_error *)check_directory; /* written, never read */
    CHECK_TEXT(diskprobe_status_message(DISKPROBE_STATUS_OK), "success");
    CHECK_TEXT(diskprobe_status_message(DISKPROBE_STATUS_INVALID_IMAGE), "the image is invalid");
    CHECK_TEXT(diskprobe_status_message(DISKPROBE_STATUS_REJECTED), "the policy rejects the image");
    CHECK_TEXT(diskprobe_status_message((diskprobe_status)4711), "unknown");

    unsigned char *bytes = contents("disk.qcow2", &size);

    bytes[23] = 40; /* the last byte of cluster_bits */
    CHECK(diskprobe_probe_buffer(bytes, size, size, NULL, &image, &error)
          == DISKPROBE_STATUS_INVALID_IMAGE);
    CHECK(diskprobe_error_status(error) == DISKPROBE_STATUS_INVALID_IMAGE);
    CHECK(diskprobe_error_offset(error, &offset) && offset == 20);
    CHECK(diskprobe_error_errno(error) == 0);
    const char *message = diskprobe_error_message(error);
    CHECK(strstr(message, "cluster_bits is 40 (offset 20), must be"));
    for (const char *c = message; *c; c++)
        CHECK(isprint((unsigned char)*c));
    check_template(error);
    CHECK_TEXT(diskprobe_error_template(error),
               "{structure}: {field} is {value} (offset {offset}), must be {least} to {most}");
    CHECK(diskprobe_error_parameter_count(error) == 6);
    CHECK(diskprobe_error_parameter(error, 1, &name, &value));
    CHECK_TEXT(name, "field");
    CHECK_TEXT(value, "cluster_bits");
    CHECK(diskprobe_error_parameter(error, 2, NULL, &value));
    CHECK_TEXT(value, "40");
    CHECK(diskprobe_error_parameter(error, 3, &name, NULL));
    CHECK_TEXT(name, "offset");
    diskprobe_error_free(error);
    free(bytes);

    CHECK(diskprobe_probe_path(image_name("absent"), NULL, &image, &error)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(diskprobe_error_errno(error) == ENOENT && !diskprobe_error_offset(error, &offset));
    check_template(error);
    CHECK_TEXT(diskprobe_error_template(error), "cannot open: {reason}");
    diskprobe_error_free(error);

    /* A message of the caller is a parameter, whatever it contains. */
    error = diskprobe_error_new(DISKPROBE_STATUS_IO, "line 1\n{offset}");
    CHECK_TEXT(diskprobe_error_message(error), "line 1\\n{offset}");
    CHECK_TEXT(diskprobe_error_template(error), "{message}");
    CHECK(diskprobe_error_parameter_count(error) == 1);
    check_template(error);
    diskprobe_error_free(error);

    /* Success sets the error to NULL. */
    CHECK(diskprobe_probe_path(image_name("base.raw"), NULL, &image, &error)
          == DISKPROBE_STATUS_OK);
    CHECK(error == NULL);
    diskprobe_image_free(image);
}
