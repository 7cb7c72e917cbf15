// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ordered table of formats, and detection by it.
//!
//! A new format is one new file in `formats/` and one line in [`DRIVERS`].

mod cow;
pub(crate) mod dmg;
mod guid;
mod luks;
pub(crate) mod luks2;
mod qcow;
mod qcow2;
mod qed;
mod raw;
mod sizes;
mod vdi;
pub(crate) mod vmdk;
pub(crate) mod vpc;

mod bochs;
mod cloop;
mod parallels;
mod vhdx;

use crate::base::error::Reason;
use crate::base::format::Format;
use crate::base::hint::ContentHint;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;

/// Reads the facts of an image of one format.
type Inspect = for<'a> fn(&View<'a>) -> Result<Facts<Text<'a>>, Incomplete>;

/// Whether the bytes at the end of a file are those of a format.
pub(crate) type Trailer = fn(&View<'_>) -> Result<bool, Incomplete>;

/// How one format is recognised and read.
pub(crate) struct Driver {
    pub(crate) format: Format,
    /// Reads the facts. Checks the signature itself, so that it can be asked for by name.
    inspect: Inspect,
    /// Whether QEMU's probing takes a first sector for this format. `None`: it cannot see it.
    pub(crate) probed: Option<fn(&Head<'_>) -> bool>,
    /// Whether a first sector carries a signature that QEMU's probing does not know.
    pub(crate) unprobed: Option<fn(&Head<'_>) -> bool>,
    /// Whether a first sector begins as one of this format does, but for what QEMU's probing wants
    /// besides: a version, a kind. Other programs may want less.
    pub(crate) similar: Option<fn(&Head<'_>) -> bool>,
    /// Whether the end of a file carries the format's signature.
    pub(crate) trailer: Option<Trailer>,
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
pub(crate) const DRIVERS: [Driver; 14] = [
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

/// Reads the facts of an image of that format.
pub(crate) fn inspect_as<'a>(
    view: &View<'a>,
    format: Format,
) -> Result<Facts<Text<'a>>, Incomplete> {
    let inspect = DRIVERS
        .iter()
        .find(|driver| driver.format == format)
        .map(|driver| driver.inspect)
        .ok_or(Reason::UnsupportedFormat { format })?;
    inspect(view)
}

/// Fails unless detection would take the bytes for `format` too. `missing` says what is not there.
fn require_signature(
    view: &View<'_>,
    format: Format,
    detect: fn(&Head<'_>) -> bool,
    missing: &'static str,
    offset: u64,
) -> Result<(), Incomplete> {
    if detect(&view.head()?) {
        return Ok(());
    }
    Err(Incomplete::Failed(Reason::WrongFormat {
        format,
        missing,
        offset,
        instead: ContentHint::Unknown,
    }))
}
