// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kinds of errors, which are the status codes of the C interface.

use super::named::named_enum;

named_enum! {
    /// The kind of a failure, for programs to act on.
    ErrorKind {
        /// An argument has an invalid value, such as a missing handle.
        InvalidArgument = 1 => "invalid-argument",
        /// The file does not exist.
        NotFound = 2 => "not-found",
        /// The process has no permission to open or read the file.
        PermissionDenied = 3 => "permission-denied",
        /// A system call or a callback of the caller failed.
        Io = 4 => "io",
        /// The file is of a type that cannot hold an image: a FIFO, socket or character device, or
        /// a directory unless the format `dir` was requested.
        UnsupportedFile = 5 => "unsupported-file",
        /// The file became shorter or was replaced during the probe, or an image differs from its
        /// receipt.
        Changed = 6 => "changed",
        /// The image does not have the requested format.
        WrongFormat = 7 => "wrong-format",
        /// The format is certain, but a field has an invalid value.
        InvalidImage = 8 => "invalid-image",
        /// The format is certain, but the file ends before the end of a structure.
        Truncated = 9 => "truncated",
        /// The format is certain, but its version or a required feature is not supported.
        UnsupportedFeature = 10 => "unsupported-feature",
        /// The format is known by name, but this library does not read it.
        UnsupportedFormat = 11 => "unsupported-format",
        /// A limit on reads, bytes, images or directories was exceeded.
        LimitExceeded = 12 => "limit-exceeded",
        /// The probe needs bytes that the caller did not pass. The error states their range.
        NeedMoreData = 13 => "need-more-data",
        /// The call is not valid in the current state of the handle.
        WrongState = 14 => "wrong-state",
        /// A bug in this library. No data was changed. Please report it.
        Internal = 15 => "internal",
        /// A location is malformed, or different programs interpret it differently.
        InvalidLocation = 16 => "invalid-location",
        /// An image of a chain does not record the format of its backing file, and the options do
        /// not allow detecting or assuming it.
        FormatNotRecorded = 17 => "format-not-recorded",
        /// An image of a chain names a file that the chain already contains.
        Loop = 18 => "loop",
        /// A path leads out of the directory that must contain all files, or to a file system other
        /// than the scanned one.
        OutsideRoot = 19 => "outside-root",
        /// A policy rejects the image. The message lists the violations.
        Rejected = 20 => "rejected",
        /// The detected format is not one that the caller allows detection to return.
        FormatNotAllowed = 21 => "format-not-allowed",
        /// Another process holds a lease on the file; the lease must be released before the file
        /// can be opened.
        Busy = 22 => "busy",
    }
    C diskprobe_status {
        /// Success.
        OK = 0 => "ok",
    }
}
