// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ordered table of formats, detection, and the pure function over them.
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
use crate::facts::Facts;
use crate::format::Format;
use crate::hint::{looks_like, Looks};
use crate::text::Text;
use crate::view::{Head, Stop, View};

/// Reads the facts of an image of one format.
type Inspect = for<'a> fn(&View<'a>) -> Result<Facts<Text<'a>>, Stop>;

/// How one format is recognised and read.
struct Driver {
    format: Format,
    /// Whether QEMU's probing takes a first sector for this format. `None`: it cannot see it.
    detect: Option<fn(&Head<'_>) -> bool>,
    /// Reads the facts. Checks the signature itself, so that it can be asked for by name.
    inspect: Inspect,
}

/// Every format, in the order in which QEMU's probing asks its drivers: the order decides where
/// two signatures stand in the same bytes (VDI's is at offset 64, most others at 0). `raw` is not
/// among those asked: it is what is left.
const DRIVERS: [Driver; 14] = [
    Driver {
        format: Format::Parallels,
        detect: Some(parallels::detect),
        inspect: parallels::inspect,
    },
    Driver {
        format: Format::Qed,
        detect: Some(qed::detect),
        inspect: qed::inspect,
    },
    // By the name of the file, in QEMU; here, by being asked for.
    Driver {
        format: Format::Dmg,
        detect: None,
        inspect: dmg::inspect,
    },
    Driver {
        format: Format::Bochs,
        detect: Some(bochs::detect),
        inspect: bochs::inspect,
    },
    Driver {
        format: Format::Cloop,
        detect: Some(cloop::detect),
        inspect: cloop::inspect,
    },
    Driver {
        format: Format::Vpc,
        detect: Some(vpc::detect),
        inspect: vpc::inspect,
    },
    Driver {
        format: Format::Vmdk,
        detect: Some(vmdk::detect),
        inspect: vmdk::inspect,
    },
    Driver {
        format: Format::Vhdx,
        detect: Some(vhdx::detect),
        inspect: vhdx::inspect,
    },
    Driver {
        format: Format::Vdi,
        detect: Some(vdi::detect),
        inspect: vdi::inspect,
    },
    Driver {
        format: Format::Qcow,
        detect: Some(qcow::detect),
        inspect: qcow::inspect,
    },
    Driver {
        format: Format::Raw,
        detect: None,
        inspect: raw::inspect,
    },
    Driver {
        format: Format::Qcow2,
        detect: Some(qcow2::detect),
        inspect: qcow2::inspect,
    },
    Driver {
        format: Format::Luks,
        detect: Some(luks::detect),
        inspect: luks::inspect,
    },
    // Not in QEMU any more.
    Driver {
        format: Format::Cow,
        detect: None,
        inspect: cow::inspect,
    },
];

/// The facts of the image in `view`: of the format `asked` for, or of the one that its bytes show.
pub(crate) fn inspect<'a>(view: &View<'a>, asked: Option<Format>) -> Result<Facts<Text<'a>>, Stop> {
    match asked {
        Some(format) => inspect_as(view, format).map_err(|stop| say_what_it_is(view, stop)),
        None => {
            let head = view.head()?;
            let mut found = matches(&head);
            let format = found.next().unwrap_or(Format::Raw);
            let mut inspected = inspect_as(view, format);
            if let Ok(facts) = &mut inspected {
                found.for_each(|other| facts.also_matches.insert(other));
                // QEMU's probing does not see it.
                if luks2::detect(&head) {
                    match format {
                        Format::Raw => facts.encryption = Some(luks2::finding(&head)),
                        _ => facts.also_matches.insert(Format::Luks),
                    }
                }
            }
            inspected
        }
    }
}

fn inspect_as<'a>(view: &View<'a>, format: Format) -> Result<Facts<Text<'a>>, Stop> {
    let inspect = DRIVERS
        .iter()
        .find(|driver| driver.format == format)
        .map(|driver| driver.inspect)
        .ok_or(Reason::UnsupportedFormat { format })?;
    inspect(view)
}

/// The formats that a first sector carries the signature of, the one that decides first.
fn matches<'h>(head: &'h Head<'_>) -> impl Iterator<Item = Format> + 'h {
    DRIVERS
        .iter()
        .filter(|driver| driver.detect.is_some_and(|detect| detect(head)))
        .map(|driver| driver.format)
}

/// Completes the error for bytes of the wrong format by what they are instead.
fn say_what_it_is(view: &View<'_>, stop: Stop) -> Stop {
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
            let detected = matches(&head).next().unwrap_or(Format::Raw);
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
