// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests to an opener in C, and their answers.

use super::super::call::change;
use super::super::error::diskprobe_error;
use super::super::guard::or;
use super::super::handle::{given_fd, lent_fd, needed_mut, take_back};
use super::super::location::diskprobe_location;
use super::super::number::{diskprobe_element_kind, diskprobe_status, get_enum, OK};
use super::super::probe::{diskprobe_read_callback, known_length, Callback};
use crate::base::error::{Error, Reason};
use crate::chain::{ElementKind, Identity, LocalFiles, OpenRequest, Opened, Opener};
use crate::probe::Source;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use std::io;

/// Opens an element of a chain for reading.
///
/// The callback answers the request with diskprobe_open_request_set_fd(),
/// diskprobe_open_request_set_borrowed_fd(), diskprobe_open_request_set_source() or
/// diskprobe_open_request_use_default(). If it calls several of them, the last call counts. If it
/// calls none, the element stays unopened, and the chain below it is unknown.
///
/// @param opaque    the pointer that was passed to diskprobe_chain_options_set_opener()
/// @param location  the location to open; valid until the callback returns
/// @param request   receives the answer; valid until the callback returns
/// @param error     never NULL; points to NULL. On failure the callback may store an error from
///                  diskprobe_error_new() in it. The status and message of this error then replace
///                  those of the errno. The library frees the error, and ignores it on success.
/// @return 0 on success; a negative errno if the element cannot be opened. The walk then fails with
///         DISKPROBE_STATUS_NOT_FOUND (-ENOENT), DISKPROBE_STATUS_PERMISSION_DENIED (-EACCES,
///         -EPERM), DISKPROBE_STATUS_BUSY (-EAGAIN) or DISKPROBE_STATUS_IO (any other), and closes
///         a descriptor or source that the request received.
pub type diskprobe_open_callback = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        location: *const diskprobe_location,
        request: *mut diskprobe_open_request,
        error: *mut *mut diskprobe_error,
    ) -> c_int,
>;

/// The function in a `diskprobe_open_callback`. cbindgen needs a separate declaration.
type OpenFunction = unsafe extern "C" fn(
    opaque: *mut c_void,
    location: *const diskprobe_location,
    request: *mut diskprobe_open_request,
    error: *mut *mut diskprobe_error,
) -> c_int;

/// Closes a source that was passed to diskprobe_open_request_set_source().
///
/// @param opaque  the pointer that was registered with the callback
pub type diskprobe_close_callback = Option<unsafe extern "C" fn(opaque: *mut c_void)>;

/// A request to an opener. It is owned by the library, valid until the opener returns, and usable
/// only in the thread that runs the opener.
pub struct diskprobe_open_request {
    kind: ElementKind,
    /// `None`: the default. An error is kept in case the opener ignores the status.
    answer: Answer,
    /// The descriptor that the answer owns.
    owned_fd: Option<c_int>,
    identity: Option<Identity>,
}

/// A source with a close callback.
struct Closed {
    callback: Callback,
    opaque: *mut c_void,
    close: diskprobe_close_callback,
    length: Option<u64>,
}

impl Source for Closed {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.callback.read_at(buffer, offset)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.length)
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        if let Some(close) = self.close {
            // SAFETY: the caller passed a function of this type.
            unsafe { close(self.opaque) }
        }
    }
}

/// The function of the opener, with its opaque pointer.
#[derive(Clone, Copy)]
pub(super) struct OpenCallback {
    open: OpenFunction,
    opaque: *mut c_void,
}

// SAFETY: the header says that the callback must be thread-safe if threads share the options.
unsafe impl Send for OpenCallback {}
// SAFETY: as above.
unsafe impl Sync for OpenCallback {}

impl OpenCallback {
    pub(super) fn new(open: diskprobe_open_callback, opaque: *mut c_void) -> Option<Self> {
        open.map(|open| OpenCallback { open, opaque })
    }

    fn ask(&self, asked: &OpenRequest<'_>) -> Result<diskprobe_open_request, Error> {
        let mut request = diskprobe_open_request {
            kind: asked.role(),
            answer: Some(Ok(Opened::unopened())),
            owned_fd: None,
            identity: None,
        };
        let handle = diskprobe_location::lend(asked.location());
        let mut error = null_mut();
        // SAFETY: the caller passed a function of this type; all handles outlive the call.
        let answer = unsafe { (self.open)(self.opaque, handle, &mut request, &mut error) };
        match (answer, take_back(error)) {
            (0, _) => Ok(request),
            (..0, Some(error)) => Err(error.into_error()),
            (answer, _) => Err(Self::failure(answer)),
        }
    }

    fn failure(answer: c_int) -> Error {
        match answer {
            1.. => Reason::InvalidArgument("the opener's answer is above 0").into(),
            failed => {
                let errno = failed.checked_neg().unwrap_or(libc::EIO);
                Error::cannot_open(io::Error::from_raw_os_error(errno))
            }
        }
    }
}

/// An opener in C. `local` is the default opener.
pub(super) struct CallbackOpener {
    pub(super) callback: OpenCallback,
    pub(super) local: LocalFiles,
}

impl Opener for CallbackOpener {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let answered = self.callback.ask(request)?;
        let opened = match answered.answer {
            None => return self.local.open(request),
            Some(answer) => answer?,
        };
        Ok(match answered.identity {
            Some(identity) => opened.identity(identity),
            None => opened,
        })
    }
}

