// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations through the C interface.

use super::super::location::*;
use super::c_text;
use crate::ffi::number::OK;
use core::ptr::{null, null_mut, NonNull};

fn parsed(text: &[u8], relative_to: *const diskprobe_location) -> *mut diskprobe_location {
    let (mut location, mut error) = (NonNull::dangling().as_ptr(), NonNull::dangling().as_ptr());
    let (data, size) = (text.as_ptr().cast(), text.len());
    let status = diskprobe_location_parse(data, size, relative_to, &mut location, &mut error);
    assert!(status == OK && error.is_null());
    location
}

#[test]
fn texts_reach_c_with_their_nul() {
    let location = parsed(b"rbd:pool/img@snap:mon_host=h1\\;h2:key=k:id=me", null());
    let (mut length, mut name, mut value, mut is_secret) = (0, null(), null(), true);
    let path = diskprobe_location_path(location, &mut length);
    assert_eq!((c_text(path), length), (Some(c"img"), 3));
    let pool = diskprobe_location_volume(location, null_mut());
    assert_eq!(c_text(pool), Some(c"pool"));
    let host = diskprobe_location_host_name(location, 1, &mut length);
    assert_eq!((c_text(host), length), (Some(c"h2"), 2));
    let socket = diskprobe_location_host_socket(location, 0, &mut length);
    assert!(socket.is_null() && length == 0);
    assert!(diskprobe_location_host_transport(location, 2).is_zero());
    let text = c_text(diskprobe_location_text(location, null_mut())).unwrap();
    assert!(text.to_bytes().ends_with(b":key=***:id=me"));
    let (out, secret) = (&mut length, &mut is_secret);
    assert!(diskprobe_location_detail(
        location, 0, &mut name, &mut value, out, secret
    ));
    assert_eq!(
        (c_text(name), c_text(value)),
        (Some(c"rbd_user"), Some(c"me"))
    );
    assert!(!is_secret);
    diskprobe_location_free(location);
}

#[test]
fn a_location_outlives_the_image_that_records_it() {
    let image = parsed(b"/srv/\xff/disk.img", null());
    let location = parsed(b"base.img", image);
    diskprobe_location_free(image);
    let path = diskprobe_location_path(location, null_mut());
    assert_eq!(c_text(path), Some(c"/srv/\xff/base.img"));
    diskprobe_location_free(location);
}
