// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes by path, descriptor, buffer and callback.

use super::call::produce;
use super::error::diskprobe_error;
use super::handle::{lent_fd, needed_bytes, needed_string, take_back};
use super::image::diskprobe_image;
use super::number::diskprobe_status;
use super::options::{diskprobe_options, options_or_default};
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::image::Image;
use crate::probe::{boxed_buffer, boxed_fd, boxed_path, boxed_source, Source};
use core::ffi::{c_char, c_int, c_void};
use std::io;

/// The length of an object if it is unknown.
pub const DISKPROBE_LENGTH_UNKNOWN: u64 = u64::MAX;

/// Converts a length from C.
pub(super) fn known_length(length: u64) -> Option<u64> {
    (length != DISKPROBE_LENGTH_UNKNOWN).then_some(length)
}

/// Runs a probe and passes its image to C.
pub(super) fn probe(
    options: *const diskprobe_options,
    image: *mut *mut diskprobe_image,
    error: *mut *mut diskprobe_error,
    body: impl FnOnce(&Options) -> Result<Box<Image>, Error>,
) -> diskprobe_status {
    produce(image, "image is NULL", error, || {
        Ok(diskprobe_image::give(body(&options_or_default(options))?))
    })
}

/// Probes the image in a file.
///
/// Never blocks: the path is checked with stat(2) before it is opened, and FIFOs, sockets and
/// character devices are rejected. Has no side effects, except that reading can update the access
/// time. The opened file is compared with the result of that check. Symbolic links are followed.
/// Nothing is locked or written, so the image may be in use. Files that the image names are not
/// opened. The file is opened with O_CLOEXEC.
///
/// The call opens and closes a descriptor of the file. As with every close(2), this releases the
/// record locks (fcntl(2), F_SETLK) that the process holds on the file. Use diskprobe_probe_fd() to
/// keep them.
///
/// @param path     NUL-terminated, in any encoding
/// @param options  options of the probe, or NULL for the defaults
/// @param image    receives the image; free with diskprobe_image_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return DISKPROBE_STATUS_OK;
///         DISKPROBE_STATUS_NOT_FOUND, DISKPROBE_STATUS_PERMISSION_DENIED or DISKPROBE_STATUS_IO if
///         the file cannot be opened or read;
///         DISKPROBE_STATUS_BUSY if another process holds a lease on it (fcntl(2), F_SETLEASE):
///         repeat the call later, or see diskprobe_options_set_wait_for_lease();
///         DISKPROBE_STATUS_UNSUPPORTED_FILE if it is not a regular file or block device (with
///         DISKPROBE_FORMAT_DIR: not a directory);
///         DISKPROBE_STATUS_CHANGED if it becomes shorter or is replaced during the call;
///         DISKPROBE_STATUS_WRONG_FORMAT if it does not have the requested format;
///         DISKPROBE_STATUS_FORMAT_NOT_ALLOWED if the detected format is not one of
///         diskprobe_options_set_detectable();
///         DISKPROBE_STATUS_INVALID_IMAGE, DISKPROBE_STATUS_TRUNCATED,
///         DISKPROBE_STATUS_UNSUPPORTED_FEATURE or DISKPROBE_STATUS_UNSUPPORTED_FORMAT if the
///         format is certain, but the header is rejected;
///         DISKPROBE_STATUS_LIMIT_EXCEEDED if a limit on reads or bytes is exceeded;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if path or image is NULL
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

/// Probes the image in an open file.
///
/// Reads with pread(2), so the file offset does not change. Nothing is locked or written. The
/// descriptor stays open. It can refer to a regular file or a block device, or to a directory if
/// DISKPROBE_FORMAT_DIR is requested.
///
/// @param fd       a descriptor that is open for reading; owned by the caller
/// @param options  options of the probe, or NULL for the defaults
/// @param image    receives the image; free with diskprobe_image_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_probe_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative;
///         DISKPROBE_STATUS_IO with errno EBADF if bytes are needed and fd is not open for reading
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

