// SPDX-License-Identifier: MIT OR Apache-2.0
//! The C interface as a C program could misuse it: calls in any order, NULL for any handle and any
//! out-parameter, numbers that no enumeration has, callbacks that return wrong values. Each handle
//! is freed once.
//!
//! The input is a list of calls, each a few bytes; what is left of it is the image. Its first byte
//! says whether calls may open files, which takes long: one input in eight.
#![no_main]

#[path = "c_api/chain.rs"]
mod chain;
#[path = "c_api/files.rs"]
mod files;
#[path = "c_api/place.rs"]
mod place;
#[path = "c_api/policy.rs"]
mod policy;
#[path = "c_api/scan.rs"]
mod scan;

use diskprobe_fuzz::c::{self, Handle};
use libfuzzer_sys::fuzz_target;
use std::ffi::{c_char, c_void, CStr};
use std::ptr::{null, null_mut};

fuzz_target!(|input: &[u8]| {
    let (calls, image) = input.split_at(input.len().min(64));
    let mut caller = Caller {
        calls: calls.iter().copied(),
        image,
        handles: [null_mut(); SLOTS],
        may_open: false,
        place: None,
    };
    caller.may_open = caller.byte() % 8 == 7;
    while let Some(call) = caller.calls.next() {
        caller.call(call);
    }
    for slot in 0..caller.handles.len() {
        caller.free(slot);
    }
});

/// Which slots hold handles of which kind.
const OPTIONS: usize = 0;
const PROBERS: usize = 3;
const IMAGES: usize = 5;
const LOCATIONS: usize = 8;
const ERRORS: usize = 10;
const POLICIES: usize = 12;
const VERDICTS: usize = 14;
const CHAINS: usize = 15;
const CHAIN_OPTIONS: usize = 17;
const SCAN_OPTIONS: usize = 18;
const RECEIPTS: usize = 19;
const SLOTS: usize = 20;

struct Caller<'i> {
    calls: std::iter::Copied<std::slice::Iter<'i, u8>>,
    image: &'i [u8],
    handles: [Handle; SLOTS],
    may_open: bool,
    /// The files, once they are asked for.
    place: Option<&'static place::Place>,
}

