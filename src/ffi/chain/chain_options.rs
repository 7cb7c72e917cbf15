// SPDX-License-Identifier: MIT OR Apache-2.0
//! The handle of a chain's options.

use super::super::call::change;
use super::super::guard::{free, make};
use super::super::handle::{given, needed_text};
use super::super::location::diskprobe_location;
use super::super::number::{
    diskprobe_data_file_directory, diskprobe_element_kind, diskprobe_format, diskprobe_status,
    diskprobe_unrecorded_format,
};
use super::super::options::{diskprobe_options, options_or_default};
use super::open_request::{diskprobe_open_callback, CallbackOpener, OpenCallback};
use crate::base::error::{Error, Reason};
use crate::base::limits::MAX_CHAIN_IMAGES;
use crate::chain::{ChainOptions, DataFileDirectory, LocalFiles, Opener, UnrecordedFormat};
use core::ffi::{c_char, c_void};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// Maximum number of images in a chain.
pub const DISKPROBE_MAX_CHAIN_IMAGES: u32 = 200;

const _: () = assert!(DISKPROBE_MAX_CHAIN_IMAGES == MAX_CHAIN_IMAGES);

/// Options of a chain walk. A walk keeps no reference to them.
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
        let local = match &self.root {
            None => LocalFiles::unrestricted(),
            Some(root) => LocalFiles::beneath(root)?,
        };
        let mut local = local.wait_for_lease(self.chain.image.wait_for_lease);
        Ok(match self.callback {
            None => body(&mut local),
            Some(callback) => body(&mut CallbackOpener { callback, local }),
        })
    }
}

/// Returns the short, stable name of an action for unrecorded formats, such as "refuse".
///
/// @param action  any number
/// @return a static string; "unknown" for a number that is not an action
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
/// @return true if name is the name of an action
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_unrecorded_format_from_string(
    name: *const c_char,
    action: *mut diskprobe_unrecorded_format,
) -> bool {
    diskprobe_unrecorded_format::parse(name, action, UnrecordedFormat::from_bytes)
}

/// Creates options with the default values.
///
/// By default the format of the top image is detected. A backing file without a recorded format is
/// an error, and so is a relative name of a data file that depends on the working directory. The
/// library opens only files on this machine, and refuses recorded names under /dev/fd, /proc and
/// /sys.
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

/// Sets the options for probing each image.
///
/// The format applies to the top image; the other images have the format that is recorded for them.
/// The limits and other options apply to each image.
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
        options.chain = options
            .chain
            .clone()
            .image_options(options_or_default(image_options));
        Ok(())
    })
}

/// Sets what to do if an image does not record the format of its backing file.
///
/// @param options  the options
/// @param action   the action; DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or action is
///         not a value of diskprobe_unrecorded_format
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_unrecorded_format(
    options: *mut diskprobe_chain_options,
    action: diskprobe_unrecorded_format,
) -> diskprobe_status {
    change(options, |options| {
        let wrong = Reason::InvalidArgument("action is not a diskprobe_unrecorded_format");
        let action = action.value().ok_or(wrong)?;
        options.chain = options.chain.clone().unrecorded_format(action);
        Ok(())
    })
}

/// Returns the short, stable name of a directory for data files, such as "image".
///
/// @param directory  any number
/// @return a static string; "unknown" for a number that is not such a directory
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

/// Sets the directory from which a relative name of a qcow2 data file is resolved.
///
/// QEMU opens such a name from its own working directory. An application that joins it to the
/// directory of the image must pass QEMU the result. With DISKPROBE_DATA_FILE_DIRECTORY_SAME, the
/// name must lead to the same file from both directories; the opener is called for both paths.
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
        options.chain = options.chain.clone().data_file_directory(directory);
        Ok(())
    })
}

/// Sets the location and format of a backing file or data file, which replace what the image above
/// it records. The recorded location is not parsed and not opened.
///
/// If a location is set, the image has this backing file even if it records none. The walk fails
/// with DISKPROBE_STATUS_INVALID_ARGUMENT if the format of the image has no backing files, or if a
/// data file is set for an image that requires none. A later call for the same element replaces an
/// earlier one.
///
/// @param options   the options
/// @param kind      DISKPROBE_ELEMENT_KIND_BACKING or DISKPROBE_ELEMENT_KIND_DATA_FILE
/// @param depth     as in diskprobe_chain_element_depth(): 1 for the backing file of the top image,
///                  0 for its data file
/// @param location  the location, copied; or NULL for the recorded location
/// @param format    the format, or DISKPROBE_FORMAT_UNKNOWN for the recorded format. A data file is
///                  DISKPROBE_FORMAT_RAW in both cases.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL, kind is
///         neither of these, a backing file has depth 0, format is not a value of diskprobe_format,
///         or a data file has another format
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_override_element(
    options: *mut diskprobe_chain_options,
    kind: diskprobe_element_kind,
    depth: u32,
    location: *const diskprobe_location,
    format: diskprobe_format,
) -> diskprobe_status {
    change(options, |options| {
        let wrong = Reason::InvalidArgument("kind is not a diskprobe_element_kind");
        let kind = kind.value().ok_or(wrong)?;
        if format.value().is_none() && !format.is_zero() {
            return Err(Reason::InvalidArgument("format is not a diskprobe_format").into());
        }
        let location = given(location).map(|handle| (**handle).clone());
        let chain = options.chain.clone();
        options.chain = chain.override_element(kind, depth, location, format.value())?;
        Ok(())
    })
}

/// Lowers the maximum number of images in a chain, including the top image, but not data files.
///
/// If the chain has more images, the walk fails with DISKPROBE_STATUS_LIMIT_EXCEEDED. The partial
/// chain then ends with the first image that exceeds the maximum. This image is not opened, but has
/// its location and, if recorded, its format. With a maximum of 1, it is the backing file of the
/// top image.
///
/// @param options  the options
/// @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or images
///         exceeds the maximum
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

/// Sets a directory that must contain every file that the library opens.
///
/// The path of a file must start with the path of the directory, as both are written; a relative
/// path is relative to the current directory. The remaining components must not lead out of the
/// directory: ".." and absolute symbolic links are rejected, as are other symbolic links that lead
/// out. If a path violates these rules, the walk fails with DISKPROBE_STATUS_OUTSIDE_ROOT.
///
/// The kernel enforces this (openat2(2), Linux 5.6), so renaming files during the walk has no
/// effect. Without this system call, the library opens nothing, and the status is
/// DISKPROBE_STATUS_IO.
///
/// @param options    the options
/// @param directory  NUL-terminated, copied, opened by each walk; or NULL for no restriction (the
///                   default)
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

/// Sets the callback that opens the elements of a chain, for example as another user or on a
/// server.
///
/// The callback runs in the calling thread of the walk, and only during the walk. It is called for
/// the top image first (except in diskprobe_chain_open_fd()), then for each element before it is
/// read. What it opened for one element is closed before it is called for the next. If several
/// threads share the options, the callback must be thread-safe.
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
