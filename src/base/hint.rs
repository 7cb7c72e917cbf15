// SPDX-License-Identifier: MIT OR Apache-2.0
//! The content of a file that does not have the specified format, for the error message. No fact
//! depends on it.

use crate::base::format::Format;
use core::fmt;

/// What the bytes look like instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentHint {
    /// Not recognised.
    Unknown,
    /// A disk image of another format.
    Image(Format),
    /// A VMDK descriptor, which holds no data of the disk.
    VmdkDescriptor,
    /// Another kind of file, and how long it is.
    Other {
        what: &'static str,
        length: Option<u64>,
    },
    /// The first sector is all zeros.
    Zeros,
    /// The file is empty.
    Empty,
}

/// Follows "not a … image: …".
impl fmt::Display for ContentHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ContentHint::Unknown => Ok(()),
            ContentHint::Image(format) => write!(f, "; the bytes are those of a {format} image"),
            ContentHint::VmdkDescriptor => {
                f.write_str("; this is a VMDK descriptor, which names extent files")
            }
            ContentHint::Other { what, length } => match length {
                Some(length) if *length >= 1024 => {
                    write!(f, "; this is {} KiB of {what}", length.div_ceil(1024))
                }
                Some(length) => write!(f, "; this is {length} bytes of {what}"),
                None => write!(f, "; this is {what}"),
            },
            ContentHint::Zeros => f.write_str("; the first sector is all zeros"),
            ContentHint::Empty => f.write_str("; the file is empty"),
        }
    }
}
