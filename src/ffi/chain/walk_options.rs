// SPDX-License-Identifier: MIT OR Apache-2.0
//! The handle of a chain's options.

use super::super::enums::{diskprobe_status, number, CEnum};
use super::super::guard::{call, free, make, needed_mut, needed_text};
use super::super::options::{diskprobe_options, options_or_default};
use super::kinds::diskprobe_unrecorded_format;
use super::opener::{diskprobe_open_callback, CallbackOpener, OpenCallback};
use crate::base::error::{Error, Reason};
use crate::chain::{ChainOptions, LocalFiles, Opener};
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// How to walk a chain. A walk only reads it and keeps no reference: walks in many threads may
/// share one while nobody changes it, where the opener may be called in many threads.
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

    /// Runs `body` with the opener that is asked for.
    pub(super) fn with_opener<R>(
        &self,
        body: impl FnOnce(&mut dyn Opener) -> R,
    ) -> Result<R, Error> {
        let mut local = match &self.root {
            None => LocalFiles::new(),
            Some(root) => LocalFiles::beneath(root)?,
        };
        Ok(match self.callback {
            None => body(&mut local),
            Some(callback) => body(&mut CallbackOpener { callback, local }),
        })
    }
}

fn change(
    options: *mut diskprobe_chain_options,
    body: impl FnOnce(&mut diskprobe_chain_options) -> Result<(), Error>,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        body(needed_mut(options, "options is NULL")?)
    })
}

/// Makes options that hold the defaults: detect the format of the top, refuse to guess that of a
/// backing file, open the files of this machine wherever they are, and nothing else.
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

/// Sets how to probe the images. The format is that of the top: what is below has the format that
/// is recorded for it. The limits are for each image.
///
/// @param options  the options
/// @param image    is copied; or NULL for the defaults
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_options_set_image_options(
    options: *mut diskprobe_chain_options,
    image: *const diskprobe_options,
) -> diskprobe_status {
    change(options, |options| {
        options.chain = options.chain.image(&options_or_default(image));
        Ok(())
    })
}

/// Sets what to do with a backing file whose format the image above it does not record.
///
/// @param options  the options
/// @param policy   DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or policy
///         is not one: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_unrecorded_format(
    options: *mut diskprobe_chain_options,
    policy: MaybeUninit<diskprobe_unrecorded_format>,
) -> diskprobe_status {
    change(options, |options| {
        let policy = diskprobe_unrecorded_format::of_number(number(policy)).ok_or(
            Reason::InvalidArgument("policy is no diskprobe_unrecorded_format"),
        )?;
        options.chain = options.chain.unrecorded_format(policy);
        Ok(())
    })
}

/// Lowers the number of images that a chain may have, the top counted and data files not.
///
/// Where there is one more, the walk ends with DISKPROBE_STATUS_LIMIT_EXCEEDED; what is reached then
/// ends with an element for that one, which is not opened, but has its location, and its format where
/// that is recorded. So with 1, that is the backing file of the top.
///
/// @param options  the options
/// @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, which is the default
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or images is
///         above that: then nothing has changed
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_options_set_max_images(
    options: *mut diskprobe_chain_options,
    images: u32,
) -> diskprobe_status {
    change(options, |options| {
        options.chain = options
            .chain
            .max_images(images)
            .ok_or(Reason::InvalidArgument(
                "the limit is above the library's own",
            ))?;
        Ok(())
    })
}

/// Sets a directory in which every file has to be that the library opens.
///
/// A name must start with that of the directory, as both are spelt (a relative one starts in the
/// current directory), and nothing on the way from there may lead out: not "..", and not a symbolic
/// link, of which absolute ones always count as leading out. Else the walk ends with
/// DISKPROBE_STATUS_OUTSIDE_ROOT. The kernel keeps that (openat2(2), Linux 5.6), so that renaming in
/// the meantime does not help; where it cannot, nothing is opened, and the status is
/// DISKPROBE_STATUS_IO.
///
/// @param options    the options
/// @param directory  NUL-terminated, copied, and opened by each walk; or NULL for none (the default)
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_options_set_root(
    options: *mut diskprobe_chain_options,
    directory: *const c_char,
) -> diskprobe_status {
    change(options, |options| {
        let directory = needed_text(directory, "no directory").ok();
        options.root =
            directory.map(|directory| PathBuf::from(OsString::from_vec(directory.to_vec())));
        Ok(())
    })
}

/// Sets who opens what a chain names: as another user, or by a library that reaches a server.
///
/// The opener is called in the thread that walks, and not any more once that call has returned: for
/// the top first (not for diskprobe_chain_open_fd()), and then for each element before anything is
/// read of it. What it gave for one element is done with before it is called for the next.
///
/// @param options  the options
/// @param open     the opener, or NULL for that of the library (the default)
/// @param opaque   handed to open, and kept for that; may be NULL
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
/// @since 0.1
#[no_mangle]
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
