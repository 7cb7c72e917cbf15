// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of a probe, and the limits that they set.

use crate::base::detectable::Detectable;
use crate::base::error::{Error, Reason};
use crate::base::format::Format;
use crate::base::limits::{MAX_BYTES, MAX_READS};
use std::ffi::OsStr;

/// How to probe. The default detects the format and uses the library's own limits.
///
/// ```
/// use diskprobe::{Format, Limits, Options};
/// # fn main() -> Result<(), diskprobe::Error> {
/// let known = Options::new().format(Format::Qcow2);
/// let upload = Options::new().thorough(true).limits(Limits::new().max_reads(8)?);
/// # let _ = (known, upload);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "diskprobe_options")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(crate) format: Option<Format>,
    pub(crate) detectable: Detectable,
    pub(crate) limits: Limits,
    pub(crate) thorough: bool,
    pub(crate) also_matches: bool,
    pub(crate) allow_unknown_features: bool,
    pub(crate) wait_for_lease: bool,
    /// The name of the file makes QEMU search for a dmg trailer.
    pub(crate) named_dmg: bool,
}

impl Options {
    /// Creates the default options.
    #[must_use]
    pub fn new() -> Self {
        Options::default()
    }

    /// Sets the format of the image, if it is known. With `None`, the format is detected.
    ///
    /// Only the parser of that format runs then, and bytes of another format are an error. For
    /// [`Format::Raw`], no content is read.
    #[doc(alias = "diskprobe_options_set_format")]
    #[must_use]
    pub fn format(mut self, format: impl Into<Option<Format>>) -> Self {
        self.format = format.into();
        self
    }

    /// Sets the formats that detection may return. The default is all of them.
    ///
    /// A signature of another format is an error
    /// ([`FormatNotAllowed`](crate::ErrorKind::FormatNotAllowed)), even if the bytes also match an
    /// allowed format. Such bytes are never treated as raw instead. If the format is given, it is
    /// not detected, so it can be any format.
    #[doc(alias = "diskprobe_options_set_detectable")]
    #[must_use]
    pub fn detectable(mut self, formats: Detectable) -> Self {
        self.detectable = formats;
        self
    }

    /// Sets the name of the image's file as it would be passed to QEMU, whose probing uses the name
    /// for one format.
    ///
    /// If the name ends in `.dmg` (lower case, not the whole name) and the first sector has no
    /// signature that QEMU prefers, the end of the file is read too. If it is a UDIF trailer, the
    /// format is [`Format::Dmg`]. QEMU refuses such a file without a trailer; this library detects
    /// it as if it had another name. Names have no other effect. [`probe_path`](crate::probe_path)
    /// does not set the name.
    #[doc(alias = "diskprobe_options_set_file_name")]
    #[must_use]
    pub fn file_name(self, name: impl AsRef<OsStr>) -> Self {
        self.file_name_bytes(name.as_ref().as_encoded_bytes())
    }

    pub(crate) fn file_name_bytes(mut self, name: &[u8]) -> Self {
        const SUFFIX: &[u8] = b".dmg";
        self.named_dmg = name.len() > SUFFIX.len() && name.ends_with(SUFFIX);
        self
    }

    /// Sets lower limits than the library's own.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets whether detection also searches for formats that do not start at offset 0.
    ///
    /// By default a probe reads only what the facts require, usually one read of 1.5 KiB. A
    /// thorough probe makes two more reads: 32 KiB at offset 32 KiB (ISO 9660, UDF) and the end of
    /// the file (fixed VHD footer, UDIF trailer). They complete
    /// [`Image::content`](crate::Image::content),
    /// [`Image::also_matches`](crate::Image::also_matches) and
    /// [`Image::detected_as`](crate::Image::detected_as). Use this option for images from untrusted
    /// sources; without it, a policy reports
    /// [`Finding::IncompleteScan`](crate::Finding::IncompleteScan).
    #[doc(alias = "diskprobe_options_set_thorough")]
    #[must_use]
    pub fn thorough(mut self, thorough: bool) -> Self {
        self.thorough = thorough;
        self
    }

    /// Sets whether a probe of an image with an unknown version or feature still returns the facts
    /// that are certain. By default, such a version or feature is an error
    /// ([`UnsupportedFeature`](crate::ErrorKind::UnsupportedFeature)).
    ///
    /// Use this option if another program makes the decision about the image and the facts are
    /// needed only for display. The image has
    /// [`Feature::UnknownRequired`](crate::Feature::UnknownRequired), and policies deny it by
    /// default. If feature bits are unknown, the header fields keep their usual meaning, and the
    /// detail `unknown-features` holds the bits. If the version is unknown, only the format is
    /// certain. The image may contain names that are not reported.
    #[doc(alias = "diskprobe_options_set_allow_unknown_features")]
    #[must_use]
    pub fn allow_unknown_features(mut self, allow: bool) -> Self {
        self.allow_unknown_features = allow;
        self
    }

