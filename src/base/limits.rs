// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every hard limit, each with its reason and QEMU's limit, if there is one.
//!
//! These limits bound the work for any input. Limits that a specification sets on a field are in
//! the file of that format, next to the field.

/// Maximum number of reads for one image. The formats need at most twelve. The rest is a margin for
/// header extensions that are far apart. QEMU: no bound.
pub(crate) const MAX_READS: u32 = 16;

/// Maximum number of bytes read for one image. The formats need less than 300 KiB. QEMU: no bound.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Size of the first read, at offset 0. Programs write all facts of a qcow, qcow2, qed, vdi, sparse
/// vmdk, dynamic vpc or LUKS1 image into these bytes; the two headers of a dynamic vpc image end at
/// offset 1536. A larger read would cost time for every image and save a read for only a few.
pub(crate) const FIRST_READ: u64 = 1536;

/// Minimum size of a later read, so that adjacent structures need only one read.
pub(crate) const LATER_READ: u64 = 4096;

/// Largest file or device, in bytes: an offset is an `off_t`. QEMU: the same.
pub(crate) const MAX_OBJECT: u64 = i64::MAX.unsigned_abs();

/// Number of bytes that detection uses, as in QEMU (`BLOCK_PROBE_BUF_SIZE`).
pub(crate) const DETECTION_HEAD: u32 = 512;

/// Largest virtual size. QEMU's `BDRV_MAX_LENGTH`: `INT64_MAX` rounded down to 1 GiB.
pub(crate) const MAX_VIRTUAL_SIZE: u64 = 0x7fff_ffff_c000_0000;

/// Longest qcow2 external data file name. QEMU: the rest of the first cluster, up to 2 MiB; but
/// it cannot open a name longer than `PATH_MAX`.
pub(crate) const MAX_DATA_FILE_NAME: u64 = 4096;

/// Maximum number of bytes read from a VMDK descriptor. QEMU: 1 MiB less one byte.
pub(crate) const MAX_VMDK_DESCRIPTOR: u64 = 64 * 1024;

/// Maximum number of extents that blank lines add to a VMDK descriptor. QEMU repeats an extent for
/// each blank line before it; programs write a comment there instead. Without this limit, a
/// descriptor of 5 KiB could list 3 MiB of names. QEMU: no bound.
pub(crate) const MAX_VMDK_REPEATS: usize = 64;

/// Longest name in each of the eight parent locators of a VHD image. Paths that Windows accepts
/// without a special prefix are at most 520 bytes long. QEMU: does not read them.
pub(crate) const MAX_VPC_PARENT_LOCATOR: u64 = 4096;

/// Longest VHDX parent locator. Programs write about 1 KiB. Conversion to UTF-8 can make the paths
/// in the locator half as long again, and the facts must not be longer than the bytes read. QEMU:
/// rejects differencing images.
pub(crate) const MAX_VHDX_PARENT_LOCATOR: u64 = 32 * 1024;

/// Maximum number of bytes read from the JSON of LUKS2. cryptsetup writes 12 KiB by default.
/// QEMU: does not read LUKS2.
pub(crate) const MAX_LUKS2_JSON: u64 = 64 * 1024;

/// Deepest nesting of JSON values. LUKS2 needs 3 levels, a `json:` location 4. QEMU: 1024.
pub(crate) const MAX_JSON_DEPTH: u32 = 16;

/// Maximum length, in bytes, of a location that is parsed. Parsers allocate memory in proportion to
/// this length. No format from which QEMU reads a location can record a longer one (qed: 4095,
/// qcow2: 1023), and a longer path cannot be opened (`PATH_MAX`). QEMU: no bound.
pub(crate) const MAX_LOCATION: usize = 4096;

/// Maximum number of options of a location, including those of nested objects, and maximum number
/// of cookies. QEMU's drivers have fewer than 60 options, and three more for each host. QEMU: no
/// bound.
pub(crate) const MAX_LOCATION_OPTIONS: usize = 256;

/// Longest full name of an option, including the names of the enclosing objects. QEMU's longest
/// names are shorter than 50 bytes. Without this limit, a long name of an object would be stored
/// once for each of its members. QEMU: no bound.
pub(crate) const MAX_LOCATION_OPTION_NAME: usize = 128;

/// Maximum number of hosts of a location. Ceph clusters have 3 to 9 monitors. QEMU: no bound.
pub(crate) const MAX_LOCATION_HOSTS: usize = 32;

/// Maximum number of images in one chain. Each image may also have a data file. libvirt: 200. QEMU:
/// no bound.
pub(crate) const MAX_CHAIN_IMAGES: u32 = 200;

/// Maximum number of threads of a scan. Slow storage, where each call takes milliseconds, needs
/// many threads. Each thread holds two file descriptors.
pub(crate) const MAX_SCAN_JOBS: u32 = 256;

/// Stack size of each thread that a scan starts. Without this value, the standard library uses
/// `RUST_MIN_STACK`, which the calling program may set for its own threads. The deepest job, a
/// thorough scan whose callback walks a chain and evaluates a policy, needs 36 KiB, or 92 KiB in a
/// debug build. The rest is for the caller's callback.
pub(crate) const SCAN_STACK: usize = 1024 * 1024;

/// Maximum depth of a directory in a scan. Each open directory uses a file descriptor and at most
/// `SCAN_LISTING` bytes of memory. Pools have two or three levels.
pub(crate) const MAX_SCAN_DEPTH: u32 = 64;

/// Number of bytes read from a directory at once, enough for about a thousand names. It is the
/// buffer size of the C library's `readdir`.
pub(crate) const SCAN_LISTING: usize = 32 * 1024;
