// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every hard limit, each with its reason and, where there is one, QEMU's own.
//!
//! Limits that a format's specification sets on its fields stand in that format's file, beside
//! the field. Here are those that bound our work, whatever the image says.

use crate::base::error::{Error, Reason};

/// Most reads for one image. The formats need at most twelve; the rest is margin for extension
/// areas with holes. QEMU: no bound.
pub(crate) const MAX_READS: u32 = 16;

/// Most bytes read for one image. The formats need less than 300 KiB. QEMU: no bound.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// The first read, from offset 0. It holds every fact that a real program writes into the header
/// of a qcow, qcow2, qed, vdi, sparse vmdk, dynamic vpc or LUKS1 image; a dynamic vpc's
/// two headers end here. More would be copied for every image and serve few.
pub(crate) const FIRST_READ: u64 = 1536;

/// A later read brings at least this much, so that neighbouring structures cost one read.
pub(crate) const LATER_READ: u64 = 4096;

/// Longest object that an image can be in, in bytes: an offset in it is an `off_t`. QEMU: the same.
pub(crate) const MAX_OBJECT: u64 = i64::MAX.unsigned_abs();

/// What detection looks at, as QEMU does (`BLOCK_PROBE_BUF_SIZE`).
pub(crate) const DETECTION_HEAD: u32 = 512;

/// Largest virtual size. QEMU's `BDRV_MAX_LENGTH`: `INT64_MAX` rounded down to 1 GiB.
pub(crate) const MAX_VIRTUAL_SIZE: u64 = 0x7fff_ffff_c000_0000;

/// Longest qcow2 external data file name. QEMU: the rest of the first cluster, up to 2 MiB; but
/// a name above `PATH_MAX` cannot be opened.
pub(crate) const MAX_DATA_FILE_NAME: u64 = 4096;

/// Most of a VMDK text descriptor that is read. QEMU: 1 MiB less one byte.
pub(crate) const MAX_VMDK_DESCRIPTOR: u64 = 64 * 1024;

/// Most extents that blank lines add to a VMDK text descriptor: QEMU lists the extent below one
/// once more for it. Writers put a comment between. The extents that have lines of their own are
/// bounded by the text; without this limit whoever lists those of a text of 5 KiB would get 3 MiB
/// of names. QEMU: no bound.
pub(crate) const MAX_VMDK_REPEATS: usize = 64;

/// Longest name of a parent in one of the eight parent locators of VHD. Paths that Windows takes
/// without a special prefix have 520 bytes. QEMU: does not read them.
pub(crate) const MAX_VPC_PARENT_LOCATOR: u64 = 4096;

/// Longest VHDX parent locator. Writers need about 1 KiB; and the paths in it can be half as long
/// again in the answer, which may not be longer than what was read. QEMU: refuses differencing
/// images.
pub(crate) const MAX_VHDX_PARENT_LOCATOR: u64 = 32 * 1024;

/// Most of the JSON of LUKS2 that is read. cryptsetup writes 12 KiB, unless told otherwise.
/// QEMU: does not read LUKS2.
pub(crate) const MAX_LUKS2_JSON: u64 = 64 * 1024;

/// How deep JSON values may lie in each other. LUKS2 needs 3, a `json:` location 4. QEMU: 1024.
pub(crate) const MAX_JSON_DEPTH: u32 = 16;

/// Longest backing location that is parsed, in bytes: no image format that QEMU reads a location
/// from holds a longer one (qed: 4095, qcow2: 1023), and no longer path can be opened
/// (`PATH_MAX`). Everything that a parse allocates is in proportion to it. QEMU: no bound.
pub(crate) const MAX_LOCATION: usize = 4096;

/// Most options in a location, those of nested objects counted; and most cookies. What QEMU's
/// drivers know of is fewer than 60, and three for each host. QEMU: no bound.
pub(crate) const MAX_LOCATION_OPTIONS: usize = 256;

/// Longest name of an option, with those of the objects around it. QEMU's longest are below 50;
/// without this limit, a long name around many short ones would be stored once for each. QEMU: no
/// bound.
pub(crate) const MAX_LOCATION_OPTION_NAME: usize = 128;

/// Most hosts that a location names. Clusters have 3 to 9 monitors. QEMU: no bound.
pub(crate) const MAX_LOCATION_HOSTS: usize = 32;

/// Most images of one chain, each of which may have a data file besides. libvirt: 200. QEMU: no
/// bound.
pub(crate) const MAX_CHAIN_IMAGES: u32 = 200;

/// Most threads of a scan. On storage where each call takes milliseconds, this many images are
/// under way at once; each holds two descriptors.
pub(crate) const MAX_SCAN_JOBS: u32 = 256;

/// How deep a scan goes into directories; each that is open on the way holds a descriptor and at most
/// `SCAN_LISTING` bytes. Pools have two or three.
pub(crate) const MAX_SCAN_DEPTH: u32 = 64;

/// How many bytes of a directory are read at once: about a thousand names. The C library's
/// `readdir` has as many.
pub(crate) const SCAN_LISTING: usize = 32 * 1024;

/// Limits on the work for one image. They can only be lower than the library's own, which are the
/// default.
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
    pub fn max_bytes(mut self, bytes: u64) -> Result<Self, Error> {
        check_argument("max_bytes", bytes, 0u64, MAX_BYTES)?;
        self.max_bytes = bytes;
        Ok(self)
    }
}

/// Refuses an argument outside of its bounds.
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
