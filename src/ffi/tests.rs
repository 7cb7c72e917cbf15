// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls the functions as C does, under Miri, which detects invalid pointers. The C tests in
//! ffi-tests/ cover every function, `NULL` and wrong use, with valgrind and sanitizers.

mod chain;
mod location;

use super::error::*;
use super::image::{related::*, *};
use super::number::{diskprobe_status, Bool, Number, OK};
use super::options::*;
use super::probe::*;
use super::prober::*;
use crate::{Error, ErrorKind, Format, ReferenceKind};
use core::ffi::{c_char, c_void, CStr};
use core::ptr::{null, null_mut, NonNull};

/// A qcow2 header with a backing file whose recorded format has an unknown name.
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

/// Runs a probe with uninitialised out-parameters.
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

/// Returns the status and message of a probe that must fail.
fn failure((status, image, error): Probed) -> (diskprobe_status, String) {
    assert!(image.is_null());
    let message = c_text(diskprobe_error_message(error)).unwrap();
    let message = message.to_str().unwrap().to_owned();
    diskprobe_error_free(error);
    (status, message)
}

/// Reads a lent text up to its NUL, as C does.
fn c_text(text: *const c_char) -> Option<&'static CStr> {
    // SAFETY: NULL or a C string; these tests keep the image until they are done with it.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

#[test]
fn facts_reach_c() {
    let bytes = qcow2();
    let (data, end) = (bytes.as_ptr().cast(), 4 << 16);
    let (status, image, _) =
        probed(|image, error| diskprobe_probe_buffer(data, 4096, end, null(), image, error));
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

    let (mut name, mut value) = (null(), null());
    let count = diskprobe_image_detail_count(image);
    let details = (0..count).map(|index| {
        assert!(diskprobe_image_detail(
            image,
            index,
            &mut name,
            &mut value,
            &mut length
        ));
        let (name, value) = (c_text(name).unwrap(), c_text(value).unwrap());
        assert_eq!(value.to_bytes().len(), length);
        (name.to_owned(), value.to_owned())
    });
    let details: Vec<_> = details.collect();
    assert_eq!(
        details.first(),
        Some(&(c"recorded-size".into(), c"1048576".into()))
    );
    diskprobe_image_free(image);
}

/// Reads from the `Vec<u8>` that `opaque` points to, 100 bytes at a time.
unsafe extern "C" fn read(
    opaque: *mut c_void,
    buffer: *mut c_void,
    size: usize,
    at: u64,
    _: *mut *mut diskprobe_error,
) -> i64 {
    // SAFETY: the test below passes a pointer to a `Vec<u8>`.
    let bytes = unsafe { &*opaque.cast::<Vec<u8>>() };
    let from = bytes.get(usize::try_from(at).unwrap()..).unwrap_or(&[]);
    let got = from.len().min(size).min(100);
    // SAFETY: the library passes a buffer of `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(from.as_ptr(), buffer.cast(), got) };
    i64::try_from(got).unwrap()
}

/// A read callback that fails with its own error.
unsafe extern "C" fn fail(
    _: *mut c_void,
    _: *mut c_void,
    _: usize,
    _: u64,
    error: *mut *mut diskprobe_error,
) -> i64 {
    let (status, message) = (ErrorKind::PermissionDenied.into(), c"certificate\nexpired");
    // SAFETY: the library passes a pointer to write to.
    unsafe { error.write(diskprobe_error_new(status, message.as_ptr())) };
    -1
}

#[test]
fn quoted_text_is_escaped_once() {
    let error = Error::unknown_name("format", "a\\\n", vec!["raw"]);
    let message = error.to_string();
    let handle = diskprobe_error::new(error, None);
    let in_c = c_text(diskprobe_error_message(&handle)).map(CStr::to_bytes);
    assert_eq!(in_c, Some(message.as_bytes()));
}

#[test]
fn the_error_of_a_callback_is_passed_on() {
    let (status, message) = failure(probed(|image, error| {
        diskprobe_probe_callback(Some(fail), null_mut(), 4096, null(), image, error)
    }));
    assert_eq!(status, ErrorKind::PermissionDenied.into());
    assert_eq!(message, "certificate\\nexpired");
}

