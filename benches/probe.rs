// SPDX-License-Identifier: MIT OR Apache-2.0
//! A probe through the Rust interface, in a library that benches/pool.c loads.
#![allow(unsafe_code)] // Called from C.

use diskprobe::{probe_fd, probe_source, Options, Source};
use std::ffi::{c_char, c_int, CStr, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// # Safety
/// `name` is a C string that outlives the result.
unsafe fn path<'a>(name: *const c_char) -> &'a Path {
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(name) };
    Path::new(OsStr::from_bytes(name.to_bytes()))
}

/// Probes a file that is known to be regular. Returns 0 on success.
///
/// # Safety
/// `name` is a C string.
#[no_mangle]
pub unsafe extern "C" fn probe_listed(name: *const c_char) -> c_int {
    // SAFETY: as above.
    let path = unsafe { path(name) };
    let Ok(file) = File::open(path) else {
        return -1;
    };
    match probe_fd(file.as_fd(), &Options::default()) {
        Ok(_) => 0,
        Err(_) => -1,
    }
}

/// Returns the number of reads of such a probe, or -1 on failure.
///
/// # Safety
/// `name` is a C string.
#[no_mangle]
pub unsafe extern "C" fn reads_listed(name: *const c_char) -> c_int {
    struct Counting {
        file: File,
        reads: c_int,
    }
    impl Source for Counting {
        fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            self.reads += 1;
            self.file.read_at(buffer, offset)
        }

        fn length(&mut self) -> io::Result<Option<u64>> {
            Ok(Some(self.file.metadata()?.len()))
        }
    }
    // SAFETY: as above.
    let path = unsafe { path(name) };
    let Ok(file) = File::open(path) else {
        return -1;
    };
    let mut source = Counting { file, reads: 0 };
    match probe_source(&mut source, &Options::default()) {
        Ok(_) => source.reads,
        Err(_) => -1,
    }
}
