// SPDX-License-Identifier: MIT OR Apache-2.0
//! Those that walk a chain, and tell of one.

use super::{Handle, Look, Read};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};

pub type Open = unsafe extern "C" fn(*mut c_void, Handle, Handle, *mut Handle) -> c_int;
pub type Close = unsafe extern "C" fn(*mut c_void);

extern "C" {
    pub fn diskprobe_chain_options_new() -> Handle;
    pub fn diskprobe_chain_options_free(options: Handle);
    pub fn diskprobe_chain_options_set_image_options(options: Handle, image: Handle) -> u32;
    pub fn diskprobe_chain_options_set_unrecorded_format(options: Handle, action: u32) -> u32;
    pub fn diskprobe_chain_options_set_data_file_directory(options: Handle, directory: u32) -> u32;
    pub fn diskprobe_chain_options_override_element(
        options: Handle,
        kind: u32,
        depth: u32,
        location: Handle,
        format: u32,
    ) -> u32;
    pub fn diskprobe_chain_options_set_max_images(options: Handle, images: u32) -> u32;
    pub fn diskprobe_chain_options_set_root(options: Handle, root: *const c_char) -> u32;
    pub fn diskprobe_chain_options_set_opener(
        options: Handle,
        open: Option<Open>,
        opaque: *mut c_void,
    ) -> u32;
    pub fn diskprobe_open_request_role(request: Handle) -> u32;
    pub fn diskprobe_open_request_set_fd(request: Handle, fd: c_int) -> u32;
    pub fn diskprobe_open_request_set_borrowed_fd(request: Handle, fd: c_int) -> u32;
    pub fn diskprobe_open_request_set_source(
        request: Handle,
        read: Option<Read>,
        close: Option<Close>,
        opaque: *mut c_void,
        length: u64,
    ) -> u32;
    pub fn diskprobe_open_request_set_identity(request: Handle, device: u64, inode: u64) -> u32;
    pub fn diskprobe_open_request_use_default(request: Handle) -> u32;
    pub fn diskprobe_chain_open_path(
        path: *const c_char,
        options: Handle,
        chain: *mut Handle,
        partial: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_chain_open_fd(
        fd: c_int,
        path: *const c_char,
        options: Handle,
        chain: *mut Handle,
        partial: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_chain_open_location(
        top: Handle,
        options: Handle,
        chain: *mut Handle,
        partial: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_chain_free(chain: Handle);
    fn diskprobe_chain_element_count(chain: Handle) -> usize;
    fn diskprobe_chain_is_complete(chain: Handle) -> bool;
    fn diskprobe_chain_element_kind(chain: Handle, index: usize) -> u32;
    fn diskprobe_chain_element_format(chain: Handle, index: usize) -> u32;
    fn diskprobe_chain_element_format_source(chain: Handle, index: usize) -> u32;
    fn diskprobe_chain_element_depth(chain: Handle, index: usize, depth: *mut u32) -> bool;
    fn diskprobe_chain_element_parent(chain: Handle, index: usize, parent: *mut usize) -> bool;
    fn diskprobe_chain_element_recorded(
        chain: Handle,
        index: usize,
        length: *mut usize,
    ) -> *const c_char;
    fn diskprobe_chain_element_format_name(
        chain: Handle,
        index: usize,
        length: *mut usize,
    ) -> *const c_char;
    fn diskprobe_chain_element_location(chain: Handle, index: usize) -> Handle;
    fn diskprobe_chain_element_image(chain: Handle, index: usize) -> Handle;
    fn diskprobe_chain_element_error(chain: Handle, index: usize) -> Handle;
    fn diskprobe_chain_element_identity(
        chain: Handle,
        index: usize,
        device: *mut u64,
        inode: *mut u64,
    ) -> bool;
    fn diskprobe_chain_find(
        chain: Handle,
        name: *const c_char,
        disk: *const c_char,
        index: *mut usize,
    ) -> bool;
    fn diskprobe_chain_find_below(
        chain: Handle,
        above: usize,
        name: *const c_char,
        disk: *const c_char,
        index: *mut usize,
    ) -> bool;
    fn diskprobe_chain_image_at(chain: Handle, depth: u32, index: *mut usize) -> bool;
    fn diskprobe_chain_relative_backing_path(
        chain: Handle,
        first: usize,
        last: usize,
        length: *mut usize,
    ) -> *mut c_char;
    pub fn diskprobe_string_free(string: *mut c_char);
    fn diskprobe_disk_target_parse(
        text: *const c_char,
        disk_length: *mut usize,
        index: *mut u32,
    ) -> bool;
}

/// Calls every getter of a chain, and those of the image, location and error of one element.
///
/// # Safety
/// `chain` is NULL or live.
pub unsafe fn read(chain: Handle, index: usize, look: Look) {
    let names = [null(), c"vda[1]".as_ptr(), c"base".as_ptr(), c"".as_ptr()];
    let short = u32::try_from(index).unwrap_or(u32::MAX);
    unsafe {
        let count = diskprobe_chain_element_count(chain);
        assert_eq!(count == 0, chain.is_null());
        assert!(count <= 2 * 256, "more elements than a chain may have");
        diskprobe_chain_is_complete(chain);
        let there = diskprobe_chain_element_kind(chain, index) != 0;
        assert_eq!(there, index < count);
        diskprobe_chain_element_format(chain, index);
        diskprobe_chain_element_format_source(chain, index);
        let mut depth = 7;
        let known = diskprobe_chain_element_depth(chain, index, &mut depth);
        assert_eq!(known, there);
        diskprobe_chain_element_depth(chain, index, null_mut());
        let mut parent = 7;
        let known = diskprobe_chain_element_parent(chain, index, &mut parent);
        assert_eq!(known, there && index > 0);
        assert!(!known || parent < index);
        diskprobe_chain_element_parent(chain, index, null_mut());
        for function in [
            diskprobe_chain_element_recorded,
            diskprobe_chain_element_format_name,
        ] {
            let mut length = 7;
            look(function(chain, index, &mut length), &length);
            look(function(chain, index, null_mut()), null());
        }
        let (mut device, mut inode) = (7, 7);
        diskprobe_chain_element_identity(chain, index, &mut device, &mut inode);
        diskprobe_chain_element_identity(chain, index, null_mut(), null_mut());
        super::read_location(diskprobe_chain_element_location(chain, index), 0, look);
        super::read_image(diskprobe_chain_element_image(chain, index), 0, look);
        let error = diskprobe_chain_element_error(chain, index);
        super::read_error(error);
        let mut found = 7;
        for name in names {
            for disk in [null(), c"vda".as_ptr()] {
                diskprobe_chain_find(chain, name, disk, &mut found);
                diskprobe_chain_find_below(chain, index, name, disk, null_mut());
            }
            diskprobe_disk_target_parse(name, &mut found, null_mut());
        }
        diskprobe_chain_image_at(chain, short, &mut found);
        diskprobe_chain_image_at(chain, short, null_mut());
        for last in [index, index.wrapping_add(1)] {
            let mut length = 7;
            let name = diskprobe_chain_relative_backing_path(chain, index, last, &mut length);
            look(name, &length);
            diskprobe_string_free(name);
        }
    }
}
