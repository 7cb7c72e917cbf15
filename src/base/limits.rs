// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every hard limit, each with its reason and QEMU's limit, if there is one.
//!
//! These limits bound the work for any input. Limits that a specification sets on a field are in
//! the file of that format, next to the field.

/// Most reads for one image. The formats need at most twelve; the rest is margin for extension
/// areas with holes. QEMU: no bound.
pub(crate) const MAX_READS: u32 = 16;

/// Most bytes read for one image. The formats need less than 300 KiB. QEMU: no bound.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// The first read, from offset 0. It holds every fact that a real program writes into the header of
/// a qcow, qcow2, qed, vdi, sparse vmdk, dynamic vpc or LUKS1 image; the two headers of a dynamic
/// vpc image end here. More bytes would be copied for every image and help few.
pub(crate) const FIRST_READ: u64 = 1536;

/// Least size of a later read, so that neighbouring structures cost one read.
pub(crate) const LATER_READ: u64 = 4096;

/// Longest object that can hold an image, in bytes: an offset is an `off_t`. QEMU: the same.
pub(crate) const MAX_OBJECT: u64 = i64::MAX.unsigned_abs();

/// Bytes that detection uses, as in QEMU (`BLOCK_PROBE_BUF_SIZE`).
pub(crate) const DETECTION_HEAD: u32 = 512;

/// Largest virtual size. QEMU's `BDRV_MAX_LENGTH`: `INT64_MAX` rounded down to 1 GiB.
pub(crate) const MAX_VIRTUAL_SIZE: u64 = 0x7fff_ffff_c000_0000;

/// Longest qcow2 external data file name. QEMU: the rest of the first cluster, up to 2 MiB; but
/// a name above `PATH_MAX` cannot be opened.
pub(crate) const MAX_DATA_FILE_NAME: u64 = 4096;

/// Most of a VMDK text descriptor that is read. QEMU: 1 MiB less one byte.
pub(crate) const MAX_VMDK_DESCRIPTOR: u64 = 64 * 1024;

/// Most extents that blank lines add to a VMDK text descriptor: QEMU repeats the next extent for
/// each blank line. Writers put a comment there. Extents with lines of their own are bounded by the
/// text; without this limit, a text of 5 KiB could list 3 MiB of names. QEMU: no bound.
pub(crate) const MAX_VMDK_REPEATS: usize = 64;

/// Longest name of a parent in one of the eight parent locators of VHD. Paths that Windows
/// accepts without a special prefix have 520 bytes. QEMU: does not read them.
pub(crate) const MAX_VPC_PARENT_LOCATOR: u64 = 4096;

/// Longest VHDX parent locator. Writers need about 1 KiB. Its paths can grow by half when they are
/// converted to UTF-8, and the facts must not be longer than the bytes read. QEMU: refuses
/// differencing images.
pub(crate) const MAX_VHDX_PARENT_LOCATOR: u64 = 32 * 1024;

/// Most of the JSON of LUKS2 that is read. cryptsetup writes 12 KiB by default.
/// QEMU: does not read LUKS2.
pub(crate) const MAX_LUKS2_JSON: u64 = 64 * 1024;

/// Deepest nesting of JSON values. LUKS2 needs 3, a `json:` location 4. QEMU: 1024.
pub(crate) const MAX_JSON_DEPTH: u32 = 16;

/// Longest backing location that is parsed, in bytes: no format that QEMU reads a location from can
/// record a longer one (qed: 4095, qcow2: 1023), and no longer path can be opened (`PATH_MAX`). A
/// parser allocates memory in proportion to it. QEMU: no bound.
pub(crate) const MAX_LOCATION: usize = 4096;

/// Most options in a location, including those of nested objects; and most cookies. QEMU's drivers
/// have fewer than 60 options, and three for each host. QEMU: no bound.
pub(crate) const MAX_LOCATION_OPTIONS: usize = 256;

/// Longest full name of an option, including the names of the objects around it. QEMU's longest are
/// below 50. Without this limit, a long name around many short ones would be stored once for each.
/// QEMU: no bound.
pub(crate) const MAX_LOCATION_OPTION_NAME: usize = 128;

/// Most hosts that a location names. Clusters have 3 to 9 monitors. QEMU: no bound.
pub(crate) const MAX_LOCATION_HOSTS: usize = 32;

/// Most images of one chain, each of which may have a data file in addition. libvirt: 200. QEMU: no
/// bound.
pub(crate) const MAX_CHAIN_IMAGES: u32 = 200;

/// Most threads of a scan. Storage on which each call takes milliseconds needs many; each thread
/// holds two descriptors.
pub(crate) const MAX_SCAN_JOBS: u32 = 256;

/// Deepest directory of a scan. Each open directory holds a descriptor and at most `SCAN_LISTING`
/// bytes. Pools have two or three levels.
pub(crate) const MAX_SCAN_DEPTH: u32 = 64;

/// Bytes of a directory that are read at once: about a thousand names. The C library's `readdir`
/// reads as many.
pub(crate) const SCAN_LISTING: usize = 32 * 1024;
