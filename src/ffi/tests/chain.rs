// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chain walks through the C interface, with an opener for images in memory.

use super::super::chain::{chain_options::*, elements::*, lookup::*, open_request::*, *};
use super::super::location::*;
use super::{c_text, qcow2};
use crate::chain::{FormatSource, UnrecordedFormat};
use crate::ffi::error::*;
use crate::ffi::image::*;
use crate::ffi::number::{diskprobe_status, OK};
use crate::ErrorKind;
use core::ffi::{c_int, c_void, CStr};
use core::ptr::{null, null_mut, NonNull};

/// The images on a server, by name.
struct Server {
    images: Vec<(&'static CStr, Vec<u8>)>,
    closed: usize,
}

/// An open image.
struct Object {
    bytes: Vec<u8>,
    server: *mut Server,
}

unsafe extern "C" fn read(
    opaque: *mut c_void,
    buffer: *mut c_void,
    size: usize,
    at: u64,
    _: *mut *mut diskprobe_error,
) -> i64 {
    // SAFETY: `open` passes a pointer to an `Object`.
    let object = unsafe { &*opaque.cast::<Object>() };
    let rest = object.bytes.get(usize::try_from(at).unwrap()..);
    let rest = rest.unwrap_or_default();
    let got = rest.len().min(size);
    // SAFETY: the library passes a buffer of `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(rest.as_ptr(), buffer.cast(), got) };
    i64::try_from(got).unwrap()
}

unsafe extern "C" fn close(opaque: *mut c_void) {
    // SAFETY: the pointer is from `Box::into_raw` in `open`, and this function is called once.
    let object = unsafe { Box::from_raw(opaque.cast::<Object>()) };
    // SAFETY: the server outlives the walk.
    unsafe { (*object.server).closed += 1 };
}

unsafe extern "C" fn open(
    opaque: *mut c_void,
    location: *const diskprobe_location,
    request: *mut diskprobe_open_request,
    _: *mut *mut diskprobe_error,
) -> c_int {
    let server: *mut Server = opaque.cast();
    let path = c_text(diskprobe_location_path(location, null_mut())).unwrap();
    // SAFETY: `walk` passes a pointer to a `Server`.
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

/// Walks the chain of the image `top` on the server.
struct Walk {
    status: diskprobe_status,
    chain: *mut diskprobe_chain,
    partial: *mut diskprobe_chain,
    message: String,
}

fn walk(server: &mut Server) -> Walk {
    let options = diskprobe_chain_options_new();
    let opaque = core::ptr::from_mut(server).cast();
    let set = diskprobe_chain_options_set_opener(options, Some(open), opaque);
    assert_eq!(set, OK);
    let raw = UnrecordedFormat::Raw.into();
    let set = diskprobe_chain_options_set_unrecorded_format(options, raw);
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
    Walk {
        status,
        chain,
        partial,
        message,
    }
}

/// The header of [`qcow2`], with another name of the backing format.
fn over(format: &[u8; 7]) -> Vec<u8> {
    let mut bytes = qcow2();
    bytes[112..119].copy_from_slice(format);
    bytes.resize(4096, 0);
    bytes
}

fn server(images: Vec<(&'static CStr, Vec<u8>)>) -> Server {
    Server { images, closed: 0 }
}

#[test]
fn a_chain_reaches_c() {
    let mut unrecorded = over(b"unheard");
    unrecorded[104..108].copy_from_slice(b"none");
    let base = (c"./base\xff\n.a", vec![0; 1024]);
    let mut server = server(vec![(c"top", unrecorded), base]);
    let Walk { status, chain, .. } = walk(&mut server);
    assert_eq!((status, server.closed), (OK, 2));
    drop(server);

    assert_eq!(diskprobe_chain_element_count(chain), 2);
    let source = diskprobe_chain_element_format_source(chain, 1);
    assert_eq!(source, FormatSource::Assumed.into());
    let name = Some(c"base\xff\n.a");
    let (mut length, mut size, mut device, mut inode) = (0, 0, 0, 0);
    let recorded = diskprobe_chain_element_recorded(chain, 1, &mut length);
    assert_eq!((c_text(recorded), length), (name, 8));
    let image = diskprobe_chain_element_image(chain, 1);
    assert!(diskprobe_image_virtual_size(image, &mut size) && size == 1024);
    let known = diskprobe_chain_element_identity(chain, 1, &mut device, &mut inode);
    assert_eq!((known, device, inode), (true, 1, 1024));
    let location = diskprobe_chain_element_location(chain, 1);
    let relative = diskprobe_location_relative_name(location, null_mut());
    assert_eq!(c_text(relative), name);

    let mut index = 0;
    let found = diskprobe_chain_find(chain, c"vda[1]".as_ptr(), c"vda".as_ptr(), &mut index);
    assert!(found && index == 1);
    let path = diskprobe_chain_relative_backing_path(chain, 1, 1, &mut length);
    assert_eq!((c_text(path), length), (name, 8));
    diskprobe_string_free(path);
    diskprobe_chain_free(chain);
}

#[test]
fn a_partial_chain_reaches_c_with_its_error() {
    let mut unknown = server(vec![(c"top", over(b"unheard"))]);
    let failed = walk(&mut unknown);
    assert_eq!(failed.status, ErrorKind::UnsupportedFormat.into());
    assert!(failed.chain.is_null() && unknown.closed == 1);
    let error = diskprobe_chain_element_error(failed.partial, 1);
    let own = c_text(diskprobe_error_message(error)).unwrap();
    assert_eq!(own, c"its recorded format is unknown");
    let message = format!("backing file at depth 1: {}", own.to_str().unwrap());
    assert_eq!(failed.message, message);
    assert!(diskprobe_chain_element_error(failed.partial, 0).is_null());
    let name = diskprobe_chain_element_format_name(failed.partial, 1, null_mut());
    assert_eq!(c_text(name), Some(c"unheard"));
    diskprobe_chain_free(failed.partial);

    let mut truncated = server(vec![(c"top", qcow2()[..60].to_vec())]);
    let failed = walk(&mut truncated);
    assert_eq!(failed.status, ErrorKind::Truncated.into());
    assert!(failed.chain.is_null() && !failed.message.starts_with("backing"));
    assert!(diskprobe_chain_element_image(failed.partial, 0).is_null());
    diskprobe_chain_free(failed.partial);
}
