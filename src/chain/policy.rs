// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the format of an element becomes known, and what to do if it is not recorded.

use crate::base::error::{Error, ErrorKind, Reason};
use crate::base::escape::escape;
use crate::base::format::Format;
use crate::base::named::named_enum;
use crate::image::BackingFormat;
use crate::image::Image;
use crate::location::{Location, TopNode};
use crate::policy::Finding;

named_enum! {
    /// What to do if an image does not record the format of its backing file, or if the recorded
    /// name of the format is unknown.
    UnrecordedFormat {
        /// The walk fails.
        Refuse = 1 => "refuse",
        /// Detect the format, but fail if the image names another file: a backing file, data file,
        /// extent or parent. Otherwise a guest could write a header to its raw disk that names a
        /// file of the host. libvirt has this rule for backing files.
        Probe = 2 => "probe",
        /// Treat the backing file as raw, without detection.
        Raw = 3 => "raw",
        /// As `probe`. In addition, if libvirt does not know the recorded name of the format, the
        /// backing file is treated as raw, unless its bytes have the format of that name. libvirt
        /// then specifies raw to QEMU.
        Libvirt = 4 => "libvirt",
    }
    C diskprobe_unrecorded_format {
        /// No action.
        NONE = 0 => "unknown",
    }
}

named_enum! {
    /// The directory from which a relative name of a qcow2 data file is resolved. QEMU opens it
    /// from its own working directory; management applications join it to the directory of the
    /// image, and pass QEMU the result.
    DataFileDirectory {
        /// In both: the chain fails if they do not lead to the same file.
        Same = 1 => "same",
        /// In the directory of the image.
        Image = 2 => "image",
        /// In the working directory of this process, which must be that of the hypervisor.
        Working = 3 => "working",
    }
    C diskprobe_data_file_directory {
        /// None of these.
        NONE = 0 => "unknown",
    }
}

named_enum! {
    /// How the format of an element is known.
    FormatSource {
        /// The format is unknown.
        Unknown = 0 => "unknown",
        /// The caller specified the format.
        Given = 1 => "given",
        /// The image that names the element records the format with a name, a flag or the driver of
        /// a location, or allows only one format.
        Recorded = 2 => "recorded",
        /// The format was detected from the bytes of the element.
        Probed = 3 => "probed",
        /// The format is not recorded or unknown, and the caller chose to treat the element as raw.
        Assumed = 4 => "assumed",
        /// The element is a data file, which is always raw.
        Implied = 5 => "implied",
    }
    C diskprobe_format_source {
    }
}

const SLICE_OF_RAW: &str = "a slice next to \"file\", but the recorded format is not raw";

fn mismatch(what: &'static str) -> Error {
    Error::from(Reason::Location {
        syntax: "location",
        what,
        offset: 0,
    })
}

/// Returns the error for a location whose protocol or driver is unknown. A name with a
/// colon is often meant to be a path, so the message says how to write one.
pub(super) fn unknown_protocol(location: &Location) -> Error {
    const MAX_SHOWN: usize = 64;
    let name = location.protocol_name().unwrap_or_default();
    let name = escape(name.get(..MAX_SHOWN).unwrap_or(name));
    let (template, parameter) = match location.top {
        TopNode::Implied => (
            "location: the part before the colon, {protocol}, is not a known protocol; a path with \
             a colon starts with ./ or /",
            "protocol",
        ),
        _ => ("location: the driver {driver} is not known", "driver"),
    };
    Error::described(ErrorKind::InvalidLocation, template, &[(parameter, &name)])
}

/// Returns whether the protocol driver of that name opens the location, without a format driver.
fn is_read_by(location: &Location, driver: &[u8]) -> bool {
    match location.top {
        TopNode::Implied => match driver {
            b"file" => location.local_name().is_some(),
            // A prefix `file:` would be part of the name of the device.
            b"host_device" | b"host_cdrom" => {
                location.local_name().is_some() && !location.needs_regular_file
            }
            _ => location.protocol_name() == Some(driver),
        },
        TopNode::Protocol => location.driver_name() == Some(driver),
        TopNode::Unnamed { .. } | TopNode::Format { .. } => false,
    }
}

/// Returns whether libvirt has a format of this name. It treats a backing file with another
/// recorded name as raw.
fn is_known_to_libvirt(name: &[u8]) -> bool {
    name == b"fat" || Format::from_libvirt_bytes(name).is_some()
}

/// What is known about an element's format before it is opened.
#[derive(Clone, Copy)]
pub(super) enum Claim {
    /// The top image: the format that the caller gave, if any.
    Top(Option<Format>),
    /// A backing file: the format that the caller gave.
    Given(Format),
    /// A backing file: the recorded format, if its name is known.
    Recorded(Option<Format>),
    /// A backing file whose recorded name libvirt does not know: the format, if it is known here.
    UnknownToLibvirt(Option<Format>),
    /// A backing file whose format is not recorded.
    Unrecorded,
    /// A backing file of a qed image. A flag, which is not set, would record raw.
    UnrecordedInQed,
    /// A data file.
    DataFile,
    /// A data file at a location that the caller gave.
    GivenDataFile,
}

