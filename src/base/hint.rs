// SPDX-License-Identifier: MIT OR Apache-2.0
//! The content of a file that does not have the specified format, for the error message. No fact
//! depends on it.

use super::format::Format;
use super::message::messages;

messages! {
    /// What the bytes look like instead. Follows "not a … image: …".
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub(crate) enum ContentHint {
        #[error("")]
        /// Not recognised.
        Unknown,
        #[error("; the bytes are those of a {detected} image", detected = .0)]
        /// A disk image of another format.
        Image(Format),
        #[error("; this is a VMDK descriptor, which names extent files")]
        /// A VMDK descriptor, which holds no data of the disk.
        VmdkDescriptor,
        #[error("; this is {what}")]
        /// Another kind of file, of unknown length.
        Other { what: &'static str },
        #[error("; this is {size} bytes of {what}")]
        Bytes { size: u64, what: &'static str },
        #[error("; this is {size} KiB of {what}")]
        Kibibytes { size: u64, what: &'static str },
        #[error("; the first sector is all zeros")]
        Zeros,
        #[error("; the file is empty")]
        Empty,
    }
}

impl ContentHint {
    /// Another kind of file.
    pub(crate) fn other(what: &'static str, length: Option<u64>) -> Self {
        match length {
            None => ContentHint::Other { what },
            Some(size) if size < 1024 => ContentHint::Bytes { size, what },
            Some(size) => ContentHint::Kibibytes {
                size: size.div_ceil(1024),
                what,
            },
        }
    }
}
