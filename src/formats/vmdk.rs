// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMware's disk format: sparse files with a descriptor inside, and descriptors of their own.
//!
//! Specification: VMware, "Virtual Disk Format 5.0". The text that describes a disk is read as
//! QEMU's driver reads it, because that decides which files become a guest's disk. No file that
//! a descriptor names is ever opened.

mod cowd;
mod description;
mod descriptor;
mod extents;
mod lines;
mod scan;
mod sparse;

use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;
use descriptor::Descriptor;

const SPARSE_MAGIC: &[u8] = b"KDMV";
const COWD_MAGIC: &[u8] = b"COWD";

/// Whether a tool that does not require a version would see a descriptor.
pub(super) fn is_similar(head: &Head<'_>) -> bool {
    const KEY: &[u8] = b"createType=";
    let text = head.present();
    // Most images end here, and each raw one is asked.
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    if text.is_empty() || !text.iter().take(4).all(is_text) {
        return false;
    }
    let mut places = text.windows(KEY.len());
    places.any(|part| part.eq_ignore_ascii_case(KEY))
}

/// Whether a vmdk image that starts so is nothing but a descriptor.
fn is_descriptor(head: &Head<'_>) -> bool {
    !head.has(0, SPARSE_MAGIC) && !head.has(0, COWD_MAGIC)
}

/// Whether the first line, after comments and lines of spaces, is `version=1`, `2` or `3`. A line
/// of spaces has at least one, and no tabs.
pub(super) fn says_version(head: &Head<'_>) -> bool {
    let mut text = head.present();
    // Most images end here, and each of them is asked.
    if !matches!(text.first(), Some(b'#' | b' ')) && !text.starts_with(b"version=") {
        return false;
    }
    while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
        let (line, rest) = text.split_at(end);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let comment = line.starts_with(b"#");
        let blank = !line.is_empty() && line.iter().all(|byte| *byte == b' ');
        if !comment && !blank {
            return matches!(line, b"version=1" | b"version=2" | b"version=3");
        }
        text = rest.get(1..).unwrap_or_default();
    }
    false
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let head = view.head()?;
    let mut facts = Facts::of(Format::Vmdk);
    let identity = if is_descriptor(&head) {
        let descriptor = Descriptor::alone(view, 0)?;
        descriptor.disk(&mut facts)?;
        descriptor
    } else if head.has(0, COWD_MAGIC) {
        cowd::read(view, &mut facts)?;
        let descriptor = Descriptor::embedded(view)?;
        facts.headers_differ |= description::COWD.is_contradicted(descriptor.text);
        descriptor
    } else {
        sparse::read(view, &mut facts)?;
        let descriptor = Descriptor::embedded(view)?;
        if facts.extents.is_none() {
            facts.headers_differ |= description::SPARSE.is_contradicted(descriptor.text);
        }
        descriptor
    };
    identity.identity(&mut facts)?;
    Ok(facts)
}

/// How many extent files the bytes name, where they are a descriptor.
pub(crate) fn extents_named(view: &View<'_>) -> Result<Option<usize>, Incomplete> {
    if !is_descriptor(&view.head()?) {
        return Ok(None);
    }
    let descriptor = Descriptor::alone(view, 0)?;
    Ok(Some(extents::read(&descriptor)?.len()))
}
