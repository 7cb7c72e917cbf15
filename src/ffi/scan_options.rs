// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options of a scan.

use super::enums::diskprobe_status;
use super::guard::{call, free, get, given, make, needed_mut};
use super::options::{diskprobe_options, options_or_default};
use crate::base::error::{Error, Reason};
use crate::scan::ScanOptions;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// How to scan. A scan only reads it and keeps no reference: scans in many threads may share one
/// while nobody changes it.
pub struct diskprobe_scan_options {
    options: ScanOptions,
    cancel: Arc<AtomicBool>,
}

impl diskprobe_scan_options {
    /// What a scan was given, or the defaults for NULL.
    pub(super) fn or_default(options: *const Self) -> ScanOptions {
        given(options).map_or_else(ScanOptions::new, |options| options.options.clone())
    }
}

fn change(
    options: *mut diskprobe_scan_options,
    body: impl FnOnce(ScanOptions) -> Result<ScanOptions, Error>,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        let handle = needed_mut(options, "options is NULL")?;
        handle.options = body(handle.options.clone())?;
        Ok(())
    })
}

/// Makes options that hold the defaults: one job, the given directories alone, results as they come.
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

/// Frees options; not while a scan uses them.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_free(options: *mut diskprobe_scan_options) {
    free(options);
}

/// Sets how to probe each image. The name of its file is added for each, as by
/// diskprobe_options_set_file_name().
///
/// @param options  the options
/// @param image    copied, not kept; or NULL for the defaults
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_image_options(
    options: *mut diskprobe_scan_options,
    image: *const diskprobe_options,
) -> diskprobe_status {
    change(options, |options| {
        Ok(options.image(&options_or_default(image)))
    })
}

/// Sets how many threads work, the calling one among them: for 1, which is the default, none is
/// started.
///
/// Those that are started have the signal mask of the calling thread. Where the system gives no more
/// threads, there are fewer.
///
/// @param options  the options
/// @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or jobs is
///         not in that range: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_options_set_jobs(
    options: *mut diskprobe_scan_options,
    jobs: u32,
) -> diskprobe_status {
    change(options, |options| {
        let jobs = options.jobs(jobs);
        jobs.ok_or(Reason::InvalidArgument("jobs is 0 or above the limit").into())
    })
}

/// Sets whether to go into the directories of a directory too; never by a symbolic link, and at most
/// DISKPROBE_MAX_SCAN_DEPTH deep.
///
/// @param options    the options
/// @param recursive  whether to; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_recursive(
    options: *mut diskprobe_scan_options,
    recursive: bool,
) -> diskprobe_status {
    change(options, |options| Ok(options.recursive(recursive)))
}

/// Sets whether results come in the order in which names are given and directories list theirs; what
/// is in a directory comes at its place.
///
/// Directories are then read one after another. A few results for each job may wait for their turn.
///
/// @param options  the options
/// @param ordered  whether they do; by default, false, they come as they are found
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_ordered(
    options: *mut diskprobe_scan_options,
    ordered: bool,
) -> diskprobe_status {
    change(options, |options| Ok(options.ordered(ordered)))
}

/// Sets whether symbolic links to files are followed, as libvirt's pools do. Otherwise they count as
/// special files. Links to directories are never followed.
///
/// @param options  the options
/// @param follow   whether they are; true is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_follow_links(
    options: *mut diskprobe_scan_options,
    follow: bool,
) -> diskprobe_status {
    change(options, |options| Ok(options.follow_links(follow)))
}

/// Sets whether to follow links, and go into directories, on other file systems than that of the
/// directory that was given. By default each of those is a DISKPROBE_STATUS_OUTSIDE_ROOT; a mounted
/// directory is opened to see that it is one, and not read.
///
/// @param options  the options
/// @param cross    whether to; false is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_cross_file_systems(
    options: *mut diskprobe_scan_options,
    cross: bool,
) -> diskprobe_status {
    change(options, |options| Ok(options.cross_file_systems(cross)))
}

/// Sets whether FIFOs, sockets and character devices in a directory are results too, with
/// DISKPROBE_STATUS_UNSUPPORTED_FILE. They are never opened.
///
/// @param options  the options
/// @param report   whether they are; by default, false, they are passed over
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_set_special_files(
    options: *mut diskprobe_scan_options,
    report: bool,
) -> diskprobe_status {
    change(options, |options| Ok(options.special_files(report)))
}

/// Ends the scans that use these options, and any that is started with them later.
///
/// May be called from any thread while scans use the options, also by what takes their results. It does
/// not wait: the scan returns when what is under way has ended, and it waits for a call of the system
/// that hangs.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_scan_options_cancel(options: *const diskprobe_scan_options) {
    get(options, (), |options| {
        options.cancel.store(true, Ordering::Relaxed);
    });
}
