// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ordered table of formats, and detection by it.
//!
//! A new format is one new file in `formats/` and one line in [`DRIVERS`].

mod cow;
mod dmg;
mod guid;
mod luks;
mod luks2;
mod qcow;
mod qcow2;
mod qed;
mod raw;
mod sizes;
mod vdi;
mod vmdk;
mod vpc;

mod bochs;
mod cloop;
mod parallels;
mod vhdx;

use crate::error::Reason;
use crate::facts::{Encryption, Facts};
use crate::format::Format;
use crate::hint::{looks_like, Looks};
use crate::named::Set;
use crate::options::Options;
use crate::text::Text;
use crate::view::{Head, Stop, View};

/// Reads the facts of an image of one format.
type Inspect = for<'a> fn(&View<'a>) -> Result<Facts<Text<'a>>, Stop>;

/// Whether the bytes at the end of a file are those of a format.
type Trailer = fn(&View<'_>) -> Result<bool, Stop>;

/// How one format is recognised and read.
struct Driver {
    format: Format,
    /// Reads the facts. Checks the signature itself, so that it can be asked for by name.
    inspect: Inspect,
    /// Whether QEMU's probing takes a first sector for this format. `None`: it cannot see it.
    probed: Option<fn(&Head<'_>) -> bool>,
    /// Whether a first sector carries a signature that QEMU's probing does not know.
    unprobed: Option<fn(&Head<'_>) -> bool>,
    /// Whether a first sector begins as one of this format does, but for what QEMU's probing wants
    /// besides: a version, a kind. Other programs may want less.
    similar: Option<fn(&Head<'_>) -> bool>,
    /// Whether the end of a file carries the format's signature.
    trailer: Option<Trailer>,
}

impl Driver {
    const fn of(format: Format, inspect: Inspect) -> Self {
        Driver {
            format,
            inspect,
            probed: None,
            unprobed: None,
            similar: None,
            trailer: None,
        }
    }

    const fn probed(mut self, detect: fn(&Head<'_>) -> bool) -> Self {
        self.probed = Some(detect);
        self
    }

    const fn unprobed(mut self, detect: fn(&Head<'_>) -> bool) -> Self {
        self.unprobed = Some(detect);
        self
    }

    const fn similar(mut self, detect: fn(&Head<'_>) -> bool) -> Self {
        self.similar = Some(detect);
        self
    }

    const fn trailer(mut self, trailer: Trailer) -> Self {
        self.trailer = Some(trailer);
        self
    }
}

/// Every format, in the order in which QEMU's probing asks its drivers: the order decides where
/// two signatures stand in the same bytes (VDI's is at offset 64, most others at 0). `raw` is not
/// among those asked: it is what is left. QEMU knows dmg by the name of the file, and cow no more.
const DRIVERS: [Driver; 14] = [
    Driver::of(Format::Parallels, parallels::inspect)
        .probed(parallels::detect)
        .similar(parallels::is_similar),
    Driver::of(Format::Qed, qed::inspect).probed(qed::detect),
    Driver::of(Format::Dmg, dmg::inspect)
        .unprobed(dmg::encrypted::detect)
        .trailer(dmg::trailer_is_there),
    Driver::of(Format::Bochs, bochs::inspect)
        .probed(bochs::detect)
        .similar(bochs::is_similar),
    Driver::of(Format::Cloop, cloop::inspect)
        .probed(cloop::detect)
        .similar(cloop::is_similar),
    Driver::of(Format::Vpc, vpc::inspect)
        .probed(vpc::detect)
        .trailer(vpc::trailer_is_there),
    Driver::of(Format::Vmdk, vmdk::inspect)
        .probed(vmdk::detect)
        .similar(vmdk::is_similar),
    Driver::of(Format::Vhdx, vhdx::inspect).probed(vhdx::detect),
    Driver::of(Format::Vdi, vdi::inspect).probed(vdi::detect),
    Driver::of(Format::Qcow, qcow::inspect).probed(qcow::detect),
    Driver::of(Format::Raw, raw::inspect),
    Driver::of(Format::Qcow2, qcow2::inspect)
        .probed(qcow2::detect)
        .similar(qcow2::is_similar),
    Driver::of(Format::Luks, luks::inspect)
        .probed(luks::detect)
        .unprobed(luks2::detect)
        .similar(luks::is_similar),
    Driver::of(Format::Cow, cow::inspect)
        .unprobed(cow::detect)
        .similar(cow::is_similar),
];

/// The format that the bytes show and, as far as it counts, the name of the file.
pub(crate) fn detect(
    view: &View<'_>,
    signatures: &Signatures,
    options: &Options,
) -> Result<Format, Stop> {
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
pub(crate) fn add_end(view: &View<'_>, facts: &mut Facts<Text<'_>>) -> Result<(), Stop> {
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

/// Reads the facts of an image of that format.
pub(crate) fn inspect_as<'a>(view: &View<'a>, format: Format) -> Result<Facts<Text<'a>>, Stop> {
    let inspect = DRIVERS
        .iter()
        .find(|driver| driver.format == format)
        .map(|driver| driver.inspect)
        .ok_or(Reason::UnsupportedFormat { format })?;
    inspect(view)
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
pub(crate) fn say_what_it_is(view: &View<'_>, stop: Stop) -> Stop {
    let Stop::Failed(Reason::WrongFormat {
        format,
        missing,
        offset,
        instead: Looks::Unknown,
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
                Ok(Some(extents)) => Looks::VmdkDescriptor { extents },
                _ => looks_like(&head, detected, view.length().known()),
            };
            Stop::Failed(Reason::WrongFormat {
                format,
                missing,
                offset,
                instead,
            })
        }
        Err(Stop::Need(range)) => Stop::Need(range),
        Err(Stop::Failed(_)) => stop,
    }
}

/// Fails unless detection would take the bytes for `format` too. `missing` says what is not there.
fn require_signature(
    view: &View<'_>,
    format: Format,
    detect: fn(&Head<'_>) -> bool,
    missing: &'static str,
    offset: u64,
) -> Result<(), Stop> {
    if detect(&view.head()?) {
        return Ok(());
    }
    Err(Stop::Failed(Reason::WrongFormat {
        format,
        missing,
        offset,
        instead: Looks::Unknown,
    }))
}
