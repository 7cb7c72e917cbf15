// SPDX-License-Identifier: MIT OR Apache-2.0
//! The handle of a chain's options.

use super::super::call::change;
use super::super::guard::{free, make};
use super::super::handle::needed_text;
use super::super::number::{
    diskprobe_data_file_directory, diskprobe_status, diskprobe_unrecorded_format,
};
use super::super::options::{diskprobe_options, options_or_default};
use super::open_request::{diskprobe_open_callback, CallbackOpener, OpenCallback};
use crate::base::error::{Error, Reason};
use crate::base::limits::MAX_CHAIN_IMAGES;
use crate::chain::{ChainOptions, DataFileDirectory, LocalFiles, Opener, UnrecordedFormat};
use core::ffi::{c_char, c_void};
use core::mem::take;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The most images of one chain.
pub const DISKPROBE_MAX_CHAIN_IMAGES: u32 = 200;

const _: () = assert!(DISKPROBE_MAX_CHAIN_IMAGES == MAX_CHAIN_IMAGES);

/// How to walk a chain. A walk reads it and keeps no reference: walks in many threads may share one
/// while no thread changes it, if many threads may call the opener.
#[derive(Clone, Default)]
pub struct diskprobe_chain_options {
    chain: ChainOptions,
    root: Option<PathBuf>,
    callback: Option<OpenCallback>,
}

impl diskprobe_chain_options {
    pub(super) fn chain(&self) -> &ChainOptions {
        &self.chain
    }

    /// Runs `body` with the opener that the options select.
    pub(super) fn with_opener<R>(
        &self,
        body: impl FnOnce(&mut dyn Opener) -> R,
    ) -> Result<R, Error> {
        let mut local = match &self.root {
            None => LocalFiles::unrestricted(),
            Some(root) => LocalFiles::beneath(root)?,
        };
        Ok(match self.callback {
            None => body(&mut local),
            Some(callback) => body(&mut CallbackOpener { callback, local }),
        })
    }
}

/// Returns the short, stable name of an action for unrecorded formats, such as "refuse".
///
/// @param action  any number
/// @return a static string; "unknown" for a number that is no action
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_unrecorded_format_to_string(
    action: diskprobe_unrecorded_format,
) -> *const c_char {
    action.name()
}

/// Parses the name of an action for unrecorded formats.
///
/// @param name    NUL-terminated, compared exactly
/// @param action  receives the action, or DISKPROBE_UNRECORDED_FORMAT_NONE; may be NULL
/// @return whether it is the name of an action
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_unrecorded_format_from_string(
    name: *const c_char,
    action: *mut diskprobe_unrecorded_format,
) -> bool {
    diskprobe_unrecorded_format::parse(name, action, UnrecordedFormat::from_bytes)
}

/// Makes options with the default values: detect the format of the top, fail if that of a backing
/// file is not recorded or if a relative name of a data file depends on the working directory, open
/// any file of this machine and nothing else. A recorded name under /dev/fd, /proc or /sys is
/// refused.
///
/// @return the options, free with diskprobe_chain_options_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_new() -> *mut diskprobe_chain_options {
    make(diskprobe_chain_options::default)
}

/// Frees options.
///
/// @param options  the options, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_options_free(options: *mut diskprobe_chain_options) {
    free(options);
}

/// Sets how to probe the images.
///
/// The format applies to the top: images below have the format that is recorded for them. The
/// limits apply to each image.
///
/// @param options        the options
/// @param image_options  copied; or NULL for the defaults
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_image_options(
    options: *mut diskprobe_chain_options,
    image_options: *const diskprobe_options,
) -> diskprobe_status {
    change(options, |options| {
        options.chain = take(&mut options.chain).image_options(options_or_default(image_options));
        Ok(())
    })
}

/// Sets what to do if an image does not record the format of its backing file.
///
/// @param options  the options
/// @param action   DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or action is no action
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_unrecorded_format(
    options: *mut diskprobe_chain_options,
    action: diskprobe_unrecorded_format,
) -> diskprobe_status {
    change(options, |options| {
        let wrong = Reason::InvalidArgument("action is no diskprobe_unrecorded_format");
        let action = action.value().ok_or(wrong)?;
        options.chain = take(&mut options.chain).unrecorded_format(action);
        Ok(())
    })
}

