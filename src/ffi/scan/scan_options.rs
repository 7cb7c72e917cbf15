// SPDX-License-Identifier: MIT OR Apache-2.0
//! The handle of a scan's options.

use super::super::call::change;
use super::super::guard::{free, get, make};
use super::super::handle::given;
use super::super::number::diskprobe_status;
use super::super::options::{diskprobe_options, options_or_default};
use crate::base::error::Reason;
use crate::base::limits::{MAX_SCAN_DEPTH, MAX_SCAN_JOBS};
use crate::scan::ScanOptions;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// The most jobs of a scan.
pub const DISKPROBE_MAX_SCAN_JOBS: u32 = 256;
/// The most levels of directories in a scan, including the given one.
pub const DISKPROBE_MAX_SCAN_DEPTH: u32 = 64;

const _: () = assert!(DISKPROBE_MAX_SCAN_JOBS == MAX_SCAN_JOBS);
const _: () = assert!(DISKPROBE_MAX_SCAN_DEPTH == MAX_SCAN_DEPTH);

/// How to scan. A scan reads it and keeps no reference: scans in many threads may share one while
/// no thread changes it.
pub struct diskprobe_scan_options {
    options: ScanOptions,
    cancel: Arc<AtomicBool>,
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

/// Makes options with the default values: one job, no subdirectories, results in any order.
///
/// @return the options, free with diskprobe_scan_options_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_new() -> *mut diskprobe_scan_options {
    make(|| {
        let cancel = Arc::new(AtomicBool::new(false));
        let options = ScanOptions::new().cancel_by(cancel.clone());
        diskprobe_scan_options { options, cancel }
    })
}

/// Frees options, but not while a scan uses them.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_free(options: *mut diskprobe_scan_options) {
    free(options);
}

/// Sets how to probe each image. The scan adds the name of each file, as
/// diskprobe_options_set_file_name() would.
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
        scan.image(&options_or_default(image_options))
    })
}

/// Sets the number of threads that work, including the calling one: for 1, the default, no thread
/// is started.
///
/// Started threads have the signal mask of the calling thread. If the system refuses to start one,
/// there are fewer.
///
/// @param options  the options
/// @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or jobs is not in that range
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_jobs(
    options: *mut diskprobe_scan_options,
    jobs: u32,
) -> diskprobe_status {
    change(options, |handle| {
        let wrong = Reason::InvalidArgument("jobs is 0 or above the limit");
        handle.options = handle.options.clone().jobs(jobs).ok_or(wrong)?;
        Ok(())
    })
}

/// Sets whether to scan subdirectories too: never through a symbolic link, and at most
/// DISKPROBE_MAX_SCAN_DEPTH levels.
///
/// @param options    the options
/// @param recursive  false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_recursive(
    options: *mut diskprobe_scan_options,
    recursive: bool,
) -> diskprobe_status {
    set(options, |scan| scan.recursive(recursive))
}

/// Sets whether results come in the order in which names are given and directories list them. The
/// results of a subdirectory come at its place in that order.
///
/// Directories are then read one after another, and each job may hold back a few results.
///
/// @param options  the options
/// @param ordered  false is the default: results come as soon as they are known
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_ordered(
    options: *mut diskprobe_scan_options,
    ordered: bool,
) -> diskprobe_status {
    set(options, |scan| scan.ordered(ordered))
}

/// Sets whether to follow symbolic links to files, as libvirt's pools do. Otherwise they count as
/// special files. Links to directories are never followed.
///
/// @param options  the options
/// @param follow   true is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_follow_links(
    options: *mut diskprobe_scan_options,
    follow: bool,
) -> diskprobe_status {
    set(options, |scan| scan.follow_links(follow))
}

/// Sets whether to follow links, and scan subdirectories, on other file systems than that of the
/// given directory. By default each of them results in DISKPROBE_STATUS_OUTSIDE_ROOT; a mounted
/// directory is opened to detect that, and not read.
///
/// @param options  the options
/// @param cross    false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_cross_file_systems(
    options: *mut diskprobe_scan_options,
    cross: bool,
) -> diskprobe_status {
    set(options, |scan| scan.cross_file_systems(cross))
}

/// Sets whether FIFOs, sockets and character devices in a directory are results too, with
/// DISKPROBE_STATUS_UNSUPPORTED_FILE. They are never opened.
///
/// @param options  the options
/// @param report   false is the default: they are skipped
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_special_files(
    options: *mut diskprobe_scan_options,
    report: bool,
) -> diskprobe_status {
    set(options, |scan| scan.special_files(report))
}

/// Ends the scans that use these options, and any later scan with them.
///
/// Any thread may call this while scans use the options, and so may their callback. It does not
/// wait: a scan returns when the probes in progress end, which includes a system call that hangs.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_cancel(options: *const diskprobe_scan_options) {
    get(options, (), |options| {
        options.cancel.store(true, Ordering::Relaxed);
    });
}
