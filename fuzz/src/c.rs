// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions of `<diskprobe.h>`, as their C prototypes say, those of one type in one list.

pub mod chain;
pub mod policy;
pub mod scan;

use std::collections::BTreeMap;
use std::ffi::{c_char, c_int, c_void, CStr};
use std::ptr::{null, null_mut};

pub type Handle = *mut c_void;
pub type Read = unsafe extern "C" fn(*mut c_void, *mut c_void, usize, u64, *mut Handle) -> i64;

/// `DISKPROBE_STATUS_INVALID_ARGUMENT`.
pub const INVALID_ARGUMENT: u32 = 1;
/// `DISKPROBE_STATUS_CHANGED`.
pub const CHANGED: u32 = 6;
/// `DISKPROBE_STATUS_INTERNAL`.
pub const INTERNAL: u32 = 15;
/// `DISKPROBE_STATUS_REJECTED`.
pub const REJECTED: u32 = 20;

extern "C" {
    pub fn diskprobe_status_message(status: u32) -> *const c_char;
    pub fn diskprobe_escape(text: *const c_void, length: usize, escaped: *mut usize)
        -> *mut c_char;
    pub fn diskprobe_image_copy(image: Handle) -> Handle;
    pub fn diskprobe_image_facts(image: Handle, facts: *mut c_void, size: usize) -> bool;
    pub fn diskprobe_image_to_json(
        image: Handle,
        file_name: *const c_char,
        json: *mut *mut c_char,
        length: *mut usize,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_options_new() -> Handle;
    pub fn diskprobe_options_free(options: Handle);
    pub fn diskprobe_options_set_format(options: Handle, format: u32) -> u32;
    pub fn diskprobe_options_set_detectable(options: Handle, formats: u64) -> u32;
    pub fn diskprobe_options_set_file_name(options: Handle, name: *const c_char) -> u32;
    pub fn diskprobe_options_set_max_reads(options: Handle, reads: u32) -> u32;
    pub fn diskprobe_options_set_max_bytes(options: Handle, bytes: u64) -> u32;
    pub fn diskprobe_options_set_thorough(options: Handle, thorough: bool) -> u32;
    pub fn diskprobe_options_set_allow_unknown_features(options: Handle, allow: bool) -> u32;
    pub fn diskprobe_options_set_wait_for_lease(options: Handle, wait: bool) -> u32;
    pub fn diskprobe_options_set_also_matches(options: Handle, also_matches: bool) -> u32;
    pub fn diskprobe_probe_buffer(
        data: *const c_void,
        size: usize,
        length: u64,
        options: Handle,
        image: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_probe_callback(
        read: Option<Read>,
        opaque: *mut c_void,
        length: u64,
        options: Handle,
        image: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_probe_fd(
        fd: c_int,
        options: Handle,
        image: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_probe_path(
        path: *const c_char,
        options: Handle,
        image: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_prober_new(length: u64, options: Handle) -> Handle;
    pub fn diskprobe_prober_set_length(prober: Handle, length: u64, error: *mut Handle) -> u32;
    pub fn diskprobe_prober_next_read(
        prober: Handle,
        offset: *mut u64,
        size: *mut usize,
        needed: *mut usize,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_prober_feed(
        prober: Handle,
        offset: u64,
        data: *const c_void,
        size: usize,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_prober_finish(prober: Handle, image: *mut Handle, error: *mut Handle) -> u32;
    pub fn diskprobe_prober_free(prober: Handle);
    pub fn diskprobe_image_free(image: Handle);
    pub fn diskprobe_location_parse(
        text: *const c_char,
        length: usize,
        relative_to: Handle,
        location: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_location_of_path(path: *const c_char) -> Handle;
    pub fn diskprobe_location_is_equivalent(location: Handle, other: Handle) -> bool;
    pub fn diskprobe_location_free(location: Handle);
    pub fn diskprobe_version() -> *const c_char;
    pub fn diskprobe_version_number() -> u32;
    pub fn diskprobe_error_new(status: u32, message: *const c_char) -> Handle;
    pub fn diskprobe_error_status(error: Handle) -> u32;
    pub fn diskprobe_error_message(error: Handle) -> *const c_char;
    pub fn diskprobe_error_template(error: Handle) -> *const c_char;
    pub fn diskprobe_error_parameter_count(error: Handle) -> usize;
    pub fn diskprobe_error_parameter(
        error: Handle,
        index: usize,
        name: *mut *const c_char,
        value: *mut *const c_char,
    ) -> bool;
    pub fn diskprobe_error_errno(error: Handle) -> c_int;
    pub fn diskprobe_error_offset(error: Handle, offset: *mut u64) -> bool;
    pub fn diskprobe_error_needed(error: Handle, offset: *mut u64, length: *mut u64) -> bool;
    pub fn diskprobe_error_free(error: Handle);
    fn diskprobe_image_reference(image: Handle, index: usize, at: *mut u64, size: *mut u64) -> u32;
    fn diskprobe_image_detail(
        image: Handle,
        index: usize,
        name: *mut *const c_char,
        value: *mut *const c_char,
        length: *mut usize,
    ) -> bool;
    fn diskprobe_image_detected_as(image: Handle, tool: u32) -> *const c_char;
    fn diskprobe_location_detail(
        location: Handle,
        index: usize,
        name: *mut *const c_char,
        value: *mut *const c_char,
        length: *mut usize,
        is_secret: *mut bool,
    ) -> bool;
    fn diskprobe_location_slice(location: Handle, offset: *mut u64, size: *mut u64) -> bool;
    fn diskprobe_location_host_port(location: Handle, index: usize, port: *mut u16) -> bool;
}

/// Declares functions of one type, and lists them.
macro_rules! functions {
    ($visible:vis $list:ident $parameters:tt -> $result:ty { $($name:ident)* }) => {
        extern "C" { $( fn $name $parameters -> $result; )* }
        $visible static $list: &[unsafe extern "C" fn $parameters -> $result] = &[$($name),*];
    };
}
use functions;

functions!(pub TO_STRING(number: u32) -> *const c_char {
    diskprobe_status_to_string diskprobe_format_to_string diskprobe_encryption_to_string
    diskprobe_feature_to_string diskprobe_reference_kind_to_string diskprobe_finding_to_string
    diskprobe_content_kind_to_string diskprobe_tool_to_string diskprobe_storage_type_to_string
    diskprobe_protocol_to_string diskprobe_transport_to_string diskprobe_violation_kind_to_string
    diskprobe_element_kind_to_string diskprobe_unrecorded_format_to_string
    diskprobe_format_source_to_string diskprobe_data_file_directory_to_string
    diskprobe_format_to_libvirt_string
});
functions!(pub FROM_STRING(name: *const c_char, number: *mut u32) -> bool {
    diskprobe_format_from_string diskprobe_finding_from_string
    diskprobe_unrecorded_format_from_string diskprobe_data_file_directory_from_string
    diskprobe_format_from_libvirt_string
});
functions!(IMAGE_NUMBERS(image: Handle, number: *mut u64) -> bool {
    diskprobe_image_virtual_size diskprobe_image_physical_size diskprobe_image_allocated_size
    diskprobe_image_encryption_payload_offset diskprobe_image_cluster_size
    diskprobe_image_backing_mtime
});
functions!(IMAGE_SHORT_NUMBERS(image: Handle, number: *mut u32) -> bool {
    diskprobe_image_backing_format diskprobe_image_cid diskprobe_image_parent_cid
});
functions!(IMAGE_NAMES(image: Handle) -> *const c_char {
    diskprobe_image_subformat diskprobe_image_compat
});
functions!(IMAGE_TEXTS(image: Handle, length: *mut usize) -> *const c_char {
    diskprobe_image_backing_location diskprobe_image_backing_format_name
    diskprobe_image_data_file_location diskprobe_image_parent_location
});
functions!(IMAGE_FLAGS(image: Handle) -> bool {
    diskprobe_image_backing_is_raw diskprobe_image_has_data_file diskprobe_image_data_file_is_raw
    diskprobe_image_has_parent
});
functions!(IMAGE_UUIDS(image: Handle, uuid: *mut u8) -> bool {
    diskprobe_image_parent_uuid diskprobe_image_parent_alternative_uuid diskprobe_image_uuid
});
functions!(IMAGE_KINDS(image: Handle) -> u32 { diskprobe_image_format diskprobe_image_encryption });
functions!(IMAGE_COUNTS(image: Handle) -> usize {
    diskprobe_image_reference_count diskprobe_image_extent_count diskprobe_image_detail_count
    diskprobe_image_finding_count diskprobe_image_also_match_count diskprobe_image_content_count
});
functions!(IMAGE_LISTED_KINDS(image: Handle, index: usize) -> u32 {
    diskprobe_image_also_match diskprobe_image_content diskprobe_image_finding
});
functions!(IMAGE_LISTED_TEXTS(image: Handle, index: usize, length: *mut usize) -> *const c_char {
    diskprobe_image_reference_location diskprobe_image_extent_location diskprobe_image_extent_kind
});
functions!(IMAGE_LISTED_NUMBERS(image: Handle, index: usize, number: *mut u64) -> bool {
    diskprobe_image_extent_size diskprobe_image_extent_file_offset
});
functions!(IMAGE_ASKED(image: Handle, what: u32) -> bool {
    diskprobe_image_has_feature diskprobe_image_has_finding
});
functions!(LOCATION_TEXTS(location: Handle, length: *mut usize) -> *const c_char {
    diskprobe_location_text diskprobe_location_path diskprobe_location_relative_name
    diskprobe_location_protocol_name diskprobe_location_volume diskprobe_location_snapshot
    diskprobe_location_nvme_address
});
functions!(LOCATION_LISTED(location: Handle, index: usize, length: *mut usize) -> *const c_char {
    diskprobe_location_host_name diskprobe_location_host_socket
});
functions!(LOCATION_NAMES(location: Handle) -> *const c_char { diskprobe_location_format });
functions!(LOCATION_FLAGS(location: Handle) -> bool {
    diskprobe_location_is_relative_to_image diskprobe_location_has_credentials
    diskprobe_location_is_qemu_only
});
functions!(LOCATION_KINDS(location: Handle) -> u32 {
    diskprobe_location_type diskprobe_location_protocol
});
functions!(LOCATION_COUNTS(location: Handle) -> usize {
    diskprobe_location_host_count diskprobe_location_detail_count
});
functions!(LOCATION_LISTED_KINDS(location: Handle, index: usize) -> u32 {
    diskprobe_location_host_transport
});
functions!(LOCATION_SHORT_NUMBERS(location: Handle, number: *mut u32) -> bool {
    diskprobe_location_nvme_namespace
});

/// What is done with a text and its length.
type Look = fn(*const c_char, *const usize);

/// Calls each of the getters with an out-parameter, and without.
macro_rules! ask {
    ($list:ident, $default:expr, $handle:expr $(, $index:expr)?) => {
        for function in $list {
            let mut number = $default;
            let found = function($handle $(, $index)?, &mut number);
            assert!(found || number == 0);
            function($handle $(, $index)?, null_mut());
        }
    };
}

macro_rules! ask_text {
    ($list:ident, $look:expr, $handle:expr $(, $index:expr)?) => {
        for function in $list {
            let mut length = 7;
            let text = function($handle $(, $index)?, &mut length);
            $look(text, &length);
            $look(function($handle $(, $index)?, null_mut()), null());
        }
    };
}

/// Returns a text of the library. It ends in a NUL and lives as long as its handle.
unsafe fn text<'a>(text: *const c_char) -> &'a str {
    unsafe { CStr::from_ptr(text) }.to_str().expect("UTF-8")
}

/// Checks that the template of an error, with each parameter in its one placeholder, is its message
/// without control characters.
///
/// # Safety
/// `error` is NULL or live.
pub unsafe fn read_error(error: Handle) {
    let (message, template, count) = unsafe {
        (
            text(diskprobe_error_message(error)),
            text(diskprobe_error_template(error)),
            diskprobe_error_parameter_count(error),
        )
    };
    let mut values = BTreeMap::new();
    for index in 0..=count {
        let (mut name, mut value) = (null(), null());
        let found = unsafe { diskprobe_error_parameter(error, index, &mut name, &mut value) };
        assert_eq!(found, index < count);
        assert!(found || (name.is_null() && value.is_null()));
        if found {
            let earlier = unsafe { values.insert(text(name), text(value)) };
            assert_eq!(earlier, None, "two values of a parameter");
        }
    }
    unsafe { diskprobe_error_parameter(error, count / 2, null_mut(), null_mut()) };
    let mut parts = template.split('{');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, words) = part.split_once('}').expect("the end of a placeholder");
        whole += values.remove(name).expect("one value for each placeholder");
        whole += words;
    }
    assert!(values.is_empty(), "{template:?} has no {values:?}");
    assert_eq!(whole, message);
    assert!(!message.contains(char::is_control));
}

/// Makes a call that can fail, and reads its error. Returns its status.
///
/// # Safety
/// As of the call.
pub unsafe fn checked(call: impl FnOnce(*mut Handle) -> u32) -> u32 {
    let mut error = null_mut();
    let status = call(&mut error);
    assert_eq!(status == 0, error.is_null());
    unsafe {
        read_error(error);
        diskprobe_error_free(error);
    }
    status
}

/// Calls every getter of an image.
///
/// # Safety
/// `image` is NULL or live.
pub unsafe fn read_image(image: Handle, index: usize, look: Look) {
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    unsafe {
        ask!(IMAGE_NUMBERS, 7, image);
        ask!(IMAGE_SHORT_NUMBERS, 7, image);
        ask!(IMAGE_LISTED_NUMBERS, 7, image, index);
        ask_text!(IMAGE_TEXTS, look, image);
        ask_text!(IMAGE_LISTED_TEXTS, look, image, index);
        for function in IMAGE_NAMES {
            look(function(image), null());
        }
        for function in IMAGE_FLAGS {
            function(image);
        }
        for function in IMAGE_UUIDS {
            let mut uuid = [7; 16];
            function(image, uuid.as_mut_ptr());
            function(image, null_mut());
        }
        for function in IMAGE_KINDS {
            function(image);
        }
        for function in IMAGE_COUNTS {
            assert!(function(image) < 1 << 17);
        }
        for function in IMAGE_LISTED_KINDS {
            function(image, index);
        }
        for function in IMAGE_ASKED {
            function(image, number);
        }
        let mut facts = [7u8; 128];
        let known = index % (facts.len() + 1);
        let found = diskprobe_image_facts(image, facts.as_mut_ptr().cast(), known);
        assert_eq!(found, !image.is_null());
        assert!(facts[known..].iter().all(|byte| *byte == 7));
        assert!(facts[..known].iter().skip(64).all(|byte| *byte == 0));
        diskprobe_image_facts(image, null_mut(), known);
        let (mut json, mut length) = (null_mut(), 7);
        let none = null_mut();
        let status = diskprobe_image_to_json(image, c"x".as_ptr(), &mut json, &mut length, none);
        assert_eq!(status == 0, !image.is_null());
        assert!(length >= 2 || image.is_null());
        look(json, &length);
        chain::diskprobe_string_free(json);
        let (mut offset, mut size) = (7, 7);
        diskprobe_image_reference(image, index, &mut offset, &mut size);
        diskprobe_image_reference(image, index, null_mut(), null_mut());
        let (mut name, mut value, mut length) = (null(), null(), 7);
        let count = diskprobe_image_detail_count(image);
        for index in [index, 0, count.saturating_sub(1)] {
            let found = diskprobe_image_detail(image, index, &mut name, &mut value, &mut length);
            assert_eq!(found, index < count);
            assert!(found || length == 0);
            look(name, null());
            look(value, &length);
        }
        diskprobe_image_detail(image, index, null_mut(), null_mut(), null_mut());
        look(diskprobe_image_detected_as(image, number), null());
    }
}

/// Calls every getter of a location.
///
/// # Safety
/// `location` is NULL or live.
pub unsafe fn read_location(location: Handle, index: usize, look: Look) {
    unsafe {
        ask_text!(LOCATION_TEXTS, look, location);
        ask_text!(LOCATION_LISTED, look, location, index);
        ask!(LOCATION_SHORT_NUMBERS, 7, location);
        for function in LOCATION_NAMES {
            look(function(location), null());
        }
        for function in LOCATION_FLAGS {
            function(location);
        }
        for function in LOCATION_KINDS {
            function(location);
        }
        for function in LOCATION_COUNTS {
            assert!(function(location) <= 4096);
        }
        for function in LOCATION_LISTED_KINDS {
            function(location, index);
        }
        let (mut offset, mut size) = (7, 7);
        diskprobe_location_slice(location, &mut offset, &mut size);
        diskprobe_location_slice(location, null_mut(), null_mut());
        let (mut name, mut value, mut length, mut is_secret) = (null(), null(), 7, true);
        let count = diskprobe_location_detail_count(location);
        for index in [index, 0, count.saturating_sub(1)] {
            let found = diskprobe_location_detail(
                location,
                index,
                &mut name,
                &mut value,
                &mut length,
                &mut is_secret,
            );
            assert_eq!(found, index < count);
            assert!(found || (length == 0 && !is_secret));
            look(name, null());
            look(value, &length);
        }
        let none = null_mut();
        diskprobe_location_detail(location, index, null_mut(), null_mut(), null_mut(), none);
        let mut port = 7;
        diskprobe_location_host_port(location, index, &mut port);
        diskprobe_location_host_port(location, index, null_mut());
    }
}