impl Caller<'_> {
    fn byte(&mut self) -> u8 {
        self.calls.next().unwrap_or(0)
    }

    fn number(&mut self) -> u64 {
        match self.byte() {
            255 => u64::MAX,
            254 => u64::from(u32::MAX),
            small => u64::from(small),
        }
    }

    /// One of the handles of a kind; now and then NULL.
    fn handle(&mut self, first: usize, count: usize) -> Handle {
        match self.byte() {
            255 => null_mut(),
            byte => self.handles[first + usize::from(byte) % count],
        }
    }

    fn options(&mut self) -> Handle {
        self.handle(OPTIONS, PROBERS - OPTIONS)
    }

    fn image(&mut self) -> Handle {
        self.handle(IMAGES, LOCATIONS - IMAGES)
    }

    fn free(&mut self, slot: usize) {
        let handle = std::mem::replace(&mut self.handles[slot], null_mut());
        // SAFETY: the handle came from the library, and is forgotten here.
        unsafe {
            match slot {
                OPTIONS..PROBERS => c::diskprobe_options_free(handle),
                PROBERS..IMAGES => c::diskprobe_prober_free(handle),
                IMAGES..LOCATIONS => c::diskprobe_image_free(handle),
                LOCATIONS..ERRORS => c::diskprobe_location_free(handle),
                ERRORS..POLICIES => c::diskprobe_error_free(handle),
                POLICIES..VERDICTS => c::policy::diskprobe_policy_free(handle),
                VERDICTS..CHAINS => c::policy::diskprobe_verdict_free(handle),
                CHAINS..CHAIN_OPTIONS => c::chain::diskprobe_chain_free(handle),
                CHAIN_OPTIONS..SCAN_OPTIONS => c::chain::diskprobe_chain_options_free(handle),
                SCAN_OPTIONS..RECEIPTS => c::scan::diskprobe_scan_options_free(handle),
                _ => c::policy::diskprobe_receipt_free(handle),
            }
        }
    }

    /// Returns a free slot for a handle that a call makes.
    fn slot(&mut self, first: usize, count: usize) -> usize {
        let slot = first + usize::from(self.byte()) % count;
        self.free(slot);
        slot
    }

    /// A call that makes an image and perhaps an error.
    fn make(&mut self, call: impl FnOnce(*mut Handle, *mut Handle) -> u32) {
        let image = self.slot(IMAGES, LOCATIONS - IMAGES);
        let error = self.slot(ERRORS, 2);
        let (mut made, mut why) = (null_mut(), null_mut());
        let wanted = self.byte();
        let out = |wanted: bool, place: *mut Handle| if wanted { place } else { null_mut() };
        let status = call(out(wanted != 1, &mut made), out(wanted != 2, &mut why));
        assert!(status != c::INTERNAL, "a panic was caught");
        if wanted == 0 {
            assert_eq!(status == 0, !made.is_null());
            assert_eq!(status == 0, why.is_null());
        }
        // SAFETY: the handle is NULL or live.
        unsafe { c::read_error(why) };
        self.handles[image] = made;
        self.handles[error] = why;
    }

    fn call(&mut self, call: u8) {
        // SAFETY: handles are NULL or live, buffers are as long as said, texts end in a NUL.
        unsafe {
            match call % 32 {
                0 => {
                    let slot = self.slot(OPTIONS, PROBERS - OPTIONS);
                    self.handles[slot] = c::diskprobe_options_new();
                }
                1 => {
                    let (options, number) = (self.options(), self.number());
                    let status = match self.byte() % 9 {
                        0 => c::diskprobe_options_set_format(options, number as u32),
                        1 => c::diskprobe_options_set_max_reads(options, number as u32),
                        2 => c::diskprobe_options_set_max_bytes(options, number),
                        3 => c::diskprobe_options_set_thorough(options, number & 1 != 0),
                        4 => c::diskprobe_options_set_also_matches(options, number & 1 != 0),
                        6 => {
                            let allow = number & 1 != 0;
                            c::diskprobe_options_set_allow_unknown_features(options, allow)
                        }
                        7 => c::diskprobe_options_set_wait_for_lease(options, number & 1 != 0),
                        5 => c::diskprobe_options_set_detectable(options, number.wrapping_mul(257)),
                        _ => c::diskprobe_options_set_file_name(options, c"x.dmg".as_ptr()),
                    };
                    assert!(status <= 1);
                }
                2 => {
                    let slot = usize::from(self.byte()) % self.handles.len();
                    self.free(slot);
                }
                3..6 => {
                    let options = self.options();
                    let length = match self.byte() {
                        0 => self.number(),
                        1 => u64::MAX,
                        _ => self.image.len() as u64,
                    };
                    let (data, size) = match self.byte() {
                        255 => (null(), self.image.len()),
                        254 => (null(), 0),
                        _ => (self.image.as_ptr().cast(), self.image.len()),
                    };
                    self.make(|image, error| {
                        c::diskprobe_probe_buffer(data, size, length, options, image, error)
                    });
                }
                6 => {
                    let (options, lie) = (self.options(), self.byte());
                    let mut opaque = Opaque {
                        image: self.image,
                        lie,
                    };
                    let opaque: *mut Opaque = &mut opaque;
                    let length = self.image.len() as u64;
                    let callback = (lie != 255).then_some(read as c::Read);
                    self.make(|image, error| {
                        let opaque = opaque.cast();
                        c::diskprobe_probe_callback(callback, opaque, length, options, image, error)
                    });
                }
                7 => {
                    let options = self.options();
                    let slot = self.slot(PROBERS, IMAGES - PROBERS);
                    let length = match self.byte() {
                        0 => u64::MAX,
                        _ => self.image.len() as u64,
                    };
                    self.handles[slot] = c::diskprobe_prober_new(length, options);
                }
                8..11 => self.prober(),
                11 => {
                    let prober = self.handle(PROBERS, IMAGES - PROBERS);
                    self.make(|image, error| c::diskprobe_prober_finish(prober, image, error));
                }
                12 => {
                    let error = self.handle(ERRORS, 2);
                    let mut offset = 0;
                    c::read_error(error);
                    let found = c::diskprobe_error_offset(error, &mut offset);
                    assert!(found || offset == 0);
                    c::diskprobe_error_offset(error, null_mut());
                    let (mut needed, none) = (0, null_mut());
                    let found = c::diskprobe_error_needed(error, &mut offset, &mut needed);
                    assert!(found || (offset == 0 && needed == 0));
                    c::diskprobe_error_needed(error, none, none);
                    c::diskprobe_error_errno(error);
                    assert!(c::diskprobe_error_status(error) != c::INTERNAL || error.is_null());
                }
                13 => self.parse(),
                14 => {
                    let number = self.number() as u32;
                    for to_string in c::TO_STRING {
                        look(to_string(number), null());
                    }
                    look(c::diskprobe_version(), null());
                    look(c::diskprobe_status_message(number), null());
                    let mut length = 7;
                    let (data, size) = (self.image.as_ptr().cast(), self.image.len());
                    let escaped = c::diskprobe_escape(data, size, &mut length);
                    assert!(length >= size / 4 && !escaped.is_null());
                    look(escaped, &length);
                    c::chain::diskprobe_string_free(escaped);
                    assert!(c::diskprobe_escape(null(), 1, &mut length).is_null() && length == 0);
                    assert!(c::diskprobe_version_number() < 1 << 24);
                    let mut number = 7;
                    for from_string in c::FROM_STRING {
                        from_string(null(), &mut number);
                        from_string(c"raw".as_ptr(), null_mut());
                    }
                }
                15 => {
                    let location = self.handle(LOCATIONS, ERRORS - LOCATIONS);
                    let index = self.number() as usize;
                    c::read_location(location, index, look);
                    let other = self.handle(LOCATIONS, ERRORS - LOCATIONS);
                    let same = c::diskprobe_location_is_equivalent(location, other);
                    assert!(same || location.is_null() || location != other);
                }
                16 => self.policy(),
                17 => self.evaluate(),
                18..20 => self.chain_options(),
                20..22 => self.walk(),
                22 => {
                    let chain = self.handle(CHAINS, CHAIN_OPTIONS - CHAINS);
                    let index = self.number() as usize;
                    c::chain::read(chain, index, look);
                }
                23 => self.scan(),
                24 => {
                    let slot = self.slot(LOCATIONS, ERRORS - LOCATIONS);
                    self.handles[slot] = c::diskprobe_location_of_path(c"/srv/x:y".as_ptr());
                    assert!(c::diskprobe_location_of_path(null()).is_null());
                }
                25 => self.probe_fd(),
                26 => self.probe_path(),
                27 => self.scan_directories(),
                28 => self.walk_files(),
                29 => self.receipt(),
                30 => {
                    let copy = c::diskprobe_image_copy(self.image());
                    let slot = self.slot(IMAGES, LOCATIONS - IMAGES);
                    self.handles[slot] = copy;
                }
                _ => {
                    let image = self.image();
                    let index = self.number() as usize;
                    c::read_image(image, index, look);
                }
            }
        }
    }

    fn prober(&mut self) {
        let prober = self.handle(PROBERS, IMAGES - PROBERS);
        let (mut offset, mut size, mut needed) = (0, 0, 0);
        // SAFETY: as in `call`.
        unsafe {
            let out = match self.byte() {
                1 => null_mut(),
                _ => &mut offset,
            };
            let none = null_mut();
            let status = c::diskprobe_prober_next_read(prober, out, &mut size, &mut needed, none);
            assert!(needed <= size && (needed > 0 || size == 0));
            assert!(status != c::INTERNAL);
            let mut length = size;
            match self.byte() {
                1 => length = 1,
                2 => length += 1,
                3 => length = 0,
                4 => offset = self.number().saturating_mul(16),
                5 => {
                    let whole = self.image.len() as u64;
                    let status = c::diskprobe_prober_set_length(prober, whole, null_mut());
                    assert!(status != c::INTERNAL);
                }
                6 => {
                    offset = self.number();
                    length = usize::from(self.byte()) * 16;
                }
                _ => {}
            }
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let from = from.min(self.image.len());
            let bytes = &self.image[from..from.saturating_add(length).min(self.image.len())];
            let data = if bytes.is_empty() {
                null()
            } else {
                bytes.as_ptr().cast()
            };
            let status = c::diskprobe_prober_feed(prober, offset, data, bytes.len(), null_mut());
            assert!(status != c::INTERNAL);
        }
    }

    fn parse(&mut self) {
        let relative_to = self.handle(LOCATIONS, ERRORS - LOCATIONS);
        let slot = self.slot(LOCATIONS, ERRORS - LOCATIONS);
        // That location may just have been freed.
        let relative_to = if self.handles.contains(&relative_to) {
            relative_to
        } else {
            null_mut()
        };
        let text = self.image;
        let (data, length) = match self.byte() {
            255 => (null(), text.len()),
            _ => (text.as_ptr().cast(), text.len()),
        };
        let mut location = null_mut();
        // SAFETY: as in `call`.
        let status = unsafe {
            c::checked(|error| {
                c::diskprobe_location_parse(data, length, relative_to, &mut location, error)
            })
        };
        assert!(status != c::INTERNAL);
        assert_eq!(status == 0, !location.is_null());
        self.handles[slot] = location;
    }
}

