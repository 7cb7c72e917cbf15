// SPDX-License-Identifier: MIT OR Apache-2.0
//! The handle of a scan's options.

use super::super::call::change;
use super::super::guard::{free, get, make};
use super::super::handle::given;
use super::super::number::{diskprobe_status, Bool};
use super::super::options::{diskprobe_options, options_or_default};
use crate::base::limits::{MAX_SCAN_DEPTH, MAX_SCAN_JOBS};
use crate::scan::{CancelToken, ScanOptions};

/// Maximum number of jobs of a scan.
pub const DISKPROBE_MAX_SCAN_JOBS: u32 = 256;
/// Maximum depth of directories in a scan, including the given directory.
pub const DISKPROBE_MAX_SCAN_DEPTH: u32 = 64;

const _: () = assert!(DISKPROBE_MAX_SCAN_JOBS == MAX_SCAN_JOBS);
const _: () = assert!(DISKPROBE_MAX_SCAN_DEPTH == MAX_SCAN_DEPTH);

/// Options of a scan. A scan keeps no reference to them.
pub struct diskprobe_scan_options {
    options: ScanOptions,
    cancel: CancelToken,
}

impl diskprobe_scan_options {
    /// Returns the options of a scan: the defaults for NULL.
    pub(super) fn or_default(options: *const Self) -> ScanOptions {
        given(options).map_or_else(ScanOptions::new, |options| options.options.clone())
    }
}

fn set(
    options: *mut diskprobe_scan_options,
    body: impl FnOnce(ScanOptions) -> ScanOptions,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options = body(handle.options.clone());
        Ok(())
    })
}

/// Creates options with the default values: one job, no subdirectories, results in any order.
///
/// @return the options, free with diskprobe_scan_options_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_new() -> *mut diskprobe_scan_options {
    make(|| {
        let cancel = CancelToken::new();
        let options = ScanOptions::new().cancel_by(cancel.clone());
        diskprobe_scan_options { options, cancel }
    })
}

/// Frees options. No scan may be using them.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_free(options: *mut diskprobe_scan_options) {
    free(options);
}

/// Sets the options for probing each image. The scan sets the file name of each image itself, as
/// diskprobe_options_set_file_name() does.
///
/// @param options        the options
/// @param image_options  copied; or NULL for the defaults
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_image_options(
    options: *mut diskprobe_scan_options,
    image_options: *const diskprobe_options,
) -> diskprobe_status {
    set(options, |scan| {
        scan.image_options(options_or_default(image_options))
    })
}

/// Sets the number of threads that run the scan, including the calling thread.
///
/// With 1, the default, no thread is started. Threads are started when there is work for them. They
/// have a stack of 1 MiB and the signal mask of the calling thread. If the system cannot start a
/// thread, the scan runs with fewer.
///
/// @param options  the options
/// @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or jobs is not
///         in that range
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_jobs(
    options: *mut diskprobe_scan_options,
    jobs: u32,
) -> diskprobe_status {
    change(options, |handle| {
        handle.options = handle.options.clone().jobs(jobs)?;
        Ok(())
    })
}

/// Sets whether to scan subdirectories, to a depth of DISKPROBE_MAX_SCAN_DEPTH levels. Symbolic
/// links to directories are not followed.
///
/// @param options    the options
/// @param recursive  true to scan them; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_recursive(
    options: *mut diskprobe_scan_options,
    recursive: Bool,
) -> diskprobe_status {
    set(options, |scan| scan.recursive(recursive.is_true()))
}

/// Sets whether to deliver results in the order of the arguments and the directory listings.
///
/// The results of a subdirectory are delivered at its position in that order. Directories are then
/// read one after another, and each job may hold back a few results.
///
/// @param options  the options
/// @param ordered  true for that order; false, the default, to deliver each result when it is
///                 available
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_ordered(
    options: *mut diskprobe_scan_options,
    ordered: Bool,
) -> diskprobe_status {
    set(options, |scan| scan.ordered(ordered.is_true()))
}

/// Sets whether to follow symbolic links to files, as libvirt's pools do.
///
/// Links that are not followed count as special files. Links to directories are never followed.
///
/// @param options  the options
/// @param follow   true, the default, to follow them
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_follow_links(
    options: *mut diskprobe_scan_options,
    follow: Bool,
) -> diskprobe_status {
    set(options, |scan| scan.follow_links(follow.is_true()))
}

/// Sets whether to include file systems other than that of the given directory, that is, to follow
/// links to them and to scan subdirectories on them.
///
/// By default, each such link or subdirectory has the result DISKPROBE_STATUS_OUTSIDE_ROOT. A mount
/// point is opened to detect the mount, but not read.
///
/// @param options  the options
/// @param cross    true to include them; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_cross_file_systems(
    options: *mut diskprobe_scan_options,
    cross: Bool,
) -> diskprobe_status {
    set(options, |scan| scan.cross_file_systems(cross.is_true()))
}

/// Sets whether names that a directory lists as FIFOs, sockets or character devices have results
/// too. They are not opened, and their result is DISKPROBE_STATUS_UNSUPPORTED_FILE.
///
/// @param options  the options
/// @param report   true to report them; false, the default, to skip them
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_special_files(
    options: *mut diskprobe_scan_options,
    report: Bool,
) -> diskprobe_status {
    set(options, |scan| scan.special_files(report.is_true()))
}

/// Ends all scans that use these options, and any later scan with them.
///
/// Can be called from any thread and from the callback while scans use the options. It does not
/// wait: a scan returns only after its current probes end, even if one of them is in a system call
/// that hangs.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_cancel(options: *const diskprobe_scan_options) {
    get(options, (), |options| {
        options.cancel.cancel();
    });
}
