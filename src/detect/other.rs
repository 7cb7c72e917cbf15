// SPDX-License-Identifier: MIT OR Apache-2.0
//! The other formats and content that the bytes match, for a thorough probe. The search costs two
//! reads, at 32 KiB and at the end, that most callers do not need.

use super::signatures::{add_end, Signatures};
use super::{content, libvirt};
use crate::base::format::Format;
use crate::base::named::Named;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::formats::{luks2, vmdk, DRIVERS};
use crate::image::{EncryptionFormat, Facts};

/// Number of bytes at the start that are searched for a partition table or a file system.
const START: u32 = 4608;
/// Number of bytes at the end that are searched for trailers, which other bytes can follow.
const END: u32 = 4096;

/// Requests the whole start at once, before detection requests a part of it.
pub(crate) fn prepare(view: &View<'_>) -> Result<(), Incomplete> {
    start(view).map(|_| ())
}

/// Adds the other formats and content to the facts of a detected format.
pub(crate) fn add<'a>(
    view: &View<'a>,
    head: &Head<'_>,
    facts: &mut Facts<Text<'a>>,
) -> Result<(), Incomplete> {
    let encryption = facts
        .encryption
        .as_ref()
        .map(|encryption| encryption.format);
    if facts.format == Format::Raw && encryption == Some(EncryptionFormat::Luks2) {
        luks2::add_to_raw(view, facts)?;
    }
    let descriptors = content::descriptors(view)?;
    let start = start(view)?;
    facts.content = content::of(start, descriptors);
    if facts.format == Format::Raw && facts.encryption.is_none() {
        content::text(start)
            .into_iter()
            .for_each(|text| facts.content.insert(text));
    }
    if facts.format != Format::Vmdk && vmdk::is_described(start) {
        facts.also_matches.insert(Format::Vmdk);
    }
    add_libvirt(head, descriptors, facts);
    let by_libvirt = facts.detected_as.libvirt.filter(|name| *name != c"raw");
    let others = Format::ALL.iter().copied();
    let others = others.filter(|format| Some(libvirt::name(*format)) == by_libvirt);
    others.for_each(|format| facts.also_matches.insert(format));
    let Some(length) = view.length().known() else {
        return Ok(());
    };
    let end = view.if_there(length.saturating_sub(u64::from(END)), END, "end")?;
    for driver in DRIVERS {
        let Some(is_there) = driver.trailer else {
            continue;
        };
        if driver.format != facts.format && is_there(view, end)? {
            facts.also_matches.insert(driver.format);
        }
    }
    add_end(view, facts)?;
    facts.incomplete_scan = false;
    Ok(())
}

/// Adds the formats that QEMU and libvirt would detect to the facts of a specified format.
pub(crate) fn add_to_given(
    view: &View<'_>,
    options: &Options,
    facts: &mut Facts<Text<'_>>,
) -> Result<(), Incomplete> {
    if facts.format == Format::Raw && !options.also_matches {
        return Ok(());
    }
    let head = view.head()?;
    let signatures = Signatures::of(&head);
    let qemu = match view.length().known() {
        Some(_) => signatures.detect(view, options)?,
        // Whether the file name counts depends on the trailer, which cannot be found if the length
        // is unknown.
        None => signatures.detected,
    };
    facts.detected_as.qemu = (qemu != facts.format).then(|| qemu.c_name());
    add_libvirt(&head, content::descriptors(view)?, facts);
    Ok(())
}

fn start<'a>(view: &View<'a>) -> Result<&'a [u8], Incomplete> {
    view.if_there(0, START, "start")
}

fn add_libvirt(head: &Head<'_>, descriptors: &[u8], facts: &mut Facts<Text<'_>>) {
    let libvirt = libvirt::detect(head, descriptors);
    facts.detected_as.libvirt = (libvirt != libvirt::name(facts.format)).then_some(libvirt);
}
