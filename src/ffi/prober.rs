// SPDX-License-Identifier: MIT OR Apache-2.0
//! The pull handle: for programs with their own I/O.

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use super::guard::{call, free, make, needed_bytes, needed_mut, set};
use super::image::diskprobe_image;
use super::options::{diskprobe_options, options_or_default};
use super::probe::{known_length, probe};
use crate::base::error::{Error, Reason};
use crate::probe::Prober;
use core::ffi::c_void;

/// A probe that says which range it needs next. Belongs to one thread at a time.
pub struct diskprobe_prober {
    /// `None` once it has handed its answer over.
    pull: Option<Prober>,
}

fn unfinished<'a>(pull: *mut diskprobe_prober) -> Result<&'a mut Prober, Error> {
    let pull = needed_mut(pull, "pull is NULL")?;
    pull.pull
        .as_mut()
        .ok_or(Reason::WrongState("the answer was handed over already").into())
}

/// Starts a probe that does no I/O of its own.
///
/// Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until next says that nothing
/// more is needed; then diskprobe_prober_finish(). No call blocks. Where the length is not known, and
/// the answer depends on it, the byte that must be there is among the ranges.
///
/// @param length   of the object, or DISKPROBE_LENGTH_UNKNOWN
/// @param options  what is known, or NULL for the defaults; not kept
/// @return the probe, free with diskprobe_prober_free(); NULL only on an internal error
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_new(
    length: u64,
    options: *const diskprobe_options,
) -> *mut diskprobe_prober {
    make(|| diskprobe_prober {
        pull: Some(Prober::new(
            known_length(length),
            &options_or_default(options),
        )),
    })
}

/// Tells which range is needed next. Asking again gives the same range.
///
/// @param pull    the probe
/// @param offset  receives the first byte's offset; may be NULL
/// @param size    receives how many bytes are needed; 0 where none are: there is an answer
/// @param error   receives the reason of a failure, or NULL on success; free with
///                diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
///         DISKPROBE_STATUS_INVALID_ARGUMENT where pull or size is NULL; or why there will be no
///         answer, as diskprobe_probe_buffer()
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_next_read(
    pull: *mut diskprobe_prober,
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
        if let Some(range) = unfinished(pull)?.next_read()? {
            let length = usize::try_from(range.length)
                .map_err(|_| Reason::Internal("a range is larger than memory"))?;
            set(offset, range.offset);
            set(size, length);
        }
        Ok(())
    })
}

/// Gives the bytes of the range that was asked for. They are copied.
///
/// @param pull   the probe
/// @param data   the bytes; NULL only where size is 0
/// @param size   how many: all of the range, or fewer where the object ends before it does
/// @param error  receives the reason of a failure, or NULL on success; free with
///               diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE where no range was asked for;
///         DISKPROBE_STATUS_INVALID_ARGUMENT where there are more bytes than that;
///         DISKPROBE_STATUS_CHANGED where there are fewer, though the object is longer
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_feed(
    pull: *mut diskprobe_prober,
    data: *const c_void,
    size: usize,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    call(error, || {
        let data = needed_bytes(data.cast(), size)?;
        unfinished(pull)?.feed(data)
    })
}

/// Hands the answer over. The probe is then good for nothing but diskprobe_prober_free().
///
/// @param pull   the probe
/// @param image  receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error  receives the reason of a failure, or NULL on success; free with
///               diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE while a range is needed (nothing is
///         lost, go on) and after the answer was handed over; DISKPROBE_STATUS_INVALID_ARGUMENT
///         where pull or image is NULL; or why there is no answer, as diskprobe_probe_buffer()
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_prober_finish(
    pull: *mut diskprobe_prober,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(core::ptr::null(), image, error, |_| {
        if unfinished(pull)?.next_read()?.is_some() {
            return Err(Reason::WrongState("a range is still to be supplied").into());
        }
        let finished = needed_mut(pull, "pull is NULL")?.pull.take();
        finished
            .ok_or(Reason::Internal("the probe is gone"))?
            .boxed()
    })
}

/// Frees a probe, finished or not.
///
/// @param pull  the probe, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_prober_free(pull: *mut diskprobe_prober) {
    free(pull);
}
