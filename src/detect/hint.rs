// SPDX-License-Identifier: MIT OR Apache-2.0
//! Describes bytes that do not have the specified format, for the error message.

use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::view::Head;

/// Other kinds of files that users pass as disk images: an error page, a compressed image, a part
/// of an image.
const SIGNATURES: &[(&[u8], &str)] = &[
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

/// Returns what the first sector looks like; `detected` is the format that QEMU's probing detects.
pub(crate) fn content_hint(head: &Head<'_>, detected: Format, length: Option<u64>) -> ContentHint {
    if detected != Format::Raw {
        return ContentHint::Image(detected);
    }
    let bytes = head.present();
    if bytes.is_empty() {
        return ContentHint::Empty;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return ContentHint::Zeros;
    }
    match SIGNATURES
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
    {
        Some((_, what)) => ContentHint::other(what, length),
        None => ContentHint::Unknown,
    }
}
