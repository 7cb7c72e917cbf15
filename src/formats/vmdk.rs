// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMware's disk format: sparse files with an embedded descriptor, and separate descriptor files.
//!
//! Specification: VMware, "Virtual Disk Format 5.0". A descriptor is read as QEMU's driver reads
//! it, because that decides which files become a guest's disk. No file that it names is opened.

mod cowd;
mod description;
mod descriptor;
mod extents;
mod lines;
mod others;
mod scan;
mod sparse;
mod text;

use crate::base::format::Format;
use crate::base::limits::MAX_VMDK_DESCRIPTOR;
use crate::base::text::{until_nul, Text};
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;
use lines::after_prefix;
use text::Descriptor;

const SPARSE_MAGIC: &[u8; 4] = b"KDMV";
const COWD_MAGIC: &[u8] = b"COWD";
/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns whether the text looks like a descriptor to tools that do not require its version.
pub(super) fn is_similar(head: &Head<'_>) -> bool {
    const KEY: &[u8] = b"createType=";
    let text = head.present();
    // For most images the test ends here; it runs for every raw image.
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    if text.is_empty() || !text.iter().take(4).all(is_text) {
        return false;
    }
    let mut parts = text.windows(KEY.len());
    parts.any(|part| part.eq_ignore_ascii_case(KEY))
}

/// Returns whether a vmdk image that starts like this is only a descriptor.
pub(crate) fn is_descriptor(head: &Head<'_>) -> bool {
    !head.has(0, SPARSE_MAGIC) && !head.has(0, COWD_MAGIC)
}

/// Returns whether the first line, after comments and lines of one or more spaces, is `version=1`,
/// `2` or `3`.
pub(super) fn says_version(head: &Head<'_>) -> bool {
    let text = head.present();
    // For most images the test ends here; it runs for every image.
    if !matches!(text.first(), Some(b'#' | b' ')) && !text.starts_with(b"version=") {
        return false;
    }
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let lines = lines.map_while(|line| line.strip_suffix(b"\n"));
    let mut lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let is_blank = |line: &[u8]| !line.is_empty() && line.iter().all(|byte| *byte == b' ');
    let first = lines.find(|line| !line.starts_with(b"#") && !is_blank(line));
    matches!(first, Some(b"version=1" | b"version=2" | b"version=3"))
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let head = view.head()?;
    let mut facts = Facts::of(Format::Vmdk);
    if is_descriptor(&head) {
        let descriptor = Descriptor::alone(view, 0)?;
        descriptor.disk(&mut facts)?;
        descriptor.identity(None, &mut facts)?;
        return Ok(facts);
    }
    let (tables, description) = match head.has(0, COWD_MAGIC) {
        true => (cowd::read(view, &mut facts)?, &description::COWD),
        false => (sparse::read(view, &mut facts)?, &description::SPARSE),
    };
    let declared = tables.descriptor.length;
    let descriptor = Descriptor::embedded(view, declared)?;
    facts.writable_header = tables.cover_header(descriptor.range());
    // Of a longer text, only the start is read.
    let is_cut = declared > MAX_VMDK_DESCRIPTOR && descriptor.is_longest();
    facts.headers_differ |= is_cut || has_create_type(head.present());
    let description = Some(description).filter(|_| facts.extents.is_none());
    descriptor.identity(description, &mut facts)?;
    Ok(facts)
}

fn has_create_type(text: &[u8]) -> bool {
    description::create_types(text).next().is_some()
}

/// Returns whether programs that are less strict than QEMU find a descriptor at a sector of
/// `start`, the first bytes of a file: a text that starts with the usual comment, or has a
/// createType.
pub(crate) fn is_described(start: &[u8]) -> bool {
    let mut rest = start;
    let sectors = core::iter::from_fn(|| {
        let text = rest;
        rest = rest.get(512..).unwrap_or_default();
        (!text.is_empty()).then_some(text)
    });
    sectors.map(until_nul).any(|text| {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        // For most sectors the test ends here.
        let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
        text.len() > 4
            && text.iter().take(4).all(is_text)
            && (is_title(text.trim_ascii_start()) || has_create_type(text))
    })
}

/// Returns whether a text starts with `# Disk DescriptorFile`, with any blanks or none between the
/// words.
fn is_title(text: &[u8]) -> bool {
    let mut words = [&b"#"[..], b"Disk", b"Descriptor", b"File"].into_iter();
    let rest = words.try_fold(text, |text, word| {
        after_prefix(text.trim_ascii_start(), word)
    });
    rest.is_some()
}
