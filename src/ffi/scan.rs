// SPDX-License-Identifier: MIT OR Apache-2.0
//! Many images at once: the files of directories, or a list of names.

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use super::guard::call;
use super::image::diskprobe_image;
use super::scan_options::diskprobe_scan_options;
use crate::base::error::{Error, Reason};
use crate::scan::{scan, ScanEntry, Target};
use core::ffi::{c_char, c_void, CStr};
use std::ffi::{CString, OsStr};
use std::ops::ControlFlow;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// Takes one result of a scan. It must return: not throw, not longjmp.
///
/// One call ends before the next begins, with a memory barrier in between. With several jobs the
/// calls come from any of the scan's threads; with one, from the thread that scans. It may probe
/// and scan itself, but not free or change what the scan was given.
///
/// @param opaque  what the scan was given
/// @param name    of the file or directory: the one that was given, and the way from there.
///                NUL-terminated bytes, in no particular encoding, chosen by whoever named the file
/// @param length  of name, without the NUL
/// @param status  DISKPROBE_STATUS_OK, or why there is no image, as diskprobe_probe_path(). Among
///                these: DISKPROBE_STATUS_NOT_FOUND for a file that vanished since it was listed or
///                a link that leads nowhere; DISKPROBE_STATUS_OUTSIDE_ROOT for what is on another
///                file system; DISKPROBE_STATUS_LIMIT_EXCEEDED for a directory that is too deep;
///                and any reason not to open a directory, or not to read it to its end
/// @param image   the image, or NULL on failure. Belongs to the scan, and is gone when the call
///                returns
/// @param error   the reason of a failure, or NULL on success. Belongs to the scan likewise
/// @return whether to go on; on false nothing comes any more
pub type diskprobe_scan_callback = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        name: *const c_char,
        length: usize,
        status: diskprobe_status,
        image: *const diskprobe_image,
        error: *const diskprobe_error,
    ) -> bool,
>;

struct Callback {
    found: unsafe extern "C" fn(
        *mut c_void,
        *const c_char,
        usize,
        diskprobe_status,
        *const diskprobe_image,
        *const diskprobe_error,
    ) -> bool,
    opaque: *mut c_void,
}

// SAFETY: the caller of a scan with several jobs is told that its function, and what `opaque` points
// to, are used in any of their threads, one at a time.
unsafe impl Send for Callback {}

impl Callback {
    fn take(&mut self, found: ScanEntry) -> ControlFlow<()> {
        let (path, image) = found.into_parts();
        // A path of the system has no NUL in it.
        let name = CString::new(path.into_os_string().into_vec()).unwrap_or_default();
        let (status, lent, error) = match &image {
            Ok(image) => (
                diskprobe_status::DISKPROBE_STATUS_OK,
                diskprobe_image::lend(image),
                None,
            ),
            Err(error) => (
                error.kind().into(),
                core::ptr::null(),
                Some(diskprobe_error::new(*error, error)),
            ),
        };
        let error = error
            .as_ref()
            .map_or(core::ptr::null(), core::ptr::from_ref);
        let length = name.as_bytes().len();
        // SAFETY: the caller passed a function of this type; all that the pointers name lives until
        // it returns.
        match unsafe { (self.found)(self.opaque, name.as_ptr(), length, status, lent, error) } {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

/// Names from C, each of which is a string.
struct Names<'a>(core::slice::Iter<'a, *const c_char>);

// SAFETY: the strings are only read, and the caller leaves them as they are during the call.
unsafe impl Send for Names<'_> {}

impl<'a> Names<'a> {
    fn new(names: *const *const c_char, count: usize) -> Result<Self, Error> {
        if count == 0 {
            return Ok(Names([].iter()));
        }
        if names.is_null() {
            return Err(Reason::InvalidArgument("names is NULL").into());
        }
        let size = count.checked_mul(size_of::<*const c_char>());
        if size.and_then(|size| isize::try_from(size).ok()).is_none() {
            return Err(Reason::InvalidArgument("count is larger than any object").into());
        }
        // SAFETY: the caller passes so many readable pointers that outlive the call; NULL and sizes
        // that no object can have were refused above.
        let names: &'a [_] = unsafe { core::slice::from_raw_parts(names, count) };
        if names.iter().any(|name| name.is_null()) {
            return Err(Reason::InvalidArgument("one of the names is NULL").into());
        }
        Ok(Names(names.iter()))
    }
}

impl Iterator for Names<'_> {
    type Item = PathBuf;

    fn next(&mut self) -> Option<PathBuf> {
        let name = *self.0.next()?;
        // SAFETY: not NULL, as `new` has seen; the caller passes NUL-terminated strings that outlive
        // the call.
        let name = unsafe { CStr::from_ptr(name) };
        Some(PathBuf::from(OsStr::from_bytes(name.to_bytes())))
    }
}

fn run(
    names: *const *const c_char,
    count: usize,
    target: impl Fn(PathBuf) -> Target + Send,
    options: *const diskprobe_scan_options,
    found: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let found = found.ok_or(Reason::InvalidArgument("found is NULL"))?;
        let targets = Names::new(names, count)?.map(target);
        let mut callback = Callback { found, opaque };
        let options = diskprobe_scan_options::or_default(options);
        scan(targets, &options, move |found| callback.take(found));
        Ok(())
    })
}

/// Probes all images in directories, and gives each result, with its error if it has one, to a
/// function of yours.
///
/// In the calling thread, unless the options ask for more jobs: then in so many threads, which have
/// ended when this call returns. What is held meanwhile grows with the jobs and the depth of the
/// directories, not with the number of files. As to each image, it is as by diskprobe_probe_path():
/// read only, never locked. FIFOs, sockets and character devices are passed over without being
/// opened. Symbolic links to files are followed, unless they lead to another file system; links to
/// directories are not, but a directory that is given may be such a link.
///
/// @param directories  so many names, NUL-terminated; NULL only where count is 0
/// @param count        how many
/// @param options      how to scan, or NULL for the defaults
/// @param found        takes the results
/// @param opaque       handed to found; may be NULL
/// @param error        receives the reason of a failure, or NULL on success; free with
///                     diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK, whatever became of each image, also where found or
///         diskprobe_scan_options_cancel() has ended the scan; DISKPROBE_STATUS_INVALID_ARGUMENT
///         where found, directories or one of the names is NULL: then nothing was scanned
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan(
    directories: *const *const c_char,
    count: usize,
    options: *const diskprobe_scan_options,
    found: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    run(
        directories,
        count,
        Target::Directory,
        options,
        found,
        opaque,
        error,
    )
}

/// The same for images that are named one by one, each as by diskprobe_probe_path().
///
/// Each name gives one result. The rules for links and file systems do not count here.
///
/// @param names    so many names of files, NUL-terminated; NULL only where count is 0
/// @param count    how many
/// @param options  how to scan, or NULL for the defaults
/// @param found    takes the results
/// @param opaque   handed to found; may be NULL
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_scan()
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_scan_files(
    names: *const *const c_char,
    count: usize,
    options: *const diskprobe_scan_options,
    found: diskprobe_scan_callback,
    opaque: *mut c_void,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    run(names, count, Target::File, options, found, opaque, error)
}