struct Opaque<'i> {
    image: &'i [u8],
    lie: u8,
}

/// Reads correctly, unless `lie` says what to return.
unsafe extern "C" fn read(
    opaque: *mut c_void,
    buffer: *mut c_void,
    size: usize,
    offset: u64,
    error: *mut Handle,
) -> i64 {
    // SAFETY: this is what the call got.
    let Opaque { image, lie } = unsafe { &*opaque.cast::<Opaque>() };
    let from = usize::try_from(offset)
        .unwrap_or(usize::MAX)
        .min(image.len());
    let length = size.min(image.len() - from);
    // SAFETY: the library passes a buffer of that size.
    unsafe { std::ptr::copy_nonoverlapping(image[from..].as_ptr(), buffer.cast(), length) };
    if *lie == 7 {
        // SAFETY: the library passes a pointer to NULL.
        unsafe { *error = c::diskprobe_error_new(3, c"failed\n".as_ptr()) };
    }
    match lie {
        1 | 7 => -5,
        2 => i64::MIN,
        3 => i64::MAX,
        4 => size as i64 + 1,
        5 => 0,
        6 => length.min(1) as i64,
        _ => length as i64,
    }
}

/// Reads all of a text, unless it is NULL.
fn look(text: *const c_char, length: *const usize) {
    if text.is_null() {
        return;
    }
    // SAFETY: the library's texts end in a NUL and live as long as their handle.
    let found = unsafe { CStr::from_ptr(text) }.to_bytes().len();
    if !length.is_null() {
        // SAFETY: the length that the same call wrote; the NUL follows that many bytes.
        let (length, end) = unsafe { (*length, *text.add(*length)) };
        assert!(found <= length && end == 0);
    }
}
