// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain handle, and the functions that walk a chain.

pub(super) mod chain_options;
pub(super) mod elements;
pub(super) mod lookup;
pub(super) mod open_request;

use super::call::{produce, Failure};
use super::error::diskprobe_error;
use super::guard::free;
use super::handle::{give, given, lent_fd, needed, needed_text, set};
use super::location::diskprobe_location;
use super::number::diskprobe_status;
use crate::base::error::Error;
use crate::chain::{Chain, ChainError, ChainOptions, Element, Opener};
use crate::location::Location;
use chain_options::diskprobe_chain_options;
use core::ffi::{c_char, c_int};
use core::ops::Deref;
use core::ptr::null_mut;

/// Images and data files of a virtual disk, from the top down. Immutable, and independent of the
/// files and of all other handles.
pub struct diskprobe_chain {
    chain: Chain,
    /// The error of the last element. No other element has one.
    error: Option<diskprobe_error>,
}

impl diskprobe_chain {
    fn new(chain: Chain) -> Self {
        let error = chain.elements().last().and_then(|last| last.error());
        let error = error.map(|error| diskprobe_error::new(error.clone(), None));
        diskprobe_chain { chain, error }
    }

    fn element(&self, index: usize) -> Option<&Element> {
        self.chain.elements().get(index)
    }
}

impl Deref for diskprobe_chain {
    type Target = Chain;

    fn deref(&self) -> &Chain {
        &self.chain
    }
}

/// Runs a walk and hands its chain over, complete or up to the failure.
fn open(
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    partial: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
    walk: impl FnOnce(&mut dyn Opener, &ChainOptions) -> Result<Result<Chain, ChainError>, Error>,
) -> diskprobe_status {
    // Before `chain`: the caller may pass the same pointer for both.
    set(partial, null_mut());
    produce(chain, "chain is NULL", error, || {
        // A copy, because an opener may change or free the handle.
        let options = given(options).cloned().unwrap_or_default();
        let walked = options.with_opener(|opener| walk(opener, options.chain()))??;
        let whole = walked.map_err(|failed| {
            let failure = Failure {
                error: failed.error().clone(),
                message: Some(Box::new(failed.with_source())),
            };
            if !partial.is_null() {
                set(
                    partial,
                    give(diskprobe_chain::new(failed.into_partial_chain())),
                );
            }
            failure
        });
        Ok(give(diskprobe_chain::new(whole?)))
    })
}

/// Walks the chain of an image file: its data file, its backing file, and so on, down to an image
/// without a backing file.
///
/// The chain lists every file that the guest can read: it is complete, or the call fails. The call
/// fails if an element cannot be opened or probed, if its format is unknown (see
/// diskprobe_chain_options_set_unrecorded_format()), if an element occurs twice, or if the chain is
/// too long. A backing file that is not on this machine is accepted if its format is recorded. It
/// is then the last element, and is opened only if options have an opener that supports it.
///
/// A relative location starts at the directory of the image that records it, which is taken from
/// the path of that image as written. Symbolic links are followed. Files are opened one after
/// another, each as in diskprobe_probe_path(). The limits of a probe apply to each image.
///
/// The library closes the descriptors of the files that it opens. As with every close(2), this
/// releases the record locks (fcntl(2), F_SETLK) that the process holds on these files. To keep
/// these locks, use an opener that lends descriptors.
///
/// @param path     NUL-terminated, in any encoding; never interpreted as a URI
/// @param options  options of the walk, or NULL for the defaults
/// @param chain    receives the complete chain; free with diskprobe_chain_free()
/// @param partial  receives the chain up to and including the failed element, or NULL; free with
///                 diskprobe_chain_free(). May be NULL, and may be the same pointer as chain.
/// @param error    receives an error on failure; its message begins with the failed element
///                 ("backing file at depth 2: cannot open: Permission denied"); free with
///                 diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         as diskprobe_probe_path() for each image;
///         DISKPROBE_STATUS_FORMAT_NOT_RECORDED if a backing format is not recorded, and options do
///         not allow detecting or assuming it;
///         DISKPROBE_STATUS_UNSUPPORTED_FORMAT if the name of a recorded backing format is unknown;
///         DISKPROBE_STATUS_INVALID_LOCATION if a recorded location cannot be parsed;
///         DISKPROBE_STATUS_LOOP if an element is already in the chain;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED if there are too many images;
///         DISKPROBE_STATUS_OUTSIDE_ROOT, see diskprobe_chain_options_set_root();
///         DISKPROBE_STATUS_INVALID_ARGUMENT if path or chain is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_path(
    path: *const c_char,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    partial: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, partial, error, |opener, options| {
        let top = Location::from_bytes(needed_text(path, "path is NULL")?);
        Ok(Chain::open(top, opener, options))
    })
}

/// Walks the chain of an image that is already open. Only the elements below it are opened.
///
/// The descriptor stays open, and its file offset does not change.
///
/// @param fd       a descriptor of the top image that is open for reading; owned by the caller
/// @param path     path of the top image, NUL-terminated; it is not opened. Relative locations are
///                 relative to its directory.
/// @param options  options of the walk, or NULL for the defaults
/// @param chain    receives the complete chain; free with diskprobe_chain_free()
/// @param partial  receives the chain up to a failure, or NULL, as in diskprobe_chain_open_path()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_fd(
    fd: c_int,
    path: *const c_char,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    partial: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, partial, error, |opener, options| {
        let top = Location::from_bytes(needed_text(path, "path is NULL")?);
        Ok(Chain::open_fd_with(lent_fd(fd)?, top, opener, options))
    })
}

/// Walks the chain of the image at a location, which may be on a server.
///
/// @param top      the location of the top image; not kept
/// @param options  options of the walk, or NULL for the defaults
/// @param chain    receives the complete chain; free with diskprobe_chain_free()
/// @param partial  receives the chain up to a failure, or NULL, as in diskprobe_chain_open_path()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if top is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_location(
    top: *const diskprobe_location,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    partial: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, partial, error, |opener, options| {
        let top = Location::clone(needed(top, "top is NULL")?);
        Ok(Chain::open(top, opener, options))
    })
}

/// Frees a chain and every string, location, image and error that it owns.
///
/// @param chain  the chain, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_free(chain: *mut diskprobe_chain) {
    free(chain);
}
