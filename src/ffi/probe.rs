// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ways to probe: path, descriptor, buffer, callback.

use super::enums::diskprobe_status;
use super::error::diskprobe_error;
use super::guard::{call, lent_fd, needed_bytes, needed_string, set};
use super::image::diskprobe_image;
use super::options::{diskprobe_options, options_or_default};
use super::version::DISKPROBE_LENGTH_UNKNOWN;
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::image::Image;
use crate::probe::{boxed_buffer, boxed_fd, boxed_path, boxed_source, Source};
use core::ffi::{c_char, c_int, c_void};
use std::io;

/// Runs a probe and hands its image over.
pub(super) fn probe(
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
    body: impl FnOnce(&Options) -> Result<Box<Image>, Error>,
) -> diskprobe_status {
    set(image, core::ptr::null_mut());
    call(error, || {
        if image.is_null() {
            return Err(Reason::InvalidArgument("image is NULL").into());
        }
        let probed = body(&options_or_default(options))?;
        set(image, diskprobe_image::give(probed));
        Ok(())
    })
}

/// The length of an object as C gives it.
pub(super) fn known_length(length: u64) -> Option<u64> {
    (length != DISKPROBE_LENGTH_UNKNOWN).then_some(length)
}

/// Probes the image in the file of that name.
///
/// Never blocks and has no side effect: a FIFO, a socket or a character device is refused without
/// being opened, unless diskprobe_options_set_regular_file() says that there is no need to look.
/// Symbolic links are followed. Nothing is locked or written, so the image may be in use; nothing
/// that the image names is opened. The descriptor used meanwhile is O_CLOEXEC.
///
/// Where your process itself holds record locks (fcntl(2), F_SETLK) on that file, they end with the
/// call, as with every close(2) of the file: use diskprobe_probe_fd() then.
///
/// @param path     NUL-terminated bytes, in no particular encoding
/// @param options  what is known, or NULL for the defaults
/// @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_NOT_FOUND, DISKPROBE_STATUS_PERMISSION_DENIED or DISKPROBE_STATUS_IO
///         where it cannot be opened or read;
///         DISKPROBE_STATUS_UNSUPPORTED_FILE where it is neither a regular file nor a block device
///         (for DISKPROBE_FORMAT_DIR: where it is no directory);
///         DISKPROBE_STATUS_CHANGED where it becomes shorter meanwhile;
///         DISKPROBE_STATUS_WRONG_FORMAT where it is not of the format in options;
///         DISKPROBE_STATUS_INVALID_IMAGE, DISKPROBE_STATUS_TRUNCATED,
///         DISKPROBE_STATUS_UNSUPPORTED_FEATURE or DISKPROBE_STATUS_UNSUPPORTED_FORMAT where the
///         format is certain and the header is not acceptable;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED;
///         DISKPROBE_STATUS_INVALID_ARGUMENT where path or image is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_probe_path(
    path: *const c_char,
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(options, image, error, |options| {
        boxed_path(needed_string(path, "path is NULL")?, options)
    })
}

/// Probes the image behind an open descriptor.
///
/// Reads with pread(2): the file offset does not move, and nothing is locked or written. fd stays
/// yours and open. Regular files and block devices are accepted, and directories where
/// DISKPROBE_FORMAT_DIR is asked for.
///
/// @param fd       open for reading
/// @param options  what is known, or NULL for the defaults
/// @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_probe_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where fd is negative;
///         DISKPROBE_STATUS_IO, with errno EBADF, where it is read and not open for that
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_probe_fd(
    fd: c_int,
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(options, image, error, |options| {
        boxed_fd(lent_fd(fd)?, options)
    })
}

/// Probes the image whose first bytes are in memory.
///
/// Nothing is copied or kept. 4096 bytes suffice for most images, but not for VHDX, nor for a
/// thorough probe; diskprobe_prober_new() asks for just the ranges that are needed. The physical size
/// is that of length; the allocated size is not known. Where length is DISKPROBE_LENGTH_UNKNOWN,
/// what a header places behind the end of data is taken to be there.
///
/// @param data     the bytes from offset 0 on; NULL only where size is 0
/// @param size     how many
/// @param length   of the whole object, or DISKPROBE_LENGTH_UNKNOWN; not less than size
/// @param options  what is known, or NULL for the defaults
/// @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_probe_path(), without the failures to open and read;
///         DISKPROBE_STATUS_NEED_MORE_DATA where the answer needs bytes that were not given: the
///         error's offset says where they start; DISKPROBE_STATUS_INVALID_ARGUMENT where size is
///         more than length, or than any object has
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_probe_buffer(
    data: *const c_void,
    size: usize,
    length: u64,
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(options, image, error, |options| {
        let data = needed_bytes(data.cast(), size)?;
        boxed_buffer(data, known_length(length), options)
    })
}

/// Reads for a probe, as pread(2) does. It must return: not throw, not longjmp.
///
/// @param opaque  what was given together with this function
/// @param buffer  receives the bytes
/// @param size    how many are wanted
/// @param offset  of the first, in bytes from the start of the object
/// @return how many bytes were put into buffer: where they are fewer than wanted, the rest is asked
///         for next; 0 where the object ends at or before offset; a negative errno on failure, of
///         which -EINTR is tried again
pub type diskprobe_read_callback = Option<
    unsafe extern "C" fn(opaque: *mut c_void, buffer: *mut c_void, size: usize, offset: u64) -> i64,
>;

/// A function of the caller that reads.
pub(super) struct Callback {
    read: unsafe extern "C" fn(*mut c_void, *mut c_void, usize, u64) -> i64,
    opaque: *mut c_void,
}

impl Callback {
    pub(super) fn new(read: diskprobe_read_callback, opaque: *mut c_void) -> Result<Self, Error> {
        let read = read.ok_or(Reason::InvalidArgument("read is NULL"))?;
        Ok(Callback { read, opaque })
    }
}

impl Source for Callback {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        // SAFETY: the caller passed a function of this type; `room` is writable for its length.
        let got = unsafe { (self.read)(self.opaque, room.as_mut_ptr().cast(), room.len(), offset) };
        usize::try_from(got).map_err(|_| {
            let errno = got
                .checked_neg()
                .and_then(|errno| c_int::try_from(errno).ok());
            io::Error::from_raw_os_error(errno.unwrap_or(libc::EIO))
        })
    }
}

/// Probes an image that a function of yours reads: remote storage, another library's handle.
///
/// The function is called in this thread, and not any more once this call has returned. The
/// allocated size is not known. Where the length is not known, and the answer depends on it, read
/// is asked for the byte that must be there.
///
/// @param read     reads from the object
/// @param opaque   handed to read; may be NULL
/// @param length   of the object, or DISKPROBE_LENGTH_UNKNOWN
/// @param options  what is known, or NULL for the defaults
/// @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
/// @param error    receives the reason of a failure, or NULL on success; free with
///                 diskprobe_error_free(). May be NULL.
/// @return as diskprobe_probe_path(), where the errno of read stands for that of the file;
///         DISKPROBE_STATUS_INVALID_ARGUMENT where read is NULL, or returned more than was wanted
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_probe_callback(
    read: diskprobe_read_callback,
    opaque: *mut c_void,
    length: u64,
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
) -> diskprobe_status {
    probe(options, image, error, |options| {
        let mut source = Callback::new(read, opaque)?;
        boxed_source(&mut source, known_length(length), options)
    })
}
