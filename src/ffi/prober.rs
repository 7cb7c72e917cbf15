// SPDX-License-Identifier: MIT OR Apache-2.0
//! The prober handle: a probe for programs with their own I/O.

use super::call::call;
use super::error::diskprobe_error;
use super::guard::{free, make};
use super::handle::{needed_bytes, needed_mut, set};
use super::image::diskprobe_image;
use super::number::diskprobe_status;
use super::options::{diskprobe_options, options_or_default};
use super::probe::{known_length, probe};
use crate::base::error::{Error, Reason};
use crate::probe::Prober;
use core::ffi::c_void;

/// A probe without I/O of its own: it returns the range to read, and the caller feeds the bytes.
/// Only one thread may use it at a time.
pub struct diskprobe_prober {
    /// `None` once its answer was handed over.
    prober: Option<Prober>,
}

fn unfinished<'a>(prober: *mut diskprobe_prober) -> Result<&'a mut Prober, Error> {
    let handle = needed_mut(prober, "prober is NULL")?;
    let prober = handle.prober.as_mut();
    prober.ok_or(Reason::WrongState("the answer was handed over already").into())
}

/// Creates a prober: a probe that does no I/O of its own.
///
/// Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until the former returns a
/// size of 0, then call diskprobe_prober_finish(). No call blocks. Bytes can be fed, and the length
/// set, in any order.
///
/// @param length   length of the object in bytes; or DISKPROBE_LENGTH_UNKNOWN, to be set later with
///                 diskprobe_prober_set_length() or known once all bytes of the object are fed
/// @param options  options of the probe, or NULL for the defaults; not kept
/// @return the prober, free with diskprobe_prober_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_new(
    length: u64,
    options: *const diskprobe_options,
) -> *mut diskprobe_prober {
    make(|| {
        let mut prober = Prober::new(&options_or_default(options));
        // Without bytes, any length is accepted.
        let _ = known_length(length).map(|length| prober.set_length(length));
        diskprobe_prober {
            prober: Some(prober),
        }
    })
}

/// Sets the length of the object, at any time before diskprobe_prober_finish() succeeds.
///
/// Without the length, the physical size of most images is unknown, and the end of the object is
/// not searched for trailers.
///
/// @param prober  the prober
/// @param length  length of the object in bytes
/// @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_CHANGED if another length is already known;
///         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if prober is NULL or length is
///         DISKPROBE_LENGTH_UNKNOWN
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_set_length(
    prober: *mut diskprobe_prober,
    length: u64,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let length = known_length(length).ok_or(Reason::InvalidArgument("length is unknown"))?;
        Ok(unfinished(prober)?.set_length(length)?)
    })
}

/// Returns the range of bytes to read next.
///
/// A repeated call returns the same range. After a short feed, it returns the rest of the range.
///
/// @param prober  the prober
/// @param offset  receives the offset of the first byte; may be NULL
/// @param size    receives the number of bytes to read; 0 if the image is ready, or on failure
/// @param needed  receives the number of these bytes, from the first one, that the probe requires
///                to continue: at least 1, or 0 if size is 0; may be NULL
/// @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or size is NULL;
///         if the probe failed, the status that diskprobe_probe_buffer() returns for the failure
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_next_read(
    prober: *mut diskprobe_prober,
    offset: *mut u64,
    size: *mut usize,
    needed: *mut usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    set(offset, 0);
    set(size, 0);
    set(needed, 0);
    call(error, || {
        if size.is_null() {
            return Err(Reason::InvalidArgument("size is NULL").into());
        }
        if let Some(read) = unfinished(prober)?.next_read()? {
            let fits = |length| {
                usize::try_from(length)
                    .map_err(|_| Reason::Internal("a range is larger than memory"))
            };
            set(offset, read.preferred.offset);
            set(size, fits(read.preferred.length)?);
            set(needed, fits(read.needed.length)?);
        }
        Ok(())
    })
}

/// Feeds bytes of the object: any range, requested or not, in any order.
///
/// The bytes are copied. Bytes that the prober already has are ignored. Other bytes that were not
/// requested count towards the limit on bytes.
///
/// @param prober  the prober
/// @param offset  the offset of the first byte in the object
/// @param data    the bytes; NULL only if size is 0
/// @param size    the number of bytes; may be less than requested. 0 means that the object ends at
///                or before offset.
/// @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED after too many bytes that were not requested;
///         DISKPROBE_STATUS_CHANGED if the bytes contradict the known length;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if prober is NULL, or data is NULL and size is not 0
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_feed(
    prober: *mut diskprobe_prober,
    offset: u64,
    data: *const c_void,
    size: usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let data = needed_bytes(data.cast(), size)?;
        Ok(unfinished(prober)?.feed(offset, data)?)
    })
}

/// Returns the image. After success only diskprobe_prober_free() is a valid call.
///
/// @param prober  the prober
/// @param image   receives the image; free with diskprobe_image_free()
/// @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_WRONG_STATE if bytes are still needed (the probe can continue), or
///         after an earlier success;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or image is NULL;
///         if the probe failed, the status that diskprobe_probe_buffer() returns for the failure
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_finish(
    prober: *mut diskprobe_prober,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(core::ptr::null(), image, error, |_| {
        if unfinished(prober)?.next_read()?.is_some() {
            return Err(Reason::WrongState("a requested range was not fed yet").into());
        }
        let finished = needed_mut(prober, "prober is NULL")?.prober.take();
        let finished = finished.ok_or(Reason::Internal("the probe is gone"))?;
        finished.boxed()
    })
}

/// Frees a prober, whether finished or not.
///
/// @param prober  the prober, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_prober_free(prober: *mut diskprobe_prober) {
    free(prober);
}
