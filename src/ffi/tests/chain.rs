// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains as C walks and reads them, with an opener that has everything in memory.

use super::super::chain::{chain_options::*, elements::*, lookup::*, open_request::*, *};
use super::super::location::*;
use super::{c_text, qcow2};
use crate::chain::{ElementKind, FormatSource, UnrecordedFormat};
use crate::ffi::error::*;
use crate::ffi::image::*;
use crate::ffi::number::{diskprobe_status, OK};
use crate::ErrorKind;
use core::ffi::{c_int, c_void, CStr};
use core::ptr::{null, null_mut, NonNull};

/// The images that a server has, by their names there.
struct Server {
    images: Vec<(&'static CStr, Vec<u8>)>,
    closed: usize,
}

/// One that is open.
struct Object {
    bytes: Vec<u8>,
    server: *mut Server,
}

unsafe extern "C" fn read(opaque: *mut c_void, room: *mut c_void, size: usize, at: u64) -> i64 {
    // SAFETY: `open` passes it.
    let object = unsafe { &*opaque.cast::<Object>() };
    let rest = object.bytes.get(usize::try_from(at).unwrap()..);
    let rest = rest.unwrap_or_default();
    let got = rest.len().min(size);
    // SAFETY: the library passes room for `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(rest.as_ptr(), room.cast(), got) };
    i64::try_from(got).unwrap()
}

unsafe extern "C" fn close(opaque: *mut c_void) {
    // SAFETY: `open` gave it, and this is called once.
    let object = unsafe { Box::from_raw(opaque.cast::<Object>()) };
    // SAFETY: the server outlives the walk.
    unsafe { (*object.server).closed += 1 };
}

unsafe extern "C" fn open(
    opaque: *mut c_void,
    location: *const diskprobe_location,
    request: *mut diskprobe_open_request,
) -> c_int {
    let server: *mut Server = opaque.cast();
    let path = c_text(diskprobe_location_path(location, null_mut())).unwrap();
    // SAFETY: the test below passes it.
    let images = unsafe { &(*server).images };
    let Some((_, bytes)) = images.iter().find(|(name, _)| *name == path) else {
        return -libc::ENOENT;
    };
    let (bytes, length) = (bytes.clone(), bytes.len() as u64);
    let object = Box::into_raw(Box::new(Object { bytes, server }));
    let given =
        diskprobe_open_request_set_source(request, Some(read), Some(close), object.cast(), length);
    assert_eq!(given, OK);
    let identified = diskprobe_open_request_set_identity(request, 1, length);
    assert_eq!(identified, OK);
    0
}

/// Walks from the image `top` of the server: status, chain, what was partial, and message.
fn walked(
    server: &mut Server,
) -> (
    diskprobe_status,
    *mut diskprobe_chain,
    *mut diskprobe_chain,
    String,
) {
    let options = diskprobe_chain_options_new();
    let opaque = core::ptr::from_mut(server).cast();
    let set = diskprobe_chain_options_set_opener(options, Some(open), opaque);
    assert_eq!(set, OK);
    let policy = UnrecordedFormat::Raw.into();
    let set = diskprobe_chain_options_set_unrecorded_format(options, policy);
    assert_eq!(set, OK);

    let (mut top, text) = (null_mut(), c"https://host/top");
    let parsed = diskprobe_location_parse(text.as_ptr(), 16, null(), &mut top, null_mut());
    assert_eq!(parsed, OK);
    let (mut chain, mut error) = (NonNull::dangling().as_ptr(), NonNull::dangling().as_ptr());
    let mut partial = chain;
    let status = diskprobe_chain_open_location(top, options, &mut chain, &mut partial, &mut error);
    diskprobe_location_free(top);
    diskprobe_chain_options_free(options);
    assert_eq!(diskprobe_error_status(error), status);
    let message = c_text(diskprobe_error_message(error)).unwrap();
    let message = message.to_str().unwrap().to_owned();
    diskprobe_error_free(error);
    (status, chain, partial, message)
}

/// The header of [`qcow2`], with the name of the backing format as given.
fn over(format: &[u8; 7]) -> Vec<u8> {
    let mut bytes = qcow2();
    bytes[112..119].copy_from_slice(format);
    bytes.resize(4096, 0);
    bytes
}

#[test]
fn a_chain_reaches_c() {
    let mut unnamed = over(b"unheard");
    unnamed[104..108].copy_from_slice(b"none");
    let base = (c"./base\xff\n.a", vec![0; 1024]);
    let images = vec![(c"top", unnamed), base];
    let mut server = Server { images, closed: 0 };
    let (status, chain, partial, _) = walked(&mut server);
    assert_eq!((status, server.closed), (OK, 2));
    assert!(partial.is_null());
    drop(server);

    assert_eq!(diskprobe_chain_element_count(chain), 2);
    assert!(diskprobe_chain_is_complete(chain));
    assert_eq!(
        diskprobe_chain_element_kind(chain, 1),
        ElementKind::Backing.into()
    );
    let mut length = 0;
    let recorded = diskprobe_chain_element_recorded(chain, 1, &mut length);
    assert_eq!((c_text(recorded), length), (Some(c"base\xff\n.a"), 8));
    assert_eq!(
        diskprobe_chain_element_format_source(chain, 1),
        FormatSource::Assumed.into()
    );
    let (mut size, mut device, mut inode) = (0, 0, 0);
    let image = diskprobe_chain_element_image(chain, 1);
    assert!(diskprobe_image_virtual_size(image, &mut size) && size == 1024);
    assert!(diskprobe_chain_element_identity(
        chain,
        1,
        &mut device,
        &mut inode
    ));
    assert_eq!((device, inode), (1, 1024));
    let location = diskprobe_chain_element_location(chain, 1);
    let relative = diskprobe_location_relative_name(location, null_mut());
    assert_eq!(c_text(relative), Some(c"base\xff\n.a"));

    let mut index = 0;
    let found = diskprobe_chain_find(chain, c"vda[1]".as_ptr(), c"vda".as_ptr(), &mut index);
    assert!(found && index == 1);
    let name = diskprobe_chain_relative_backing_path(chain, 1, 1, &mut length);
    assert_eq!((c_text(name), length), (Some(c"base\xff\n.a"), 8));
    diskprobe_string_free(name);
    diskprobe_chain_free(chain);
}

#[test]
fn a_broken_chain_reaches_c_as_far_as_it_is() {
    let images = vec![(c"top", over(b"unheard"))];
    let mut server = Server { images, closed: 0 };
    let (status, chain, partial, message) = walked(&mut server);
    assert_eq!(status, ErrorKind::UnsupportedFormat.into());
    assert!(chain.is_null() && server.closed == 1);
    let own = "its format is recorded by a name that is not known";
    assert_eq!(message, format!("backing file at depth 1: {own}"));
    let error = diskprobe_chain_element_error(partial, 1);
    assert_eq!(
        c_text(diskprobe_error_message(error)).unwrap().to_str(),
        Ok(own)
    );
    assert!(diskprobe_chain_element_error(partial, 0).is_null());
    let name = diskprobe_chain_element_format_name(partial, 1, null_mut());
    assert_eq!(c_text(name), Some(c"unheard"));
    diskprobe_chain_free(partial);

    let mut server = Server {
        images: vec![(c"top", qcow2()[..60].to_vec())],
        closed: 0,
    };
    let (status, chain, partial, message) = walked(&mut server);
    assert_eq!(status, ErrorKind::Truncated.into());
    assert!(chain.is_null() && !message.starts_with("backing") && server.closed == 1);
    assert!(diskprobe_chain_element_image(partial, 0).is_null());
    diskprobe_chain_free(partial);
}
