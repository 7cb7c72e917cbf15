// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains whose files are all parts of the input: an opener gives them, and answers wrongly now and
//! then. No file is opened by its name.

use crate::place::{duplicate, is_open, Place};
use crate::{look, read, Caller, Opaque, CHAINS, CHAIN_OPTIONS, ERRORS, LOCATIONS, SCAN_OPTIONS};
use diskprobe_fuzz::c::{self, chain, Handle};
use std::ffi::{c_int, c_void};
use std::ptr::{null, null_mut};

/// Where a walk writes a handle, if it is not NULL.
type Made = *mut Handle;

impl Caller<'_> {
    pub(crate) fn chain_options(&mut self) {
        let (how, number) = (self.byte(), self.number());
        let options = self.handle(CHAIN_OPTIONS, SCAN_OPTIONS - CHAIN_OPTIONS);
        // SAFETY: handles are NULL or live.
        unsafe {
            match how % 6 {
                0 => {
                    let slot = self.slot(CHAIN_OPTIONS, SCAN_OPTIONS - CHAIN_OPTIONS);
                    self.handles[slot] = chain::diskprobe_chain_options_new();
                }
                1 => {
                    let image = self.options();
                    chain::diskprobe_chain_options_set_image_options(options, image);
                }
                2 => {
                    let number = number as u32;
                    chain::diskprobe_chain_options_set_unrecorded_format(options, number);
                }
                3 => {
                    let number = number as u32;
                    chain::diskprobe_chain_options_set_data_file_directory(options, number);
                }
                4 => {
                    let (kind, depth) = (u32::from(self.byte()), u32::from(self.byte()));
                    let location = self.handle(LOCATIONS, ERRORS - LOCATIONS);
                    let format = number as u32;
                    chain::diskprobe_chain_options_override_element(
                        options, kind, depth, location, format,
                    );
                }
                _ => {
                    chain::diskprobe_chain_options_set_max_images(options, number as u32);
                }
            }
        }
    }

    pub(crate) fn walk(&mut self) {
        let options = self.handle(CHAIN_OPTIONS, SCAN_OPTIONS - CHAIN_OPTIONS);
        let top = self.handle(LOCATIONS, ERRORS - LOCATIONS);
        let mut opener = Opener {
            image: self.image,
            lies: [self.byte(), self.byte(), self.byte(), self.byte()],
            asked: 0,
            sources: Vec::new(),
            open: 0,
            place: self.place(),
            descriptors: Vec::new(),
        };
        let opaque: *mut Opener = &mut opener;
        let root = opener.place.map_or(null(), |place| place.root.as_ptr());
        let way = self.byte() % 3;
        self.keep_chains(|made, partial, error| {
            // SAFETY: as in `chain_options`; the opener outlives the walk, which is its only use.
            unsafe {
                let (opaque, top_name) = (opaque.cast(), c"/srv/top".as_ptr());
                let set = chain::diskprobe_chain_options_set_opener(options, Some(open), opaque);
                chain::diskprobe_chain_options_set_root(options, root);
                // Without options, no opener is set, so the name must not exist.
                let nowhere = c"/nonexistent/top".as_ptr();
                match (set, way) {
                    (0, 0) => {
                        chain::diskprobe_chain_open_path(top_name, options, made, partial, error)
                    }
                    (0, _) => {
                        chain::diskprobe_chain_open_location(top, options, made, partial, error)
                    }
                    _ => chain::diskprobe_chain_open_fd(-1, nowhere, options, made, partial, error),
                }
            }
        });
        assert_eq!(opener.open, 0, "a source is not closed");
        for (descriptor, open) in opener.descriptors {
            assert_eq!(is_open(descriptor), open, "{descriptor}");
        }
    }

    /// A walk, which writes the chain, the partial chain, and why no further; each where that is
    /// wanted, and read and kept.
    pub(crate) fn keep_chains(&mut self, walk: impl FnOnce(Made, Made, Made) -> u32) {
        let (first, second) = (
            self.slot(CHAINS, CHAIN_OPTIONS - CHAINS),
            self.slot(CHAINS, CHAIN_OPTIONS - CHAINS),
        );
        let slot = self.slot(ERRORS, 2);
        let (mut made, mut partial, mut error) = (null_mut(), null_mut(), null_mut());
        let wanted = self.byte();
        let out = |wanted: bool, place: *mut Handle| if wanted { place } else { null_mut() };
        let made_place = out(wanted != 1, &mut made);
        let partial_place = match wanted {
            2 => null_mut(),
            3 => made_place,
            _ => &mut partial,
        };
        let error_place = out(wanted != 4, &mut error);
        let status = walk(made_place, partial_place, error_place);
        assert!(status != c::INTERNAL, "a panic was caught");
        if wanted == 0 {
            assert_eq!(status == 0, !made.is_null());
            assert_eq!(status == 0, error.is_null());
            assert!(status != 0 || partial.is_null());
        }
        for (slot, chain) in [(first, made), (second, partial)] {
            self.free(slot);
            self.handles[slot] = chain;
            // SAFETY: as in `chain_options`.
            unsafe { chain::read(chain, 0, look) };
        }
        // SAFETY: the handle is NULL or live.
        unsafe { c::read_error(error) };
        self.handles[slot] = error;
    }
}