    /// Sets whether opening a file waits until another process releases its lease (fcntl(2),
    /// `F_SETLEASE`). By default, a lease is an error ([`Busy`](crate::ErrorKind::Busy)), because
    /// opening never blocks.
    ///
    /// The wait applies only to regular files. The kernel bounds the wait, by default to 45 seconds
    /// (`/proc/sys/fs/lease-break-time`). This option requires Linux and a mounted `/proc`. Scans
    /// do not wait.
    #[doc(alias = "diskprobe_options_set_wait_for_lease")]
    #[must_use]
    pub fn wait_for_lease(mut self, wait: bool) -> Self {
        self.wait_for_lease = wait;
        self
    }

    /// Sets whether a probe with a given format also searches for the signatures of other formats.
    ///
    /// By default a given format is trusted. With this option,
    /// [`Image::also_matches`](crate::Image::also_matches) holds the formats that a probe without a
    /// given format would find, and [`Image::content`](crate::Image::content) is known, as after a
    /// thorough probe. The other facts remain those of the given format. Use this option if the
    /// format was given by an untrusted source. It has no effect if the format is detected.
    #[doc(alias = "diskprobe_options_set_also_matches")]
    #[must_use]
    pub fn also_matches(mut self, search: bool) -> Self {
        self.also_matches = search;
        self
    }
}

/// Limits on the work for one image. They can only be lower than the library's own, which are the
/// default.
///
/// ```
/// use diskprobe::Limits;
/// let limits = Limits::new().max_reads(4)?.max_bytes(1 << 16)?;
/// let error = limits.max_reads(17).unwrap_err();
/// assert_eq!(error.to_string(), "max_reads is 17, must be 0 to 16");
/// # Ok::<(), diskprobe::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub(crate) max_reads: u32,
    pub(crate) max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_reads: MAX_READS,
            max_bytes: MAX_BYTES,
        }
    }
}

impl Limits {
    /// The highest limit on reads.
    pub const MAX_READS: u32 = MAX_READS;
    /// The highest limit on bytes.
    pub const MAX_BYTES: u64 = MAX_BYTES;

    /// Creates the library's own limits.
    #[must_use]
    pub fn new() -> Self {
        Limits::default()
    }

    /// Limits the number of reads.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for more than
    /// [`MAX_READS`](Limits::MAX_READS).
    #[doc(alias = "diskprobe_options_set_max_reads")]
    pub fn max_reads(mut self, reads: u32) -> Result<Self, Error> {
        check_argument("max_reads", reads, 0u32, MAX_READS)?;
        self.max_reads = reads;
        Ok(self)
    }

    /// Limits the number of bytes read.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for more than
    /// [`MAX_BYTES`](Limits::MAX_BYTES).
    #[doc(alias = "diskprobe_options_set_max_bytes")]
    pub fn max_bytes(mut self, bytes: u64) -> Result<Self, Error> {
        check_argument("max_bytes", bytes, 0u64, MAX_BYTES)?;
        self.max_bytes = bytes;
        Ok(self)
    }
}

/// Checks that an argument is within its bounds.
pub(crate) fn check_argument(
    name: &'static str,
    value: impl Into<u64>,
    least: impl Into<u64>,
    most: impl Into<u64>,
) -> Result<(), Error> {
    let (value, least, most) = (value.into(), least.into(), most.into());
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(Reason::Argument {
            name,
            value,
            least,
            most,
        }
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, MAX_BYTES, MAX_READS};

    #[test]
    fn limits_can_only_be_lowered() {
        let own = Limits::new();
        assert_eq!(own.clone().max_reads(MAX_READS).ok(), Some(own.clone()));
        assert_eq!(own.clone().max_bytes(MAX_BYTES).ok(), Some(own.clone()));
        let error = own.clone().max_reads(MAX_READS + 1).unwrap_err();
        assert_eq!(error.to_string(), "max_reads is 17, must be 0 to 16");
        assert!(own.clone().max_bytes(MAX_BYTES + 1).is_err());
        let none = own.max_reads(0).and_then(|limits| limits.max_bytes(0));
        assert_eq!(
            none.ok().map(|none| (none.max_reads, none.max_bytes)),
            Some((0, 0))
        );
    }
}
