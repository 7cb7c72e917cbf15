// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations as C parses and reads them.

use super::super::location::*;
use super::c_text;
use crate::ffi::error::*;
use crate::ffi::number::{diskprobe_status, Number, OK};
use crate::location::LocationKind;
use crate::ErrorKind;
use core::ptr::{null, null_mut, NonNull};

fn parsed(
    text: &[u8],
    image: *const diskprobe_location,
) -> (diskprobe_status, *mut diskprobe_location) {
    let (mut location, mut error) = (NonNull::dangling().as_ptr(), NonNull::dangling().as_ptr());
    let data = text.as_ptr().cast();
    let status = diskprobe_location_parse(data, text.len(), image, &mut location, &mut error);
    assert_eq!(location.is_null(), status != OK);
    assert_eq!(diskprobe_error_status(error), status);
    diskprobe_error_free(error);
    (status, location)
}

#[test]
fn texts_reach_c_with_their_nul() {
    let (_, location) = parsed(b"rbd:pool/img@snap:mon_host=h1\\;h2:key=k", null());
    assert_eq!(
        diskprobe_location_type(location),
        LocationKind::Network.into()
    );
    let mut length = 0;
    let text = |text| c_text(text).map(|text| text.to_bytes());
    assert_eq!(
        text(diskprobe_location_path(location, &mut length)),
        Some(&b"img"[..])
    );
    assert_eq!(length, 3);
    assert_eq!(
        text(diskprobe_location_volume(location, null_mut())),
        Some(&b"pool"[..])
    );
    let socket = diskprobe_location_host_socket(location, 0, &mut length);
    assert_eq!(text(socket), None);
    assert_eq!(length, 0);
    assert_eq!(diskprobe_location_host_count(location), 2);
    assert_eq!(
        text(diskprobe_location_host_name(location, 1, &mut length)),
        Some(&b"h2"[..])
    );
    assert_eq!(diskprobe_location_host_transport(location, 2), Number::ZERO);
    assert!(diskprobe_location_has_credentials(location));
    let shown = text(diskprobe_location_text(location, null_mut())).expect("a text");
    assert!(shown.ends_with(b":key=***"));
    diskprobe_location_free(location);
}

#[test]
fn a_location_outlives_the_image_that_it_is_beside() {
    let (_, image) = parsed(b"/srv/\xff/disk.img", null());
    let (_, location) = parsed(b"base.img", image);
    diskprobe_location_free(image);
    assert_eq!(
        c_text(diskprobe_location_path(location, null_mut())),
        Some(c"/srv/\xff/base.img")
    );
    diskprobe_location_free(location);
}

#[test]
fn what_is_malformed_gives_no_location() {
    let (nvme, malformed) = (parsed(b"nvme://0000:00:00.0/1", null()).1, &b"nbd:"[..]);
    assert_eq!(
        parsed(malformed, null()).0,
        ErrorKind::InvalidLocation.into()
    );
    assert_eq!(parsed(b"x", nvme).0, ErrorKind::InvalidLocation.into());
    assert_eq!(parsed(b"\0", null()).0, ErrorKind::InvalidLocation.into());
    assert_eq!(
        parsed(&[b'x'; 4097], null()).0,
        ErrorKind::LimitExceeded.into()
    );
    diskprobe_location_free(nvme);
    let none = diskprobe_location_parse(null(), 0, null(), null_mut(), null_mut());
    assert_eq!(none, ErrorKind::InvalidArgument.into());
}