#[test]
fn a_callback_feeds_a_probe() {
    let (mut bytes, unknown) = (qcow2(), DISKPROBE_LENGTH_UNKNOWN);
    let (_, image, _) = probed(|image, error| {
        let opaque = (&raw mut bytes).cast();
        diskprobe_probe_callback(Some(read), opaque, unknown, null(), image, error)
    });
    assert_eq!(diskprobe_image_format(image), Format::Qcow2.into());
    diskprobe_image_free(image);
}

#[test]
fn a_prober_asks_for_bytes_and_its_image_outlives_it() {
    let (bytes, options) = (qcow2(), diskprobe_options_new());
    assert_eq!(diskprobe_options_set_thorough(options, Bool(0)), OK);
    let prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, options);
    diskprobe_options_free(options);
    let finish = || probed(|image, error| diskprobe_prober_finish(prober, image, error));
    let feed = |from: usize, to: usize| {
        let part = &bytes[from..to];
        let data = part.as_ptr().cast::<c_void>();
        diskprobe_prober_feed(prober, from as u64, data, part.len(), null_mut())
    };
    let (mut at, mut size, mut needed) = (1, 1, 1);
    let next = diskprobe_prober_next_read(prober, &mut at, &mut size, &mut needed, null_mut());
    assert_eq!((next, at, size, needed), (OK, 0, 1536, 512));
    let (status, message) = failure(finish());
    assert_eq!(status, ErrorKind::WrongState.into());
    assert_eq!(message, "a requested range was not fed yet");

    assert_eq!(feed(0, 100), OK);
    let next = diskprobe_prober_next_read(prober, &mut at, &mut size, null_mut(), null_mut());
    assert_eq!((next, at, size), (OK, 100, 1436));
    assert_eq!(feed(100, 1536), OK);
    let length = bytes.len() as u64;
    assert_eq!(diskprobe_prober_set_length(prober, length, null_mut()), OK);
    let next = diskprobe_prober_next_read(prober, null_mut(), &mut size, null_mut(), null_mut());
    assert_eq!((next, size), (OK, 0));
    let (_, image, _) = finish();
    assert_eq!(failure(finish()).0, ErrorKind::WrongState.into());
    let next = diskprobe_prober_next_read(prober, &mut at, &mut size, null_mut(), null_mut());
    assert_eq!((next, at, size), (ErrorKind::WrongState.into(), 0, 0));
    diskprobe_prober_free(prober);
    let location = diskprobe_image_backing_location(image, null_mut());
    assert_eq!(c_text(location), Some(c"base\xff\n.a"));
    diskprobe_image_free(image);
}

/// The structure of a caller that knows fewer or more members, and a copy of the image.
#[test]
fn the_structure_of_facts_has_the_size_of_the_caller() {
    use super::image::facts::{diskprobe_facts, diskprobe_image_facts};
    let bytes = qcow2();
    let (_, image, _) = probed(|image, error| {
        diskprobe_probe_buffer(bytes.as_ptr().cast(), 4096, 4096, null(), image, error)
    });
    let copy = diskprobe_image_copy(image);
    diskprobe_image_free(image);
    let mut words = [u64::MAX; 16];
    let facts: *mut diskprobe_facts = words.as_mut_ptr().cast();
    assert!(diskprobe_image_facts(copy, facts, 8));
    assert_eq!(words[..2], [1 << 20, u64::MAX]);
    let facts: *mut diskprobe_facts = words.as_mut_ptr().cast();
    assert!(diskprobe_image_facts(
        copy,
        facts,
        size_of::<diskprobe_facts>() + 8
    ));
    let known = size_of::<diskprobe_facts>() / 8;
    assert_eq!(words[known..known + 2], [0, u64::MAX]);
    assert!(!diskprobe_image_facts(null(), facts, 8));
    diskprobe_image_free(copy);
}