/// Returns the kind of the element to open.
///
/// An opener can leave a data file unopened, because a data file has no facts of its own.
///
/// @param request  the opener's request, or NULL
/// @return the kind; DISKPROBE_ELEMENT_KIND_NONE only if request is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_role(
    request: *const diskprobe_open_request,
) -> diskprobe_element_kind {
    get_enum(request, |request| Some(request.kind))
}

/// An answer in C; `None`: the default.
type Answer = Option<Result<Opened<'static>, Error>>;

/// Answers the request.
fn answer(
    request: *mut diskprobe_open_request,
    answer: impl FnOnce(&diskprobe_open_request) -> Answer,
) -> diskprobe_status {
    let mut old = None;
    let status = change(request, |request| {
        let answer = answer(request);
        let status = match &answer {
            Some(Err(error)) => Err(error.clone()),
            _ => Ok(()),
        };
        request.owned_fd = None;
        old = core::mem::replace(&mut request.answer, answer);
        status
    });
    // After the borrow of the request, because `close` may use it.
    or((), || drop(old));
    status
}

/// Rejects a descriptor that the request owns: it is closed with the old answer.
fn check_new(request: &diskprobe_open_request, fd: c_int) -> Result<(), Error> {
    match request.owned_fd == Some(fd) {
        true => Err(Reason::InvalidArgument("the request already owns fd").into()),
        false => Ok(()),
    }
}

/// Answers the request with a descriptor, which the library then owns and closes.
///
/// The descriptor can refer to a regular file or a block device. It may come from open(2) or from
/// another process. If the file can be a FIFO, check it first or open it with O_NONBLOCK. The
/// library reads with pread(2), and closes the descriptor before it calls the opener again or the
/// walk returns, or when another call replaces the answer.
///
/// If this function rejects fd, the walk fails with the status that it returns.
///
/// @param request  the opener's request
/// @param fd       a descriptor that is open for reading, and that the request does not own yet
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative, if the request
///         owns it already, or if request is NULL (fd is not closed then); DISKPROBE_STATUS_IO with
///         errno EBADF if it is not open
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_open_request_set_fd(
    request: *mut diskprobe_open_request,
    fd: c_int,
) -> diskprobe_status {
    let status = answer(request, |request| {
        let given = check_new(request, fd).and_then(|()| given_fd(fd));
        Some(given.map(Opened::fd))
    });
    if let (OK, Ok(request)) = (status, needed_mut(request, "")) {
        request.owned_fd = Some(fd);
    }
    status
}

/// Answers the request with a descriptor that the caller owns.
///
/// The descriptor must stay open until the library calls the opener again or the walk returns. Its
/// file offset does not change. Otherwise, this function behaves like
/// diskprobe_open_request_set_fd().
///
/// @param request  the opener's request
/// @param fd       a descriptor that is open for reading; owned by the caller
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL, or if fd is
///         negative or the request owns it
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_open_request_set_borrowed_fd(
    request: *mut diskprobe_open_request,
    fd: c_int,
) -> diskprobe_status {
    answer(request, |request| {
        let lent = check_new(request, fd).and_then(|()| lent_fd(fd));
        Some(lent.map(Opened::borrowed_fd))
    })
}

/// Answers the request with a read callback, for example from a library for remote storage.
///
/// @param request  the opener's request
/// @param read     reads bytes of the object, as in diskprobe_probe_callback(). If it is NULL, the
///                 walk fails with DISKPROBE_STATUS_INVALID_ARGUMENT, and close is not called.
/// @param close    called once with opaque, after the last read and before the library calls the
///                 opener again or the walk returns; may be NULL
/// @param opaque   passed to read and close; may be NULL
/// @param length   length of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request or read is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_open_request_set_source(
    request: *mut diskprobe_open_request,
    read: diskprobe_read_callback,
    close: diskprobe_close_callback,
    opaque: *mut c_void,
    length: u64,
) -> diskprobe_status {
    answer(request, |_| {
        Some(Callback::new(read, opaque).map(|callback| {
            Opened::source(Box::new(Closed {
                callback,
                opaque,
                close,
                length: known_length(length),
            }))
        }))
    })
}

/// Sets the identity of the object that diskprobe_open_request_set_source() reads.
///
/// With an identity, a loop is detected even if the object has several names. Without it, only
/// locations are compared. The identity of a descriptor is always known.
///
/// @param request  the opener's request
/// @param device   the device that holds the object: st_dev, or an unused number that the caller
///                 chooses
/// @param inode    the number of the object on this device: st_ino
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_open_request_set_identity(
    request: *mut diskprobe_open_request,
    device: u64,
    inode: u64,
) -> diskprobe_status {
    change(request, |request| {
        request.identity = Some(Identity::new(device, inode));
        Ok(())
    })
}

/// Answers the request with the default: the library opens the element as it does without an
/// opener.
///
/// The library opens files and block devices on this machine, subject to
/// diskprobe_chain_options_set_root(), and leaves other elements unopened.
///
/// @param request  the opener's request
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_open_request_use_default(
    request: *mut diskprobe_open_request,
) -> diskprobe_status {
    answer(request, |_| None)
}
