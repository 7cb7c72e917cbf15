// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which version it is: at compile time, and at run time.

use crate::base::limits::{MAX_BYTES, MAX_CHAIN_IMAGES, MAX_READS, MAX_SCAN_DEPTH, MAX_SCAN_JOBS};
use crate::base::named::c_string;
use core::ffi::c_char;

/// The version of this header: first number.
pub const DISKPROBE_VERSION_MAJOR: u32 = 0;
/// The version of this header: second number.
pub const DISKPROBE_VERSION_MINOR: u32 = 1;
/// The version of this header: third number.
pub const DISKPROBE_VERSION_PATCH: u32 = 0;
/// The version of this header as one number, to compare: see diskprobe_version_number().
pub const DISKPROBE_VERSION_NUMBER: u32 =
    DISKPROBE_VERSION_MAJOR * 1000000 + DISKPROBE_VERSION_MINOR * 1000 + DISKPROBE_VERSION_PATCH;

/// Stands for the length of an object, where that is not known.
pub const DISKPROBE_LENGTH_UNKNOWN: u64 = u64::MAX;

/// Most reads that one probe does, whatever the image says.
pub const DISKPROBE_MAX_READS: u32 = 16;
/// Most bytes that one probe reads, whatever the image says.
pub const DISKPROBE_MAX_BYTES: u64 = 1048576;
/// Most images in one chain.
pub const DISKPROBE_MAX_CHAIN_IMAGES: u32 = 200;

/// Most jobs of a scan.
pub const DISKPROBE_MAX_SCAN_JOBS: u32 = 256;
/// How deep a scan goes into directories, the given one counted.
pub const DISKPROBE_MAX_SCAN_DEPTH: u32 = 64;

const _: () = assert!(DISKPROBE_MAX_READS == MAX_READS && DISKPROBE_MAX_BYTES == MAX_BYTES);
const _: () = assert!(DISKPROBE_MAX_CHAIN_IMAGES == MAX_CHAIN_IMAGES);
const _: () = assert!(DISKPROBE_MAX_SCAN_JOBS == MAX_SCAN_JOBS);
const _: () = assert!(DISKPROBE_MAX_SCAN_DEPTH == MAX_SCAN_DEPTH);

/// Gives the version of the library that is running, such as "0.1.0".
///
/// @return a static string
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_version() -> *const c_char {
    c_string(concat!(env!("CARGO_PKG_VERSION"), "\0")).as_ptr()
}

/// Gives the version of the library that is running, as a number that grows with it.
///
/// @return major * 1000000 + minor * 1000 + patch
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_version_number() -> u32 {
    DISKPROBE_VERSION_NUMBER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_package() {
        let header = format!(
            "{DISKPROBE_VERSION_MAJOR}.{DISKPROBE_VERSION_MINOR}.{DISKPROBE_VERSION_PATCH}"
        );
        assert_eq!(header, env!("CARGO_PKG_VERSION"));
        // SAFETY: the function returns a static C string.
        let running = unsafe { core::ffi::CStr::from_ptr(diskprobe_version()) };
        assert_eq!(running.to_str(), Ok(header.as_str()));
    }
}
