// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions as C calls them: what reaches C, and what C may pass. ffi-tests/ asks the built
//! library; these run under Miri, which sees a pointer that reaches too far.

mod chain;
mod location;
mod null;

use super::error::*;
use super::image::{findings::*, related::*, *};
use super::number::{diskprobe_format, diskprobe_status, Number, OK};
use super::options::*;
use super::probe::*;
use super::prober::*;
use crate::{ErrorKind, Feature, Finding, Format, ReferenceKind, Tool};
use core::ffi::{c_char, c_int, c_void, CStr};
use core::ptr::{null, null_mut, NonNull};
use std::os::fd::AsRawFd;

/// A qcow2 header that names a backing file, and that file's format by a name that is not known.
fn qcow2() -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    let mut put = |offset: usize, value: &[u8]| {
        bytes[offset..offset + value.len()].copy_from_slice(value);
    };
    let fields = [
        (4, 3u32),          // version
        (12, 128),          // backing_file_offset, low half
        (16, 8),            // backing_file_size
        (20, 16),           // cluster_bits
        (28, 1 << 20),      // size, low half
        (36, 1),            // l1_size
        (44, 3 << 16),      // l1_table_offset, low half
        (52, 1 << 16),      // refcount_table_offset, low half
        (56, 1),            // refcount_table_clusters
        (96, 4),            // refcount_order
        (100, 104),         // header_length
        (104, 0xe279_2aca), // extension: backing format
        (108, 7),
    ];
    put(0, b"QFI\xfb");
    for (offset, value) in fields {
        put(offset, &value.to_be_bytes());
    }
    put(112, b"unheard");
    put(128, b"base\xff\n.a");
    bytes
}

type Probed = (diskprobe_status, *mut diskprobe_image, *mut diskprobe_error);

/// Runs a probe with out-parameters that hold garbage before.
fn probed(
    probe: impl FnOnce(*mut *mut diskprobe_image, *mut *mut diskprobe_error) -> diskprobe_status,
) -> Probed {
    let (mut image, mut error) = (NonNull::dangling().as_ptr(), NonNull::dangling().as_ptr());
    let status = probe(&mut image, &mut error);
    assert_eq!(image.is_null(), status != OK);
    assert_eq!(error.is_null(), status == OK);
    assert_eq!(diskprobe_error_status(error), status);
    (status, image, error)
}

fn probed_buffer(data: &[u8], length: u64) -> Probed {
    probed(|image, error| {
        let (data, size) = (data.as_ptr().cast(), data.len());
        diskprobe_probe_buffer(data, size, length, null(), image, error)
    })
}

/// The status and errno of a probe that must fail, and its message.
fn failure((status, image, error): Probed) -> (diskprobe_status, c_int, String) {
    assert!(image.is_null());
    let errno = diskprobe_error_errno(error);
    // SAFETY: the message is a C string that lives as long as the error.
    let message = unsafe { CStr::from_ptr(diskprobe_error_message(error)) };
    let message = message.to_str().unwrap().to_owned();
    diskprobe_error_free(error);
    (status, errno, message)
}

/// A lent text, read to its NUL as C reads it.
fn c_text(text: *const c_char) -> Option<&'static CStr> {
    // SAFETY: NULL or a C string; these tests keep the image until they are done with it.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

#[test]
fn facts_reach_c() {
    let (status, image, _) = probed_buffer(&qcow2(), 4 << 16);
    assert_eq!(status, OK);
    assert_eq!(diskprobe_image_format(image), Format::Qcow2.into());

    let (mut size, mut length) = (0, 0);
    assert!(diskprobe_image_virtual_size(image, &mut size));
    assert_eq!(size, 1 << 20);
    assert!(diskprobe_image_virtual_size(image, null_mut()));
    assert!(!diskprobe_image_allocated_size(image, &mut size));
    assert_eq!(size, 0);

    let location = diskprobe_image_backing_location(image, &mut length);
    assert_eq!(c_text(location), Some(c"base\xff\n.a"));
    assert_eq!(length, 8);
    let mut format = Format::Raw.into();
    assert!(diskprobe_image_backing_format(image, &mut format));
    assert_eq!(format, Number::ZERO);
    let name = diskprobe_image_backing_format_name(image, null_mut());
    assert_eq!(c_text(name), Some(c"unheard"));
    assert_eq!(c_text(diskprobe_image_compat(image)), Some(c"1.1"));

    let (mut at, mut bytes) = (0, 0);
    assert_eq!(diskprobe_image_reference_count(image), 1);
    let kind = diskprobe_image_reference(image, 0, &mut at, &mut bytes);
    assert_eq!((kind, at, bytes), (ReferenceKind::Backing.into(), 128, 8));
    assert_eq!(
        diskprobe_image_reference_location(image, 0, null_mut()),
        location
    );
    let kind = diskprobe_image_reference(image, 1, &mut at, &mut bytes);
    assert_eq!((kind, at, bytes), (Number::ZERO, 0, 0));

    let mut uuid = [7; 16];
    assert!(!diskprobe_image_uuid(image, uuid.as_mut_ptr()));
    assert_eq!(uuid, [0; 16]);
    let feature = Feature::Corrupt.into();
    assert!(!diskprobe_image_has_feature(image, feature));
    diskprobe_image_free(image);
}

