// SPDX-License-Identifier: MIT OR Apache-2.0
//! What bytes that are not the image that was asked for look like, for the error message.
//!
//! Never a fact: nothing but the text of an error depends on it.

use crate::format::Format;
use crate::view::Head;
use core::fmt;

/// What the bytes look like instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// Like nothing that is known.
    Unknown,
    /// A disk image of another format.
    Image(Format),
    /// A VMDK descriptor that lists this many extent files.
    VmdkDescriptor { extents: usize },
    /// Another kind of file, and how long it is.
    Other {
        what: &'static str,
        length: Option<u64>,
    },
    /// Nothing but zeros in the first sector.
    Zeros,
    /// There are no bytes at all.
    Empty,
}

/// Other kinds of files that are taken for disk images: text of an error page, a packed image, a part
/// of one.
const SIGNATURES: [(&[u8], &str); 17] = [
    (b"<!DOCTYPE", "HTML"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<HTML", "HTML"),
    (b"<?xml", "XML"),
    (b"{", "JSON or other text"),
    (b"\x1f\x8b", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xfd7zXZ\0", "xz-compressed data"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "an ELF program"),
    (b"MZ", "a DOS or Windows program"),
    (b"#!", "a script"),
    (b"%PDF", "a PDF document"),
    (
        b"\xbe\xba\xfe\xca\0\0\0\0",
        "a seSparse extent, a part of a VMDK disk that its descriptor names",
    ),
];

/// What the first sector looks like; `detected` is what detection makes of it.
pub(crate) fn looks_like(head: &Head<'_>, detected: Format, length: Option<u64>) -> Looks {
    if detected != Format::Raw {
        return Looks::Image(detected);
    }
    let bytes = head.present();
    if bytes.is_empty() {
        return Looks::Empty;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return Looks::Zeros;
    }
    SIGNATURES
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map_or(Looks::Unknown, |(_, what)| Looks::Other { what, length })
}

/// Follows "not a … image: …".
impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Looks::Unknown => Ok(()),
            Looks::Image(format) => write!(f, "; the bytes are those of a {format} image"),
            Looks::VmdkDescriptor { extents } => write!(
                f,
                "; this is a VMDK descriptor that names {extents} extent file{}",
                if *extents == 1 { "" } else { "s" }
            ),
            Looks::Other { what, length } => match length {
                Some(length) if *length >= 1024 => {
                    write!(f, "; this is {} KiB of {what}", length.div_ceil(1024))
                }
                Some(length) => write!(f, "; this is {length} bytes of {what}"),
                None => write!(f, "; this is {what}"),
            },
            Looks::Zeros => f.write_str("; the first sector is all zeros"),
            Looks::Empty => f.write_str("; the file is empty"),
        }
    }
}
