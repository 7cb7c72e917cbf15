// SPDX-License-Identifier: MIT OR Apache-2.0
//! Scans of directories, or of a list of files.

pub(super) mod scan_options;

use super::call::call;
use super::error::diskprobe_error;
use super::handle::needed_array;
use super::image::diskprobe_image;
use super::number::{diskprobe_status, Bool, OK};
use super::thread::in_own_thread;
use crate::base::error::{Error, Reason};
use crate::scan::{scan, ScanEntry, ScanTarget};
use core::ffi::{c_char, c_void, CStr};
use core::ptr::{from_ref, null};
use scan_options::diskprobe_scan_options;
use std::ffi::{CString, OsStr};
use std::ops::ControlFlow;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// Receives one result of a scan.
///
/// Calls never overlap, and memory is synchronized between them. With one job, the callback runs in
/// the thread that called the scan; with several jobs, in any thread of the scan. It must not wait
/// for a lock that the calling thread holds. It may call the library, but must not free or change
/// arguments of the scan. To keep the image, pass it to diskprobe_image_copy().
///
/// The status can be any that diskprobe_probe_path() returns. In addition,
/// DISKPROBE_STATUS_NOT_FOUND is the result for a dangling link or a file that was removed after it
/// was listed; DISKPROBE_STATUS_OUTSIDE_ROOT is the result for a file on another file system;
/// DISKPROBE_STATUS_LIMIT_EXCEEDED is the result for a directory that is too deep. A directory that
/// cannot be opened or read completely also produces a result.
///
/// @param opaque  the pointer that was passed to the scan
/// @param name    the path of the file or directory: the path that was passed to the scan, followed
///                by the path relative to it. NUL-terminated, in any encoding, chosen by the owner
///                of the directory.
/// @param length  the length of name in bytes, without the final NUL
/// @param status  DISKPROBE_STATUS_OK, or the reason for the failure
/// @param image   the image, or NULL on failure; owned by the scan, valid until the callback
///                returns
/// @param error   the error, or NULL on success; owned by the scan, valid until the callback
///                returns
/// @return true to continue; false to end the scan, after which the callback is not called again
pub type diskprobe_scan_callback = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        name: *const c_char,
        length: usize,
        status: diskprobe_status,
        image: *const diskprobe_image,
        error: *const diskprobe_error,
    ) -> Bool,
>;

struct Callback {
    take: unsafe extern "C" fn(
        *mut c_void,
        *const c_char,
        usize,
        diskprobe_status,
        *const diskprobe_image,
        *const diskprobe_error,
    ) -> Bool,
    opaque: *mut c_void,
}

// SAFETY: the header says that the threads of a scan with several jobs use the function and its
// pointer, one at a time.
unsafe impl Send for Callback {}

impl Callback {
    fn take(&mut self, entry: ScanEntry) -> ControlFlow<()> {
        let (path, image) = entry.into_parts();
        // A path from the system contains no NUL.
        let name = CString::new(path.into_os_string().into_vec()).unwrap_or_default();
        let length = name.as_bytes().len();
        let (status, lent, error) = match &image {
            Ok(image) => (OK, diskprobe_image::lend(image), None),
            Err(error) => {
                let handle = diskprobe_error::new(error.clone(), None);
                (error.kind().into(), null(), Some(handle))
            }
        };
        let error = error.as_ref().map_or(null(), from_ref);
        // SAFETY: the caller passed a function of this type; all pointers are valid until it
        // returns.
        match unsafe { (self.take)(self.opaque, name.as_ptr(), length, status, lent, error) }
            .is_true()
        {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

/// Names from C, none of which is NULL.
struct Names<'a>(core::slice::Iter<'a, *const c_char>);

// SAFETY: the strings are only read, and the caller does not change them during the call.
unsafe impl Send for Names<'_> {}

impl Iterator for Names<'_> {
    type Item = PathBuf;

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    fn next(&mut self) -> Option<PathBuf> {
        let name = *self.0.next()?;
        // SAFETY: not NULL, see `run`; the caller passes NUL-terminated strings that outlive the
        // call.
        let name = unsafe { CStr::from_ptr(name) };
        Some(PathBuf::from(OsStr::from_bytes(name.to_bytes())))
    }
}

fn run(
    names: *const *const c_char,
    count: usize,
    target: impl Fn(PathBuf) -> ScanTarget + Send,
    options: *const diskprobe_scan_options,
    callback: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let take = callback.ok_or(Error::from(Reason::InvalidArgument("callback is NULL")))?;
        let wrong = ["names is NULL", "count is larger than any object"];
        let names = needed_array(names, count, wrong)?;
        if names.iter().any(|name| name.is_null()) {
            return Err(Reason::InvalidArgument("one of the names is NULL").into());
        }
        let targets = Names(names.iter()).map(target);
        let mut callback = Callback { take, opaque };
        let options = diskprobe_scan_options::or_default(options);
        let has_threads = options.has_several_jobs();
        let scan = move || scan(targets, &options, move |entry| callback.take(entry));
        if has_threads {
            in_own_thread(scan);
        } else {
            scan();
        }
        Ok(())
    })
}

/// Probes all images in directories, and passes each result, image or error, to a callback.
///
/// The scan runs in the calling thread. If options set several jobs, it runs in that number of
/// threads, which end before the call returns. Its memory depends on the number of jobs and the
/// depth of the directories, not on the number of files. Each image is probed as in
/// diskprobe_probe_path().
///
/// What a directory lists as a FIFO, socket or character device is skipped without being opened.
/// What it lists as a regular file is opened without a prior check; if it is another kind of file,
/// it is not read, and the status is DISKPROBE_STATUS_CHANGED. Symbolic links to files are
/// followed, unless they lead to another file system. Symbolic links to directories are followed
/// only if they are elements of the directories argument.
///
/// @param directories  the paths of count directories, each NUL-terminated; NULL only if count is 0
/// @param count        the number of directories
/// @param options      options of the scan, or NULL for the defaults
/// @param callback     receives the results
/// @param opaque       passed to callback; may be NULL
/// @param error        receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK, regardless of the results, and also if callback or
///         diskprobe_scan_options_cancel() ended the scan; DISKPROBE_STATUS_INVALID_ARGUMENT,
///         without any result, if callback, directories or an element of directories is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan(
    directories: *const *const c_char,
    count: usize,
    options: *const diskprobe_scan_options,
    callback: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    let target = ScanTarget::Directory;
    run(directories, count, target, options, callback, opaque, error)
}

/// Probes a list of files, each as in diskprobe_probe_path(), and passes each result to a callback.
///
/// There is one result for each name. Options for links and file systems have no effect.
///
/// @param names     the paths of count files, each NUL-terminated; NULL only if count is 0
/// @param count     the number of files
/// @param options   options of the scan, or NULL for the defaults
/// @param callback  receives the results
/// @param opaque    passed to callback; may be NULL
/// @param error     receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_scan()
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_files(
    names: *const *const c_char,
    count: usize,
    options: *const diskprobe_scan_options,
    callback: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    run(
        names,
        count,
        ScanTarget::File,
        options,
        callback,
        opaque,
        error,
    )
}