#[test]
fn a_call_that_lacks_a_value_says_which() {
    let message = |probed| {
        let (status, _, message) = failure(probed);
        assert_eq!(status, ErrorKind::InvalidArgument.into());
        message
    };
    let (none, length) = (null(), DISKPROBE_LENGTH_UNKNOWN);
    let path = probed(|image, error| diskprobe_probe_path(none, null(), image, error));
    assert_eq!(message(path), "path is NULL");
    let fd = probed(|image, error| diskprobe_probe_fd(-1, null(), image, error));
    assert_eq!(message(fd), "fd is negative");
    let buffer =
        probed(|image, error| diskprobe_probe_buffer(null(), 1, length, null(), image, error));
    assert_eq!(message(buffer), "data is NULL");
    let buffer = probed(|image, error| {
        let data = c"".as_ptr().cast();
        diskprobe_probe_buffer(data, usize::MAX, length, null(), image, error)
    });
    assert_eq!(message(buffer), "size is larger than any object");
    let callback = probed(|image, error| {
        diskprobe_probe_callback(None, null_mut(), length, null(), image, error)
    });
    assert_eq!(message(callback), "read is NULL");
    let finish = probed(|image, error| diskprobe_prober_finish(null_mut(), image, error));
    assert_eq!(message(finish), "prober is NULL");

    let unwanted = diskprobe_probe_path(c"/".as_ptr(), null(), null_mut(), null_mut());
    assert_eq!(unwanted, ErrorKind::InvalidArgument.into());
    let next = diskprobe_prober_next_read(null_mut(), null_mut(), null_mut(), null_mut());
    assert_eq!(next, ErrorKind::InvalidArgument.into());
    let supply = diskprobe_prober_feed(null_mut(), null(), 0, null_mut());
    assert_eq!(supply, ErrorKind::InvalidArgument.into());
    let format = Format::Raw.into();
    let set = diskprobe_options_set_format(null_mut(), format);
    assert_eq!(set, ErrorKind::InvalidArgument.into());
}

