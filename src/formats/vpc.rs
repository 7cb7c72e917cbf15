// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD, the Connectix and Microsoft virtual hard disk; `vpc` to QEMU. Big-endian.
//!
//! Specification: Microsoft, "Virtual Hard Disk Image Format Specification", 2006. The rule for the
//! size, and limits beyond the specification, are those of QEMU's driver.
//!
//! A dynamic or differencing image has its footer at both ends, and detection sees the one at the
//! start. A fixed image has it only at the end. Detection treats it as raw, and it is read as VHD
//! if the caller asks for that format.

mod dynamic;
mod footer;
mod locators;

use crate::base::error::Reason;
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Extras, Facts, Feature};
use footer::{Footer, COOKIE};

/// The type field of the footer.
const FIXED: u32 = 2;
const DYNAMIC: u32 = 3;
const DIFFERENCING: u32 = 4;

/// The start of the year 2000, in seconds since the start of 1970.
const YEAR_2000: u64 = 946_684_800;

fn detect(head: &Head<'_>) -> bool {
    head.has(0, COOKIE)
}

/// Returns whether the last bytes have a footer at any offset: programs count back from the end of
/// the file, or from that of its last sector.
pub(super) fn has_trailer(_: &View<'_>, end: &[u8]) -> Result<bool, Incomplete> {
    Ok(end.windows(COOKIE.len()).any(|part| part == COOKIE))
}

/// Returns whether the footers at both ends of a dynamic image differ, or only the first is whole.
pub(crate) fn footers_differ(view: &View<'_>) -> Result<bool, Incomplete> {
    let head = view.head()?;
    if !detect(&head) {
        return Ok(false);
    }
    let whole = match footer::at_end(view) {
        Err(Incomplete::Failed(_)) => None,
        other => other?,
    };
    let last = footer::find_at_end(view)?.filter(|_| whole.is_some());
    Ok(last.is_none_or(|(_, last)| footer::differ(head.present(), last)))
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    if detect(&view.head()?) {
        let footer = footer::at_start(view)?;
        let mut facts = facts(&footer)?;
        dynamic::read(view, &footer, &mut facts)?;
        return Ok(facts);
    }
    match footer::at_end(view)? {
        Some(footer) if footer.disk_type == FIXED => {
            let mut facts = facts(&footer)?;
            // The guest's data comes before the footer.
            facts.writable_header = facts
                .virtual_size
                .is_some_and(|size| footer.structure().offset(0) < size);
            Ok(facts)
        }
        _ => Err(Incomplete::Failed(Reason::WrongFormat {
            format: Format::Vpc,
            missing: "no vpc signature at the start and no footer of a fixed image at the end",
            offset: 0,
            instead: ContentHint::Unknown,
        })),
    }
}

/// Returns the facts in the footer.
fn facts<'a>(footer: &Footer<'a>) -> Result<Facts<Text<'a>>, Reason> {
    let mut facts = Facts::of(Format::Vpc);
    facts.subformat = match footer.disk_type {
        FIXED => Some(c"fixed"),
        DYNAMIC => Some(c"dynamic"),
        DIFFERENCING => Some(c"differencing"),
        _ => None,
    };
    facts.virtual_size = Some(footer.virtual_size()?);
    facts.recorded_size = Some(footer.current_size);
    facts.uuid = footer.uuid.not_nil();
    facts.creator = Some(footer.creator_app().text(footer.creator_app));
    facts.extras = Some(Box::new(Extras {
        created: Some(YEAR_2000.saturating_add(footer.timestamp.into())),
        geometry: Some(footer.geometry()),
        largest_size: Some(footer.largest_size()),
        ..Extras::default()
    }));
    if footer.saved_state != 0 {
        facts.features.insert(Feature::SavedState);
    }
    Ok(facts)
}
