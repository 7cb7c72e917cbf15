// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls that open real files, or are given real descriptors, of every kind that there is.

use crate::place::{is_open, offset, Place, READABLE};
use crate::{Caller, CHAIN_OPTIONS, SCAN_OPTIONS};
use diskprobe_fuzz::c::{self, chain, scan};
use std::ffi::{c_char, c_int};
use std::ptr::{null, null_mut};

impl Caller<'_> {
    /// The files, where this input may have some.
    pub(crate) fn place(&mut self) -> Option<&'static Place> {
        if self.may_open && self.place.is_none() {
            self.place = Some(Place::with(self.image));
        }
        self.place
    }

    fn descriptor(&mut self, place: &Place) -> (usize, c_int) {
        let which = usize::from(self.byte()) % place.descriptors.len();
        (which, place.descriptors[which])
    }

    /// A name of the directory; now and then a name that nothing has, or NULL.
    fn name(&mut self, place: &Place) -> *const c_char {
        match self.byte() {
            255 => null(),
            254 => c"".as_ptr(),
            253 => place.root.as_ptr(),
            252 => c"/dev/zero".as_ptr(),
            byte => place.names[usize::from(byte) % place.names.len()].as_ptr(),
        }
    }

    pub(crate) fn probe_fd(&mut self) {
        let Some(place) = self.place() else { return };
        let (which, descriptor) = self.descriptor(place);
        let options = self.options();
        let (open, before) = (is_open(descriptor), offset(descriptor));
        let mut answer = u32::MAX;
        // SAFETY: handles are NULL or live, and the out-parameters are as `make` has it.
        self.make(|image, error| unsafe {
            answer = c::diskprobe_probe_fd(descriptor, options, image, error);
            answer
        });
        assert_eq!((open, before), (is_open(descriptor), offset(descriptor)));
        if which < READABLE && options.is_null() && answer != c::INVALID_ARGUMENT {
            self.as_from_memory(answer);
        }
        assert!(descriptor >= 0 || answer == c::INVALID_ARGUMENT);
        // Of nothing, nothing is read.
        let may = which < READABLE || self.image.is_empty() || !options.is_null();
        assert!(may || answer != 0);
    }

    /// A real file is probed as its bytes are.
    fn as_from_memory(&mut self, answer: u32) {
        let mut image = null_mut();
        let (data, size) = (self.image.as_ptr().cast(), self.image.len());
        // SAFETY: the bytes exist, and the out-parameter is a handle.
        unsafe {
            let length = size as u64;
            let (options, error) = (null_mut(), null_mut());
            let status = c::diskprobe_probe_buffer(data, size, length, options, &mut image, error);
            c::diskprobe_image_free(image);
            assert_eq!(status, answer, "the file in memory and its bytes");
        }
    }

    pub(crate) fn probe_path(&mut self) {
        let Some(place) = self.place() else { return };
        let (name, options) = (self.name(place), self.options());
        // SAFETY: as in `probe_fd`; names end in a NUL.
        self.make(|image, error| unsafe { c::diskprobe_probe_path(name, options, image, error) });
    }

    pub(crate) fn scan_directories(&mut self) {
        let Some(place) = self.place() else { return };
        let options = self.handle(SCAN_OPTIONS, 1);
        let names = [place.root.as_ptr(), self.name(place), self.name(place)];
        let count = usize::from(self.byte()) % (names.len() + 1);
        // Threads are started now and then alone: they take long, and are not all watched.
        let jobs = if self.byte() == 7 { 2 } else { 1 };
        // SAFETY: as in `probe_path`.
        unsafe {
            scan::diskprobe_scan_options_set_jobs(options, jobs);
        }
        // Nine names, and one in a directory of its own, which is found twice if it is named.
        self.scan_names(scan::DIRECTORIES, &names[..count], 11, options);
    }

    /// A walk through real files, below their directory alone: an image names what it wants.
    pub(crate) fn walk_files(&mut self) {
        let Some(place) = self.place() else { return };
        let options = self.handle(CHAIN_OPTIONS, SCAN_OPTIONS - CHAIN_OPTIONS);
        let (_, descriptor) = self.descriptor(place);
        let (name, way) = (self.name(place), self.byte());
        let before = (is_open(descriptor), offset(descriptor));
        // SAFETY: as in `probe_path`; the opener of an earlier walk is gone, and taken away here.
        unsafe {
            chain::diskprobe_chain_options_set_opener(options, None, null_mut());
            let root = place.root.as_ptr();
            if chain::diskprobe_chain_options_set_root(options, root) != 0 {
                // Without options, no root is set, so nothing must be opened.
                assert!(options.is_null());
                return;
            }
        }
        self.keep_chains(|made, partial, error| {
            // SAFETY: as above; `keep_chains` passes out-parameters, or NULL.
            unsafe {
                match way % 2 {
                    0 => chain::diskprobe_chain_open_path(name, options, made, partial, error),
                    _ => {
                        let fd = descriptor;
                        chain::diskprobe_chain_open_fd(fd, name, options, made, partial, error)
                    }
                }
            }
        });
        assert_eq!(before, (is_open(descriptor), offset(descriptor)));
        // SAFETY: as above. The next walk has its own opener, and no directory.
        unsafe {
            let root = if way < 128 {
                null()
            } else {
                c"/nonexistent".as_ptr()
            };
            chain::diskprobe_chain_options_set_root(options, root);
        }
    }
}