#[test]
fn an_empty_buffer_may_be_null() {
    let (status, image, _) =
        probed(|image, error| diskprobe_probe_buffer(null(), 0, 0, null(), image, error));
    assert_eq!(status, OK);
    assert_eq!(diskprobe_image_format(image), Format::Raw.into());
    diskprobe_image_free(image);
    let (status, _, _) = failure(probed_buffer(&[], DISKPROBE_LENGTH_UNKNOWN));
    assert_eq!(status, ErrorKind::NeedMoreData.into());
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no read of a closed descriptor")]
fn a_descriptor_that_is_closed_is_an_error() {
    let closed = 1 << 20; // More than a process may have open by default.
    let (status, errno, _) = failure(probed(|image, error| {
        diskprobe_probe_fd(closed, null(), image, error)
    }));
    assert_eq!((status, errno), (ErrorKind::Io.into(), libc::EBADF));
    let writable = tempfile::NamedTempFile::new().unwrap();
    writable.as_file().set_len(512).unwrap();
    let only = std::fs::OpenOptions::new()
        .write(true)
        .open(writable.path());
    let fd = only.as_ref().unwrap().as_raw_fd();
    let (status, errno, _) = failure(probed(|image, error| {
        diskprobe_probe_fd(fd, null(), image, error)
    }));
    assert_eq!((status, errno), (ErrorKind::Io.into(), libc::EBADF));
}

#[test]
fn only_known_formats_and_lower_limits_are_taken() {
    let options = diskprobe_options_new();
    let strange = diskprobe_format::of(77);
    let bad = ErrorKind::InvalidArgument.into();
    assert_eq!(diskprobe_options_set_format(options, strange), bad);
    assert_eq!(diskprobe_options_set_max_reads(options, 17), bad);
    assert_eq!(diskprobe_options_set_max_bytes(options, 1 << 21), bad);

    let qcow2 = qcow2();
    let status = |options: *const diskprobe_options| {
        let (data, size) = (qcow2.as_ptr().cast(), qcow2.len());
        let (status, image, error) = probed(|image, error| {
            diskprobe_probe_buffer(data, size, 4 << 16, options, image, error)
        });
        diskprobe_image_free(image);
        diskprobe_error_free(error);
        status
    };
    assert_eq!(status(options), OK);
    let set = |format| diskprobe_options_set_format(options, format);
    assert_eq!(set(Format::Luks.into()), OK);
    assert_eq!(status(options), ErrorKind::WrongFormat.into());
    assert_eq!(set(Number::ZERO), OK);
    assert_eq!(status(options), OK);
    let lowered = diskprobe_options_set_max_reads(options, 0);
    assert_eq!(lowered, OK);
    assert_eq!(status(options), ErrorKind::LimitExceeded.into());
    diskprobe_options_free(options);
}

/// Reads from the `Vec<u8>` that `opaque` points to, 100 bytes at a time.
unsafe extern "C" fn read(opaque: *mut c_void, room: *mut c_void, size: usize, at: u64) -> i64 {
    // SAFETY: the test below passes it.
    let bytes = unsafe { &*opaque.cast::<Vec<u8>>() };
    let from = bytes.get(usize::try_from(at).unwrap()..).unwrap_or(&[]);
    let got = from.len().min(size).min(100);
    // SAFETY: the library passes room for `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(from.as_ptr(), room.cast(), got) };
    i64::try_from(got).unwrap()
}

/// Answers with the `i64` that `opaque` points to.
unsafe extern "C" fn answer(opaque: *mut c_void, _: *mut c_void, _: usize, _: u64) -> i64 {
    // SAFETY: the test below passes it.
    unsafe { *opaque.cast::<i64>() }
}

#[test]
fn a_callback_feeds_a_probe_and_its_failures_are_told() {
    let mut bytes = qcow2();
    let (_, image, _) = probed(|image, error| {
        let opaque = (&raw mut bytes).cast();
        diskprobe_probe_callback(
            Some(read),
            opaque,
            DISKPROBE_LENGTH_UNKNOWN,
            null(),
            image,
            error,
        )
    });
    assert_eq!(diskprobe_image_format(image), Format::Qcow2.into());
    diskprobe_image_free(image);

    let told = |mut returned: i64| {
        let (status, errno, _) = failure(probed(|image, error| {
            let opaque = (&raw mut returned).cast();
            diskprobe_probe_callback(Some(answer), opaque, 4096, null(), image, error)
        }));
        (status, errno)
    };
    let io = |errno| (ErrorKind::Io.into(), errno);
    assert_eq!(told(-i64::from(libc::ETIMEDOUT)), io(libc::ETIMEDOUT));
    assert_eq!(told(-i64::from(libc::EINTR)), io(libc::EINTR));
    assert_eq!(told(i64::MIN), io(libc::EIO));
    assert_eq!(told(i64::MIN + 1), io(libc::EIO));
    assert_eq!(
        told(-i64::from(libc::ENOENT)),
        (ErrorKind::NotFound.into(), libc::ENOENT)
    );
    assert_eq!(told(4097), (ErrorKind::InvalidArgument.into(), 0));
    assert_eq!(told(0), (ErrorKind::Changed.into(), 0));
}

#[test]
fn a_pull_goes_in_its_order_only() {
    let bytes = qcow2();
    let pull = diskprobe_prober_new(4096, null());
    let supply =
        |size| diskprobe_prober_feed(pull, bytes.as_ptr().cast::<c_void>(), size, null_mut());
    assert_eq!(supply(1), ErrorKind::WrongState.into());

    let (mut at, mut size) = (1, 1);
    let next = diskprobe_prober_next_read(pull, &mut at, &mut size, null_mut());
    assert_eq!((next, at), (OK, 0));
    let early = failure(probed(|image, error| {
        diskprobe_prober_finish(pull, image, error)
    }));
    assert_eq!(early.0, ErrorKind::WrongState.into());
    assert_eq!(early.2, "a range is still to be supplied");
    let missing = diskprobe_prober_feed(pull, null(), size, null_mut());
    assert_eq!(missing, ErrorKind::InvalidArgument.into());

    assert_eq!(supply(size + 1), ErrorKind::InvalidArgument.into());
    assert_eq!(supply(size), OK);
    let next = diskprobe_prober_next_read(pull, null_mut(), &mut size, null_mut());
    assert_eq!((next, size), (OK, 0));
    let (status, image, _) = probed(|image, error| diskprobe_prober_finish(pull, image, error));
    assert_eq!(status, OK);
    let again = failure(probed(|image, error| {
        diskprobe_prober_finish(pull, image, error)
    }));
    assert_eq!(again.0, ErrorKind::WrongState.into());
    let next = diskprobe_prober_next_read(pull, &mut at, &mut size, null_mut());
    assert_eq!((next, at, size), (ErrorKind::WrongState.into(), 0, 0));
    diskprobe_prober_free(pull);

    // An image is independent of what it came from.
    let location = diskprobe_image_backing_location(image, null_mut());
    assert_eq!(c_text(location), Some(c"base\xff\n.a"));
    diskprobe_image_free(image);
}

#[test]
fn an_error_tells_where() {
    let mut bytes = qcow2();
    bytes[23] = 40; // cluster_bits
    let (status, _, error) = probed_buffer(&bytes, 4096);
    let mut offset = 0;
    assert_eq!(status, ErrorKind::InvalidImage.into());
    assert!(diskprobe_error_offset(error, &mut offset));
    assert_eq!(offset, 20);
    assert_eq!(diskprobe_error_errno(error), 0);
    let message = c"qcow2 header: cluster_bits is 40 (offset 20), must be 9 to 21";
    assert_eq!(c_text(diskprobe_error_message(error)), Some(message));
    diskprobe_error_free(error);
}