/// Returns the short, stable name of a directory for data files, such as "image".
///
/// @param directory  any number
/// @return a static string; "unknown" for a number that is no such directory
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_data_file_directory_to_string(
    directory: diskprobe_data_file_directory,
) -> *const c_char {
    directory.name()
}

/// Parses the name of a directory for data files.
///
/// @param name       NUL-terminated, compared exactly
/// @param directory  receives the directory, or DISKPROBE_DATA_FILE_DIRECTORY_NONE; may be NULL
/// @return whether it is the name of such a directory
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_data_file_directory_from_string(
    name: *const c_char,
    directory: *mut diskprobe_data_file_directory,
) -> bool {
    diskprobe_data_file_directory::parse(name, directory, DataFileDirectory::from_bytes)
}

/// Sets where a relative name of a qcow2 data file starts.
///
/// QEMU opens such a name from its own working directory. An application that joins it to the
/// directory of the image must pass QEMU the result. With DISKPROBE_DATA_FILE_DIRECTORY_SAME, the
/// name must lead to the same file from both directories; an opener is then also called for the
/// recorded name alone.
///
/// @param options    the options
/// @param directory  DISKPROBE_DATA_FILE_DIRECTORY_SAME is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or directory is not one of the values
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_data_file_directory(
    options: *mut diskprobe_chain_options,
    directory: diskprobe_data_file_directory,
) -> diskprobe_status {
    change(options, |options| {
        let wrong = Reason::InvalidArgument("directory is not a diskprobe_data_file_directory");
        let directory = directory.value().ok_or(wrong)?;
        options.chain = take(&mut options.chain).data_file_directory(directory);
        Ok(())
    })
}

/// Lowers the number of images that a chain may have, including the top and excluding data files.
///
/// If there is one more, the walk fails with DISKPROBE_STATUS_LIMIT_EXCEEDED. The partial chain
/// ends with that image, which is not opened but has its location, and its format if that is
/// recorded. So a limit of 1 returns the backing file of the top.
///
/// @param options  the options
/// @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
///         is NULL or images is above that
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_max_images(
    options: *mut diskprobe_chain_options,
    images: u32,
) -> diskprobe_status {
    change(options, |options| {
        options.chain = options.chain.clone().max_images(images)?;
        Ok(())
    })
}

/// Sets a directory that must contain every file which the library opens.
///
/// The path of a file must start with that of the directory, as both are written (a relative one is
/// relative to the current directory), and no part after that may lead out: no ".." and no
/// symbolic link that does; an absolute link always does. Otherwise the walk fails with
/// DISKPROBE_STATUS_OUTSIDE_ROOT. The kernel enforces this (openat2(2), Linux 5.6), so renaming
/// during the walk has no effect. Without that system call nothing is opened, and the status is
/// DISKPROBE_STATUS_IO.
///
/// @param options    the options
/// @param directory  NUL-terminated, copied, opened by each walk; or NULL for none (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_root(
    options: *mut diskprobe_chain_options,
    directory: *const c_char,
) -> diskprobe_status {
    change(options, |options| {
        let directory = needed_text(directory, "no directory").ok();
        options.root = directory.map(|path| PathBuf::from(OsString::from_vec(path.to_vec())));
        Ok(())
    })
}

/// Sets the function that opens what a chain names, for instance as another user, or through a
/// library that reaches a server.
///
/// It is called in the thread that walks and never after the walk returns: for the top first (not
/// by diskprobe_chain_open_fd()), then for each element before that is read. What it opened for one
/// element is closed before it is called for the next.
///
/// @param options  the options
/// @param open     the opener, or NULL for that of the library (the default)
/// @param opaque   passed to open; may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_opener(
    options: *mut diskprobe_chain_options,
    open: diskprobe_open_callback,
    opaque: *mut c_void,
) -> diskprobe_status {
    change(options, |options| {
        options.callback = OpenCallback::new(open, opaque);
        Ok(())
    })
}