/// The files of a chain: each starts further on in the input.
struct Opener<'i> {
    image: &'i [u8],
    lies: [u8; 4],
    asked: usize,
    sources: Vec<Box<Opened<'i>>>,
    open: usize,
    /// Where this input may have real files.
    place: Option<&'static Place>,
    /// Those that were given and lent, and whether each is to be open afterwards.
    descriptors: Vec<(c_int, bool)>,
}

impl Opener<'_> {
    /// Answers with a real descriptor.
    ///
    /// # Safety
    /// `request` is that of the call.
    unsafe fn give(&mut self, place: &Place, lie: u8, request: Handle) -> c_int {
        let descriptor = place.descriptors[usize::from(lie / 2) % place.descriptors.len()];
        // SAFETY: the caller's promise.
        unsafe {
            if lie > 240 {
                // Below the directory alone, see `walk`.
                chain::diskprobe_open_request_use_default(request);
            } else if lie % 2 == 0 {
                let given = duplicate(descriptor);
                self.descriptors.push((given, false));
                chain::diskprobe_open_request_set_fd(request, given);
            } else {
                self.descriptors.push((descriptor, is_open(descriptor)));
                chain::diskprobe_open_request_set_borrowed_fd(request, descriptor);
            }
        }
        if lie % 16 == 0 {
            -5
        } else {
            0
        }
    }
}

/// What `read` takes comes first, so that a pointer to one is a pointer to the other.
#[repr(C)]
struct Opened<'i> {
    bytes: Opaque<'i>,
    opener: *mut c_void,
}

unsafe extern "C" fn open(
    opaque: *mut c_void,
    location: Handle,
    request: Handle,
    error: *mut Handle,
) -> c_int {
    // SAFETY: this is what the walk was given, and it alone uses it now.
    let opener = unsafe { &mut *opaque.cast::<Opener>() };
    let lie = opener.lies[opener.asked % opener.lies.len()];
    let start = (opener.asked * 1024).min(opener.image.len());
    opener.asked += 1;
    // SAFETY: both are good until this returns.
    unsafe {
        c::read_location(location, 0, look);
        assert!(chain::diskprobe_open_request_role(request) != 0);
        if lie == 8 {
            *error = c::diskprobe_error_new(u32::from(lie), c"failed".as_ptr());
        }
        if lie == 1 || lie == 8 {
            return -13;
        }
        if lie == 2 {
            return c_int::MIN;
        }
        if lie == 3 {
            return 0;
        }
        if lie == 4 {
            chain::diskprobe_open_request_set_fd(request, -1);
            return 0;
        }
        if lie == 5 {
            chain::diskprobe_open_request_set_borrowed_fd(request, -1);
            chain::diskprobe_open_request_use_default(request);
        }
        if let (Some(place), 128..) = (opener.place, lie) {
            return opener.give(place, lie, request);
        }
        let source = Box::new(Opened {
            bytes: Opaque {
                image: &opener.image[start..],
                lie: if lie < 32 { lie } else { 0 },
            },
            opener: opaque,
        });
        let length = match lie {
            6 => u64::MAX,
            _ => source.bytes.image.len() as u64,
        };
        opener.sources.push(source);
        let source: *mut Opened = &mut **opener.sources.last_mut().expect("it is there");
        opener.open += 1;
        let (read, close) = (Some(read as c::Read), Some(close as chain::Close));
        chain::diskprobe_open_request_set_source(request, read, close, source.cast(), length);
        if lie % 2 == 1 {
            let inode = opener.asked as u64 % 3;
            chain::diskprobe_open_request_set_identity(request, 1, inode);
        }
    }
    if lie == 7 {
        -5
    } else {
        0
    }
}

unsafe extern "C" fn close(opaque: *mut c_void) {
    // SAFETY: the sources and the opener outlive the walk.
    unsafe {
        let opener = (*opaque.cast::<Opened>()).opener;
        (*opener.cast::<Opener>()).open -= 1;
    }
}
