// SPDX-License-Identifier: MIT OR Apache-2.0
//! Detection by the table of formats.

use super::hint::content_hint;
use crate::base::error::Reason;
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::named::Set;
use crate::base::options::Options;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::formats::{dmg, luks2, vmdk, vpc, Trailer, DRIVERS};
use crate::image::{Encryption, Facts};

/// The format that the bytes show and, as far as it counts, the name of the file.
pub(crate) fn detect(
    view: &View<'_>,
    signatures: &Signatures,
    options: &Options,
) -> Result<Format, Incomplete> {
    let by_signature = signatures.decisive;
    // To QEMU, the name weighs as little as cloop's signature, and is asked first.
    let outweighed = !matches!(by_signature, Format::Raw | Format::Cloop);
    if options.named_dmg && !outweighed && dmg::trailer_is_there(view)? {
        return Ok(Format::Dmg);
    }
    Ok(by_signature)
}

/// The format that the bytes alone show.
pub(crate) fn detected(head: &Head<'_>) -> Format {
    matches(head).decisive
}

/// The formats, and what tells whether their trailer stands at the end of a file.
pub(crate) fn trailers() -> impl Iterator<Item = (Format, Trailer)> {
    let trailers = DRIVERS.iter();
    trailers.filter_map(|driver| Some((driver.format, driver.trailer?)))
}

/// Adds what the first sector shows and QEMU's probing does not see.
pub(crate) fn add_unprobed<'a>(head: &Head<'a>, facts: &mut Facts<Text<'a>>) {
    for driver in &DRIVERS {
        if driver.unprobed.is_some_and(|detect| detect(head)) {
            match driver.format {
                Format::Luks => add_encryption(facts, Format::Luks, luks2::finding(head)),
                Format::Dmg => add_encryption(facts, Format::Dmg, dmg::encrypted::finding()),
                format => facts.also_matches.insert(format),
            }
        }
        let similar = || driver.similar.is_some_and(|detect| detect(head));
        if facts.format == Format::Raw && similar() {
            facts.also_matches.insert(driver.format);
        }
    }
}

/// Adds what the end of the file shows beside trailers.
pub(crate) fn add_end(view: &View<'_>, facts: &mut Facts<Text<'_>>) -> Result<(), Incomplete> {
    if dmg::ends_encrypted(view)? {
        add_encryption(facts, Format::Dmg, dmg::encrypted::finding());
    }
    if facts.format == Format::Vpc {
        facts.headers_differ |= vpc::footers_differ(view)?;
    }
    Ok(())
}

/// Adds encryption that is no format of its own accord, but that of what is raw to QEMU.
fn add_encryption<'a>(
    facts: &mut Facts<Text<'a>>,
    format: Format,
    encryption: Encryption<Text<'a>>,
) {
    if facts.format == Format::Raw && facts.encryption.is_none() {
        facts.encryption = Some(Box::new(encryption));
    } else if facts.format != format {
        facts.also_matches.insert(format);
    }
}

/// The formats that a first sector carries the signature of.
pub(crate) struct Signatures {
    /// The one that decides; raw, where there is none.
    decisive: Format,
    pub(crate) all: Set<Format>,
}

pub(crate) fn matches(head: &Head<'_>) -> Signatures {
    let mut found = Signatures {
        decisive: Format::Raw,
        all: Set::default(),
    };
    for driver in DRIVERS.iter().rev() {
        if driver.probed.is_some_and(|detect| detect(head)) {
            found.decisive = driver.format;
            found.all.insert(driver.format);
        }
    }
    found
}

/// Completes the error for bytes of the wrong format by what they are instead.
pub(crate) fn describe_mismatch(view: &View<'_>, stop: Incomplete) -> Incomplete {
    let Incomplete::Failed(Reason::WrongFormat {
        format,
        missing,
        offset,
        instead: ContentHint::Unknown,
    }) = stop
    else {
        return stop;
    };
    match view.head() {
        Ok(head) => {
            let detected = detected(&head);
            let named = match detected {
                Format::Vmdk => vmdk::extents_named(view),
                _ => Ok(None),
            };
            // Where more bytes are needed to count them, the text of an error is not worth a
            // read: it could fail, and hide why there is no answer.
            let instead = match named {
                Ok(Some(extents)) => ContentHint::VmdkDescriptor { extents },
                _ => content_hint(&head, detected, view.length().known()),
            };
            Incomplete::Failed(Reason::WrongFormat {
                format,
                missing,
                offset,
                instead,
            })
        }
        Err(Incomplete::Need(range)) => Incomplete::Need(range),
        Err(Incomplete::Failed(_)) => stop,
    }
}
