// SPDX-License-Identifier: MIT OR Apache-2.0
//! The versions of the header and of the loaded library.

use crate::base::named::c_string;
use core::ffi::c_char;

/// Major version of this header.
pub const DISKPROBE_VERSION_MAJOR: u32 = 0;
/// Minor version of this header.
pub const DISKPROBE_VERSION_MINOR: u32 = 1;
/// Patch version of this header.
pub const DISKPROBE_VERSION_PATCH: u32 = 0;
/// The version of this header as one number: see diskprobe_version_number().
pub const DISKPROBE_VERSION_NUMBER: u32 = 1000;

const _: () = assert!(
    DISKPROBE_VERSION_NUMBER
        == DISKPROBE_VERSION_MAJOR * 1000000
            + DISKPROBE_VERSION_MINOR * 1000
            + DISKPROBE_VERSION_PATCH
);

/// Returns the version of the loaded library, such as "0.1.0".
///
/// @return a static string
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_version() -> *const c_char {
    c_string(concat!(env!("CARGO_PKG_VERSION"), "\0")).as_ptr()
}

/// Returns the version of the loaded library as a number that increases with each version.
///
/// @return major * 1000000 + minor * 1000 + patch
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_version_number() -> u32 {
    DISKPROBE_VERSION_NUMBER
}

#[test]
fn the_header_has_the_version_of_the_package() {
    let (major, minor, patch) = (
        DISKPROBE_VERSION_MAJOR,
        DISKPROBE_VERSION_MINOR,
        DISKPROBE_VERSION_PATCH,
    );
    assert_eq!(
        format!("{major}.{minor}.{patch}"),
        env!("CARGO_PKG_VERSION")
    );
}
