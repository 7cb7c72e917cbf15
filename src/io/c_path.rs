// SPDX-License-Identifier: MIT OR Apache-2.0
//! Paths as C strings.

use core::ffi::CStr;
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Calls `body` with the path as a C string, which is on the heap only if it is long.
pub(super) fn with_c_string<T>(path: &Path, body: impl FnOnce(&CStr) -> T) -> io::Result<T> {
    let path = path.as_os_str().as_bytes();
    let mut room = [0; 256];
    if let Some(start) = room.get_mut(..path.len()) {
        start.copy_from_slice(path);
    }
    match CStr::from_bytes_until_nul(&room) {
        Ok(name) if name.count_bytes() == path.len() => Ok(body(name)),
        _ => Ok(body(&CString::new(path)?)),
    }
}
