// SPDX-License-Identifier: MIT OR Apache-2.0
//! What else the same bytes could be read as: findings beside the facts, which never change them.
//!
//! Some of the places where a second reading shows (32 KiB into the file, its last sectors) cost
//! reads that most callers have no use for: all of this is for a thorough probe.

use super::signatures::{add_end, detect, detected, matches, trailers};
use super::{content, libvirt};
use crate::base::format::Format;
use crate::base::named::Named;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;

/// Bytes from the start in which a partition table or a file system shows.
const START: u32 = 4608;
/// Bytes before the end in which trailers stand.
const END: u32 = 1024;

/// Asks for all of the start at once, before detection asks for less of it.
pub(crate) fn prepare(view: &View<'_>) -> Result<(), Incomplete> {
    start(view).map(|_| ())
}

/// Adds to the facts of a detected format what else its bytes could be read as.
pub(crate) fn add(
    view: &View<'_>,
    head: &Head<'_>,
    facts: &mut Facts<Text<'_>>,
) -> Result<(), Incomplete> {
    let descriptors = content::descriptors(view)?;
    facts.content = content::of(start(view)?, descriptors);
    // To QEMU they are of the detected format.
    add_libvirt(head, descriptors, facts);
    let by_libvirt = facts.detected_as.libvirt.filter(|name| *name != c"raw");
    let others = Format::ALL
        .iter()
        .copied()
        .filter(|format| Some(libvirt::name(*format)) == by_libvirt);
    others.for_each(|format| facts.also_matches.insert(format));
    let Some(length) = view.length().known() else {
        // The end was not seen, and so no trailer.
        return Ok(());
    };
    view.if_there(length.saturating_sub(u64::from(END)), END, "end")?;
    for (format, is_there) in trailers() {
        if format != facts.format && is_there(view)? {
            facts.also_matches.insert(format);
        }
    }
    add_end(view, facts)?;
    facts.incomplete_scan = false;
    Ok(())
}

/// Adds to the facts of a format that was asked for what readers would take the bytes for.
pub(crate) fn add_to_asked(
    view: &View<'_>,
    options: &Options,
    facts: &mut Facts<Text<'_>>,
) -> Result<(), Incomplete> {
    if facts.format == Format::Raw && !options.also_matches {
        return Ok(());
    }
    let head = view.head()?;
    let qemu = match view.length().known() {
        Some(_) => detect(view, &matches(&head), options)?,
        // What the name could mean shows at the end.
        None => detected(&head),
    };
    facts.detected_as.qemu = (qemu != facts.format).then(|| qemu.c_name());
    add_libvirt(&head, content::descriptors(view)?, facts);
    Ok(())
}

fn start<'a>(view: &View<'a>) -> Result<&'a [u8], Incomplete> {
    view.if_there(0, START, "start")
}

fn add_libvirt(head: &Head<'_>, descriptors: &[u8], facts: &mut Facts<Text<'_>>) {
    let libvirt = libvirt::takes_for(head, descriptors);
    facts.detected_as.libvirt = (libvirt != libvirt::name(facts.format)).then_some(libvirt);
}
