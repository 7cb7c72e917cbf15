// SPDX-License-Identifier: MIT OR Apache-2.0
//! Those that probe many images.

use super::Handle;
use std::ffi::{c_char, c_void};

pub type Found =
    unsafe extern "C" fn(*mut c_void, *const c_char, usize, u32, Handle, Handle) -> bool;

extern "C" {
    pub fn diskprobe_scan_options_new() -> Handle;
    pub fn diskprobe_scan_options_free(options: Handle);
    pub fn diskprobe_scan_options_set_image_options(options: Handle, image: Handle) -> u32;
    pub fn diskprobe_scan_options_set_jobs(options: Handle, jobs: u32) -> u32;
    pub fn diskprobe_scan_options_cancel(options: Handle);
}

// In the list below.
pub const DIRECTORIES: usize = 0;
pub const FILES: usize = 1;

super::functions!(pub SCANS(
    names: *const *const c_char,
    count: usize,
    options: Handle,
    callback: Option<Found>,
    opaque: *mut c_void,
    error: *mut Handle
) -> u32 { diskprobe_scan diskprobe_scan_files });
super::functions!(pub FLAGS(options: Handle, on: bool) -> u32 {
    diskprobe_scan_options_set_recursive diskprobe_scan_options_set_ordered
    diskprobe_scan_options_set_follow_links diskprobe_scan_options_set_cross_file_systems
    diskprobe_scan_options_set_special_files
});