/// Probes an image whose first bytes are in memory.
///
/// The library does not copy or keep the bytes, which must not change during the call. The first
/// 4096 bytes suffice for most images, but not for VHDX or a thorough probe; diskprobe_prober_new()
/// requests exactly the ranges that it needs. The physical size is length, and the allocated size
/// is unknown. If length is DISKPROBE_LENGTH_UNKNOWN, structures after the end of data are assumed
/// to exist.
///
/// @param data     the bytes from offset 0; NULL only if size is 0
/// @param size     the number of bytes in data
/// @param length   length of the whole object in bytes, at least size; or DISKPROBE_LENGTH_UNKNOWN
/// @param options  options of the probe, or NULL for the defaults
/// @param image    receives the image; free with diskprobe_image_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_probe_path(), except for failures to open or read;
///         DISKPROBE_STATUS_NEED_MORE_DATA if the probe needs bytes after the end of data:
///         diskprobe_error_needed() returns which; DISKPROBE_STATUS_INVALID_ARGUMENT if size
///         exceeds length, or is larger than any object in memory can be
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

/// Reads bytes for a probe, like pread(2).
///
/// @param opaque  the pointer that was registered with the callback
/// @param buffer  receives the bytes
/// @param size    the number of bytes to read
/// @param offset  the offset of the first byte from the start of the object, in bytes
/// @param error   never NULL; points to NULL. On failure the callback may store an error from
///                diskprobe_error_new() in it. The status and message of this error then replace
///                those of the errno. The library frees the error, and ignores it on success.
/// @return the number of bytes stored in buffer; 0 if the object ends at or before offset; a
///         negative errno on failure. After a short read, the library requests the remaining bytes.
///         After -EINTR without an error, it repeats the call.
pub type diskprobe_read_callback = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        buffer: *mut c_void,
        size: usize,
        offset: u64,
        error: *mut *mut diskprobe_error,
    ) -> i64,
>;

/// The function in a `diskprobe_read_callback`. cbindgen needs a separate declaration.
type ReadFunction = unsafe extern "C" fn(
    opaque: *mut c_void,
    buffer: *mut c_void,
    size: usize,
    offset: u64,
    error: *mut *mut diskprobe_error,
) -> i64;

/// A source that calls a read callback.
pub(super) struct Callback {
    read: ReadFunction,
    opaque: *mut c_void,
}

impl Callback {
    pub(super) fn new(read: diskprobe_read_callback, opaque: *mut c_void) -> Result<Self, Error> {
        let read = read.ok_or(Reason::InvalidArgument("read is NULL"))?;
        Ok(Callback { read, opaque })
    }
}

impl Source for Callback {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let (start, size) = (buffer.as_mut_ptr().cast(), buffer.len());
        let mut error = core::ptr::null_mut();
        // SAFETY: the caller passed a function of this type; the buffer is writable for its size.
        let read = unsafe { (self.read)(self.opaque, start, size, offset, &mut error) };
        let error = take_back(error);
        match (read, error) {
            // A number that does not fit in `usize` is rejected as larger than the buffer.
            (0.., _) => Ok(usize::try_from(read).unwrap_or(usize::MAX)),
            (_, Some(error)) => Err(error.into_error().into()),
            (_, None) => {
                let errno = read.checked_neg();
                let errno = errno.and_then(|errno| c_int::try_from(errno).ok());
                Err(io::Error::from_raw_os_error(errno.unwrap_or(libc::EIO)))
            }
        }
    }
}

/// Probes an image through a read callback, for remote storage or another library.
///
/// The callback runs in the calling thread, and only during this call. The allocated size is
/// unknown. If the length is unknown but must be checked, the probe reads the last byte that must
/// exist.
///
/// @param read     reads bytes of the object
/// @param opaque   passed to read; may be NULL
/// @param length   length of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
/// @param options  options of the probe, or NULL for the defaults
/// @param image    receives the image; free with diskprobe_image_free()
/// @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
/// @return as diskprobe_probe_path(), but read failures have the errno or error of read;
///         DISKPROBE_STATUS_INVALID_ARGUMENT if read is NULL, or returns more than size
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
