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

/// A probe that says which bytes it needs next. Only one thread may use it at a time.
pub struct diskprobe_prober {
    /// `None` once its answer was handed over.
    prober: Option<Prober>,
}

fn unfinished<'a>(prober: *mut diskprobe_prober) -> Result<&'a mut Prober, Error> {
    let handle = needed_mut(prober, "prober is NULL")?;
    let prober = handle.prober.as_mut();
    prober.ok_or(Reason::WrongState("the answer was handed over already").into())
}

/// Starts a probe that does no I/O.
///
/// Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until the former needs no
/// more bytes; then call diskprobe_prober_finish(). No call blocks. If the length is unknown and
/// the answer depends on it, the byte that must exist is among the requested ranges.
///
/// @param length   of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
/// @param options  how to probe, or NULL for the defaults; not kept
/// @return the prober, free with diskprobe_prober_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_new(
    length: u64,
    options: *const diskprobe_options,
) -> *mut diskprobe_prober {
    make(|| {
        let prober = Prober::new(known_length(length), &options_or_default(options));
        diskprobe_prober {
            prober: Some(prober),
        }
    })
}

/// Returns the range of bytes that is needed next. A repeated call returns the same range.
///
/// @param prober  the prober
/// @param offset  receives the offset of the first byte, or 0; may be NULL
/// @param size    receives the number of bytes needed; 0 if there is an answer, or on failure
/// @param error   receives the reason of a failure, or NULL on success; free with
///                diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or size is NULL; or why there will be no
///         answer, as diskprobe_probe_buffer()
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_next_read(
    prober: *mut diskprobe_prober,
    offset: *mut u64,
    size: *mut usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    set(offset, 0);
    set(size, 0);
    call(error, || {
        if size.is_null() {
            return Err(Reason::InvalidArgument("size is NULL").into());
        }
        if let Some(range) = unfinished(prober)?.next_read()? {
            let length = usize::try_from(range.length)
                .map_err(|_| Reason::Internal("a range is larger than memory"))?;
            set(offset, range.offset);
            set(size, length);
        }
        Ok(())
    })
}

/// Passes the bytes of the requested range to the probe, which copies them.
///
/// @param prober  the prober
/// @param data    the bytes; NULL only if size is 0
/// @param size    the number of bytes: the whole range, or less if the object ends within it
/// @param error   receives the reason of a failure, or NULL on success; free with
///                diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE if no range was requested;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if size is above that of the range;
///         DISKPROBE_STATUS_CHANGED if it is below, although the object is longer
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_feed(
    prober: *mut diskprobe_prober,
    data: *const c_void,
    size: usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let data = needed_bytes(data.cast(), size)?;
        Ok(unfinished(prober)?.feed(data)?)
    })
}

/// Hands the answer over. After success only diskprobe_prober_free() is a valid call.
///
/// @param prober  the prober
/// @param image   receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error   receives the reason of a failure, or NULL on success; free with
///                diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE if a range is still needed (the probe
///         can continue), and after the answer was handed over; DISKPROBE_STATUS_INVALID_ARGUMENT
///         if prober or image is NULL; or why there is no answer, as diskprobe_probe_buffer()
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
            return Err(Reason::WrongState("a range is still to be supplied").into());
        }
        let finished = needed_mut(prober, "prober is NULL")?.prober.take();
        let finished = finished.ok_or(Reason::Internal("the probe is gone"))?;
        finished.boxed()
    })
}

/// Frees a prober, finished or not.
///
/// @param prober  the prober, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_prober_free(prober: *mut diskprobe_prober) {
    free(prober);
}
