// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain handle: how to walk one.

pub(super) mod elements;
pub(super) mod kind_names;
pub(super) mod kinds;
pub(super) mod lookup;
pub(super) mod opener;
pub(super) mod walk_options;

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use super::guard::{free, give, given, lent_fd, needed, needed_text, report, set, Failure};
use super::location::diskprobe_location;
use crate::base::error::{Error, Reason};
use crate::chain::{Chain, ChainError, ChainOptions, Opener};
use crate::location::Location;
use core::ffi::{c_char, c_int};
use core::fmt;
use walk_options::diskprobe_chain_options;

/// The images of a disk, with their data files, from the top down. Never changes, is independent of
/// the files and of every other handle, and may be read from many threads at once.
pub struct diskprobe_chain {
    chain: Chain,
    /// That of the last element. No other has one.
    error: Option<diskprobe_error>,
}

impl diskprobe_chain {
    fn new(chain: Chain) -> Self {
        let error = chain.elements().last().and_then(|last| last.error());
        let error = error.map(|error| diskprobe_error::new(error, &error));
        diskprobe_chain { chain, error }
    }
}

/// Why there is no whole chain; the message says of which element it speaks.
struct NoChain {
    error: Error,
    message: Option<String>,
}

impl From<Error> for NoChain {
    fn from(error: Error) -> Self {
        let message = None;
        NoChain { error, message }
    }
}

impl From<&ChainError> for NoChain {
    fn from(broken: &ChainError) -> Self {
        NoChain {
            error: broken.error(),
            message: Some(broken.to_string()),
        }
    }
}

impl fmt::Display for NoChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => f.write_str(message),
            None => self.error.fmt(f),
        }
    }
}

impl Failure for NoChain {
    fn error(&self) -> Error {
        self.error
    }
}

/// Runs a walk and hands its chain over, whole or as far as it was reached.
fn open(
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    reached: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
    walk: impl FnOnce(&mut dyn Opener, &ChainOptions) -> Result<Result<Chain, ChainError>, Error>,
) -> diskprobe_status {
    set(chain, core::ptr::null_mut());
    set(reached, core::ptr::null_mut());
    report(error, || {
        if chain.is_null() {
            return Err(Error::from(Reason::InvalidArgument("chain is NULL")).into());
        }
        // A copy, because an opener may do what it likes with the handle.
        let options = given(options).cloned().unwrap_or_default();
        let opened = options.with_opener(|opener| walk(opener, options.chain()))?;
        match opened? {
            Ok(whole) => {
                set(chain, give(diskprobe_chain::new(whole)));
                Ok(())
            }
            Err(broken) => {
                let failure = NoChain::from(&broken);
                if !reached.is_null() {
                    let part = diskprobe_chain::new(broken.into_partial_chain());
                    set(reached, give(part));
                }
                Err(failure)
            }
        }
    })
}

/// Walks the chain of images under the one in the file of that name: its data file, its backing
/// file, and so on down to one that has none.
///
/// What is found is what a guest gets to read, so the chain is whole or the call fails. It fails
/// where an element cannot be opened or probed, where the format of one is not known (see
/// diskprobe_chain_options_set_unrecorded_format()), where one comes twice, and where there are too
/// many. That something is not on this machine is no failure, where its format is recorded: it is an
/// element of the chain, which ends there, and is not opened unless options have an opener that does.
///
/// Relative names start in the directory of the image that records them, as its own name is spelt;
/// symbolic links are followed. Each file is opened with the same care as by
/// diskprobe_probe_path(), and closed before the next.
///
/// The work is bounded: for each image, as for one probe. Record locks (fcntl(2), F_SETLK) that your
/// process holds on a file which the library opens end, as with every close(2) of it: an opener can
/// lend the descriptor then.
///
/// @param path     NUL-terminated bytes, in no particular encoding: never a URI
/// @param options  how to walk, or NULL for the defaults
/// @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
/// @param reached  receives, where a chain is not whole, what was reached of it, or else NULL: the
///                 last element is the one at fault, and says why as far as that is known; free with
///                 diskprobe_chain_free(). May be NULL. May be the same pointer as chain, for who
///                 takes what there is.
/// @param error    receives the reason of a failure, which begins with the element at fault
///                 ("backing file at depth 2: cannot open: Permission denied"), or NULL on success;
///                 free with diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK;
///         as diskprobe_probe_path() for each image;
///         DISKPROBE_STATUS_FORMAT_NOT_RECORDED where an image does not record the format of its
///         backing file and the bytes of that may not decide, or do not;
///         DISKPROBE_STATUS_UNSUPPORTED_FORMAT where it is recorded by a name that is not known;
///         DISKPROBE_STATUS_INVALID_LOCATION where what is recorded cannot be understood;
///         DISKPROBE_STATUS_LOOP where an element is one that the chain has already;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED where there are too many images;
///         DISKPROBE_STATUS_OUTSIDE_ROOT, see diskprobe_chain_options_set_root();
///         DISKPROBE_STATUS_INVALID_ARGUMENT where path or chain is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_path(
    path: *const c_char,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    reached: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, reached, error, |opener, options| {
        let top = Location::of_path(needed_text(path, "path is NULL")?);
        Ok(Chain::open(top, opener, options))
    })
}

/// Walks the chain of images under the one behind an open descriptor.
///
/// Only what is below the top is opened. fd stays yours and open, and its offset where it is.
///
/// @param fd       the top, open for reading
/// @param path     the name of the top, in whose directory relative names start. It is not opened.
/// @param options  how to walk, or NULL for the defaults
/// @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
/// @param reached  receives what was reached of a chain that is not whole, or else NULL, as with
///                 diskprobe_chain_open_path(). May be NULL.
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where fd is negative
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_fd(
    fd: c_int,
    path: *const c_char,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    reached: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, reached, error, |opener, options| {
        let top = Location::of_path(needed_text(path, "path is NULL")?);
        Ok(Chain::open_below(lent_fd(fd)?, top, opener, options))
    })
}

/// Walks the chain of images under the one that a location names, which may be on a server.
///
/// @param top      the location of the top; not kept
/// @param options  how to walk, or NULL for the defaults
/// @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
/// @param reached  receives what was reached of a chain that is not whole, or else NULL, as with
///                 diskprobe_chain_open_path(). May be NULL.
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where top is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_chain_open_location(
    top: *const diskprobe_location,
    options: *const diskprobe_chain_options,
    chain: *mut *mut diskprobe_chain,
    reached: *mut *mut diskprobe_chain,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    open(options, chain, reached, error, |opener, options| {
        let top = needed(top, "top is NULL")?.location.clone();
        Ok(Chain::open(top, opener, options))
    })
}

/// Frees a chain, and with it every string, location, image and error that it lent.
///
/// @param chain  the chain, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_chain_free(chain: *mut diskprobe_chain) {
    free(chain);
}
