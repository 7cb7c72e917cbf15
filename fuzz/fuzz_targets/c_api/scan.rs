// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans: here of files that are named, of which none holds an image.

use crate::{look, Caller, SCAN_OPTIONS};
use diskprobe_fuzz::c::{self, scan, Handle};
use std::ffi::{c_char, c_void};
use std::ptr::{null, null_mut};

impl Caller<'_> {
    pub(crate) fn scan(&mut self) {
        let options = self.handle(SCAN_OPTIONS, 1);
        let (how, number) = (self.byte(), self.number());
        // SAFETY: handles are NULL or live, and texts end in a NUL.
        unsafe {
            match how % 8 {
                0 => {
                    let slot = self.slot(SCAN_OPTIONS, 1);
                    self.handles[slot] = scan::diskprobe_scan_options_new();
                }
                1 => {
                    let image = self.options();
                    scan::diskprobe_scan_options_set_image_options(options, image);
                }
                // No thread is started: this thread alone is watched.
                2 => {
                    let jobs = if number == 1 { 1 } else { 0 };
                    let status = scan::diskprobe_scan_options_set_jobs(options, jobs);
                    assert_eq!(status == 0, jobs == 1 && !options.is_null());
                }
                3 => {
                    for set in scan::FLAGS {
                        assert_eq!(set(options, number & 1 != 0) == 0, !options.is_null());
                    }
                }
                4 => scan::diskprobe_scan_options_cancel(options),
                _ => self.scan_files(options),
            }
        }
    }

    fn scan_files(&mut self, options: Handle) {
        let (nowhere, device) = (c"/nonexistent/x".as_ptr(), c"/dev/null".as_ptr());
        let odd = if self.byte() == 255 { null() } else { nowhere };
        let names = [nowhere, device, odd];
        let count = usize::from(self.byte()) % (names.len() + 1);
        self.scan_names(scan::FILES, &names[..count], 1, options);
    }

    /// Scans these names. Each returns at most `most` results.
    pub(crate) fn scan_names(
        &mut self,
        which: usize,
        names: &[*const c_char],
        each: usize,
        options: Handle,
    ) {
        let list = if self.byte() == 255 {
            null()
        } else {
            names.as_ptr()
        };
        let mut calls = Calls {
            made: 0,
            at_most: usize::from(self.byte()),
            cancelled: if self.byte() == 255 {
                options
            } else {
                null_mut()
            },
        };
        let opaque: *mut Calls = &mut calls;
        let callback = (self.byte() != 255).then_some(found as scan::Found);
        // SAFETY: as in `scan`; the callback gets the pointer to what outlives the call.
        let status = unsafe {
            let opaque = opaque.cast();
            let scan = scan::SCANS[which];
            c::checked(|error| scan(list, names.len(), options, callback, opaque, error))
        };
        assert!(status != c::INTERNAL);
        assert!(calls.made <= names.len() * each && calls.made <= calls.at_most + 1);
        assert!(status == 0 || calls.made == 0);
    }
}

struct Calls {
    made: usize,
    at_most: usize,
    /// Options of a scan that each call ends.
    cancelled: Handle,
}

/// Looks at the result, and ends the scan after some.
unsafe extern "C" fn found(
    opaque: *mut c_void,
    name: *const c_char,
    length: usize,
    status: u32,
    image: Handle,
    error: Handle,
) -> bool {
    // SAFETY: this is what the call got, and the library's texts are as long as it says.
    let calls = unsafe { &mut *opaque.cast::<Calls>() };
    calls.made += 1;
    look(name, &length);
    assert!(status != c::INTERNAL);
    assert_eq!(image.is_null(), status != 0);
    assert_eq!(error.is_null(), status == 0);
    // SAFETY: NULL, or what the scan under way was given.
    unsafe {
        c::read_image(image, 0, look);
        c::read_error(error);
        scan::diskprobe_scan_options_cancel(calls.cancelled);
    }
    calls.made <= calls.at_most
}
