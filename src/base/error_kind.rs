// SPDX-License-Identifier: MIT OR Apache-2.0
//! The kinds of errors, which are the status codes of the C interface.

use super::named::named_enum;

named_enum! {
    /// The kind of a failure, for programs to act on.
    ErrorKind {
        /// An argument has a value that the call does not accept, such as a missing handle.
        InvalidArgument = 1 => "invalid-argument",
        /// The file does not exist.
        NotFound = 2 => "not-found",
        /// The process may not open or read the file.
        PermissionDenied = 3 => "permission-denied",
        /// The operating system, or a callback of the caller, failed to open or read.
        Io = 4 => "io",
        /// Not a file that can hold an image: a FIFO, socket or character device; or a directory,
        /// unless the format `dir` was requested.
        UnsupportedFile = 5 => "unsupported-file",
        /// The file became shorter while it was read.
        Changed = 6 => "changed",
        /// The bytes are not of the requested format.
        WrongFormat = 7 => "wrong-format",
        /// The format is certain, but a field has an invalid value.
        InvalidImage = 8 => "invalid-image",
        /// The format is certain, but the file ends before its header does.
        Truncated = 9 => "truncated",
        /// The format is certain, but its version or a feature that it requires is unknown.
        UnsupportedFeature = 10 => "unsupported-feature",
        /// The format is known by name, but this library does not read it.
        UnsupportedFormat = 11 => "unsupported-format",
        /// The answer needs more than a limit allows: reads, bytes, images or directories.
        LimitExceeded = 12 => "limit-exceeded",
        /// Part of the image was given, and the answer needs another part: see the error's offset.
        NeedMoreData = 13 => "need-more-data",
        /// The call is not valid in the current state of the handle.
        WrongState = 14 => "wrong-state",
        /// A defect of this library. Nothing was damaged; please report it.
        Internal = 15 => "internal",
        /// A backing location violates the rules of its syntax, or programs interpret it
        /// differently.
        InvalidLocation = 16 => "invalid-location",
        /// An image of a chain does not record the format of its backing file, and the caller does
        /// not allow detection.
        FormatNotRecorded = 17 => "format-not-recorded",
        /// An image of a chain names one that the chain already contains.
        Loop = 18 => "loop",
        /// A path leads out of the directory that must contain all files, or out of the file system
        /// that is scanned.
        OutsideRoot = 19 => "outside-root",
    }
    C diskprobe_status {
        /// Success.
        OK = 0 => "ok",
    }
}