impl Claim {
    /// Returns the claim of a backing file from its recorded format and its location.
    ///
    /// The recorded format is the driver of the node that QEMU opens. It replaces the driver of a
    /// `json:` location, whose other options stay. Combinations that QEMU refuses are errors.
    pub(super) fn of(
        recorded: Option<BackingFormat<'_>>,
        location: &Location,
        above: Format,
    ) -> Result<Self, Error> {
        if location.kind().is_none() && location.top != TopNode::Implied {
            return Err(unknown_protocol(location));
        }
        let Some(recorded) = recorded else {
            return match (location.driver_format(), location.top) {
                (_, TopNode::Unnamed { has_slice: true }) => Err(mismatch(SLICE_OF_RAW)),
                (None, _) if above == Format::Qed => Ok(Claim::UnrecordedInQed),
                (None, _) => Ok(Claim::Unrecorded),
                (format, _) => Ok(Claim::Recorded(format)),
            };
        };
        if recorded.is_raw() && recorded.format().is_none() {
            return match is_read_by(location, recorded.name()) {
                true => Ok(Claim::Recorded(Some(Format::Raw))),
                false => Err(mismatch("the recorded driver is not that of the location")),
            };
        }
        match (recorded.format(), location.top) {
            (Some(_), TopNode::Protocol) => Err(mismatch(
                "a format is recorded, but the location has no format driver and no \"file\"",
            )),
            (
                Some(format),
                TopNode::Unnamed { has_slice: true }
                | TopNode::Format {
                    has_slice: true, ..
                },
            ) if format != Format::Raw => Err(mismatch(SLICE_OF_RAW)),
            // The driver raw without a slice has only options that other drivers accept, and
            // libvirt also opens its file in the recorded format.
            (Some(format), TopNode::Format { format: driver, .. })
                if format != driver && driver != Format::Raw =>
            {
                Err(mismatch("the recorded format is not that of the driver"))
            }
            (format, _) if is_known_to_libvirt(recorded.name()) => Ok(Claim::Recorded(format)),
            (format, _) => Ok(Claim::UnknownToLibvirt(format)),
        }
    }

    /// Returns whether the element is raw if its bytes do not have the recorded format.
    pub(super) fn may_be_raw(self, policy: UnrecordedFormat) -> bool {
        matches!(self, Claim::UnknownToLibvirt(_)) && policy == UnrecordedFormat::Libvirt
    }

    /// Returns the format to request (`None`: detect it), and how it is known.
    pub(super) fn settle(
        self,
        policy: UnrecordedFormat,
    ) -> Result<(Option<Format>, FormatSource), Error> {
        match (self, policy) {
            (Claim::Top(None), _) => Ok((None, FormatSource::Probed)),
            (Claim::Top(given), _) => Ok((given, FormatSource::Given)),
            (Claim::Given(given), _) => Ok((Some(given), FormatSource::Given)),
            (Claim::UnknownToLibvirt(None), UnrecordedFormat::Libvirt) => {
                Ok((Some(Format::Raw), FormatSource::Assumed))
            }
            (Claim::Recorded(None) | Claim::UnknownToLibvirt(None), _) => {
                Err(Reason::UnknownFormat.into())
            }
            (Claim::Recorded(known) | Claim::UnknownToLibvirt(known), _) => {
                Ok((known, FormatSource::Recorded))
            }
            (Claim::Unrecorded | Claim::UnrecordedInQed, policy) => match policy {
                UnrecordedFormat::Refuse => {
                    Err(Reason::NotRecorded("its format is not recorded").into())
                }
                UnrecordedFormat::Raw => Ok((Some(Format::Raw), FormatSource::Assumed)),
                UnrecordedFormat::Probe | UnrecordedFormat::Libvirt => {
                    Ok((None, FormatSource::Probed))
                }
            },
            (Claim::DataFile | Claim::GivenDataFile, _) => {
                Ok((Some(Format::Raw), FormatSource::Implied))
            }
        }
    }

    /// Checks the probed image against the claim.
    pub(super) fn accept(self, image: &Image) -> Result<(), Error> {
        const OTHERS: [Finding; 4] = [
            Finding::BackingFile,
            Finding::DataFile,
            Finding::ExternalExtents,
            Finding::Parent,
        ];
        // Under the other policies the format is not detected, and a raw image names no file. A qed
        // image records whether its backing file is raw. A backing file that it does not record as
        // raw is therefore not a raw disk, to which a guest could write a header.
        if matches!(self, Claim::Unrecorded) && OTHERS.iter().any(|other| image.has_finding(*other))
        {
            const WHAT: &str =
                "its format is not recorded, and the detected image names other files";
            return Err(Reason::NotRecorded(WHAT).into());
        }
        Ok(())
    }
}
