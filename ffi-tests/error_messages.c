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
    diskprobe_error_free(error);
    free(bytes);

    CHECK(diskprobe_probe_path(image_name("absent"), NULL, &image, &error)
          == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(diskprobe_error_errno(error) == ENOENT && !diskprobe_error_offset(error, &offset));
    diskprobe_error_free(error);

    /* Success sets the error to NULL. */
    CHECK(diskprobe_probe_path(image_name("base.raw"), NULL, &image, &error)
          == DISKPROBE_STATUS_OK);
    CHECK(error == NULL);
    diskprobe_image_free(image);
}
