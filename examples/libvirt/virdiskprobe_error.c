/*
 * virdiskprobe_error.c: errors of libdiskprobe as libvirt's
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"


/* The message of the library is in English. It names the field, its value and its limit. */
int
virDiskprobeReport(const char *name,
                   const diskprobe_error *error)
{
    const char *detail = diskprobe_error_message(error);
    int code = VIR_ERR_INTERNAL_ERROR;

    switch (diskprobe_error_status(error)) {
    case DISKPROBE_STATUS_NOT_FOUND:
    case DISKPROBE_STATUS_PERMISSION_DENIED:
    case DISKPROBE_STATUS_IO:
    case DISKPROBE_STATUS_BUSY:
    case DISKPROBE_STATUS_CHANGED:
        /* The detail has the text of the errno. */
        code = diskprobe_error_errno(error) ? VIR_ERR_SYSTEM_ERROR : VIR_ERR_OPERATION_FAILED;
        virReportError(code, _("cannot read image '%1$s': %2$s"), name, detail);
        return -1;

    case DISKPROBE_STATUS_UNSUPPORTED_FILE:
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                       _("'%1$s' is not a regular file or block device: %2$s"), name, detail);
        return -1;

    case DISKPROBE_STATUS_WRONG_FORMAT:
    case DISKPROBE_STATUS_FORMAT_NOT_ALLOWED:
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                       _("image '%1$s' does not have the expected format: %2$s"), name, detail);
        return -1;

    case DISKPROBE_STATUS_INVALID_IMAGE:
    case DISKPROBE_STATUS_TRUNCATED:
    case DISKPROBE_STATUS_LIMIT_EXCEEDED:
    case DISKPROBE_STATUS_NEED_MORE_DATA:
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                       _("image '%1$s' is invalid: %2$s"), name, detail);
        return -1;

    case DISKPROBE_STATUS_UNSUPPORTED_FEATURE:
    case DISKPROBE_STATUS_UNSUPPORTED_FORMAT:
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED,
                       _("image '%1$s' has an unsupported feature or format: %2$s"), name, detail);
        return -1;

    case DISKPROBE_STATUS_LOOP:
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("backing store for %1$s is self-referential or too deeply nested"), name);
        return -1;

    case DISKPROBE_STATUS_OK:
    case DISKPROBE_STATUS_INVALID_ARGUMENT:
    case DISKPROBE_STATUS_WRONG_STATE:
    case DISKPROBE_STATUS_INTERNAL:
    case DISKPROBE_STATUS_INVALID_LOCATION:
    case DISKPROBE_STATUS_FORMAT_NOT_RECORDED:
    case DISKPROBE_STATUS_OUTSIDE_ROOT:
    case DISKPROBE_STATUS_REJECTED:
    default:
        virReportError(code, _("cannot probe image '%1$s': %2$s"), name, detail);
        return -1;
    }
}


int
virDiskprobeReportLocation(const char *recorded,
                           const diskprobe_error *error)
{
    int code = VIR_ERR_INTERNAL_ERROR;

    if (STRPREFIX(recorded, "json:"))
        code = VIR_ERR_INVALID_ARG;
    else if (STRPREFIX(recorded, "gluster"))
        code = VIR_ERR_CONFIG_UNSUPPORTED;

    /* The text can contain a password. */
    virReportError(code, _("failed to parse backing file location: %1$s"),
                   diskprobe_error_message(error));
    return -1;
}


bool
virDiskprobeIsBadImage(const diskprobe_error *error)
{
    switch (diskprobe_error_status(error)) {
    case DISKPROBE_STATUS_WRONG_FORMAT:
    case DISKPROBE_STATUS_INVALID_IMAGE:
    case DISKPROBE_STATUS_TRUNCATED:
    case DISKPROBE_STATUS_UNSUPPORTED_FEATURE:
    case DISKPROBE_STATUS_UNSUPPORTED_FORMAT:
    case DISKPROBE_STATUS_LIMIT_EXCEEDED:
    case DISKPROBE_STATUS_NEED_MORE_DATA:
        return true;

    case DISKPROBE_STATUS_OK:
    case DISKPROBE_STATUS_INVALID_ARGUMENT:
    case DISKPROBE_STATUS_NOT_FOUND:
    case DISKPROBE_STATUS_PERMISSION_DENIED:
    case DISKPROBE_STATUS_IO:
    case DISKPROBE_STATUS_UNSUPPORTED_FILE:
    case DISKPROBE_STATUS_CHANGED:
    case DISKPROBE_STATUS_WRONG_STATE:
    case DISKPROBE_STATUS_INTERNAL:
    case DISKPROBE_STATUS_INVALID_LOCATION:
    case DISKPROBE_STATUS_FORMAT_NOT_RECORDED:
    case DISKPROBE_STATUS_LOOP:
    case DISKPROBE_STATUS_OUTSIDE_ROOT:
    case DISKPROBE_STATUS_REJECTED:
    case DISKPROBE_STATUS_FORMAT_NOT_ALLOWED:
    case DISKPROBE_STATUS_BUSY:
    default:
        return false;
    }
}


diskprobe_error *
virDiskprobeLastError(void)
{
    return diskprobe_error_new(DISKPROBE_STATUS_IO, virGetLastErrorMessage());
}
