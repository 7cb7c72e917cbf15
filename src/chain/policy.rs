// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the format of an element becomes known, and what to do if it is not recorded.

use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::base::named::named_enum;
use crate::image::BackingFormat;
use crate::image::Image;
use crate::location::Location;
use crate::policy::Finding;

named_enum! {
    /// What to do if an image does not record the format of its backing file.
    UnrecordedFormat {
        /// The walk fails.
        Refuse = 1 => "refuse",
        /// Detect the format, but fail if the image names another file: a backing file, data file,
        /// extent or parent. Otherwise a guest could write a header to its raw disk that names a
        /// file of the host. libvirt has this rule for backing files.
        Probe = 2 => "probe",
        /// Treat the backing file as raw, without detection.
        Raw = 3 => "raw",
    }
    C diskprobe_unrecorded_format {
        /// No action.
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
        /// The format is not recorded, and the caller chose to treat the element as raw.
        Assumed = 4 => "assumed",
        /// The element is a data file, which is always raw.
        Implied = 5 => "implied",
    }
    C diskprobe_format_source {
    }
}

/// What is known about an element's format before it is opened.
#[derive(Clone, Copy)]
pub(super) enum Claim {
    /// The top image: the format that the caller gave, if any.
    Top(Option<Format>),
    /// A backing file: the recorded format, if its name is known.
    Recorded(Option<Format>),
    /// A backing file whose format is not recorded.
    Unrecorded,
    /// A data file.
    DataFile,
}

impl Claim {
    /// Returns the claim of a backing file from its recorded format and its location.
    pub(super) fn of(recorded: Option<BackingFormat<'_>>, location: Option<&Location>) -> Self {
        match recorded {
            Some(format) if format.is_raw() => Claim::Recorded(Some(Format::Raw)),
            Some(format) => Claim::Recorded(format.format()),
            None if location.is_some_and(|location| location.says_raw) => {
                Claim::Recorded(Some(Format::Raw))
            }
            None => Claim::Unrecorded,
        }
    }

    /// Returns the format to request (`None`: detect it), and how it is known.
    pub(super) fn settle(
        self,
        policy: UnrecordedFormat,
    ) -> Result<(Option<Format>, FormatSource), Error> {
        match (self, policy) {
            (Claim::Top(None), _) | (Claim::Unrecorded, UnrecordedFormat::Probe) => {
                Ok((None, FormatSource::Probed))
            }
            (Claim::Top(given), _) => Ok((given, FormatSource::Given)),
            (Claim::Recorded(None), _) => Err(Reason::UnknownFormat.into()),
            (Claim::Recorded(known), _) => Ok((known, FormatSource::Recorded)),
            (Claim::Unrecorded, UnrecordedFormat::Refuse) => {
                Err(Reason::NotRecorded("its format is not recorded").into())
            }
            (Claim::Unrecorded, UnrecordedFormat::Raw) => {
                Ok((Some(Format::Raw), FormatSource::Assumed))
            }
            (Claim::DataFile, _) => Ok((Some(Format::Raw), FormatSource::Implied)),
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
        // Under the other policies the format is not detected, and raw names no file.
        if matches!(self, Claim::Unrecorded) && OTHERS.iter().any(|other| image.has_finding(*other))
        {
            const WHAT: &str =
                "its format is not recorded, and the detected image names other files";
            return Err(Reason::NotRecorded(WHAT).into());
        }
        Ok(())
    }
}
