// SPDX-License-Identifier: MIT OR Apache-2.0
//! An opener in C, and what it answers.

use super::super::enums::diskprobe_status;
use super::super::guard::{call, get, given_fd, lent_fd, needed_mut};
use super::super::location::diskprobe_location;
use super::super::probe::{diskprobe_read_callback, known_length, Callback};
use super::kinds::diskprobe_element_kind;
use crate::base::error::{Error, Reason};
use crate::chain::{ElementKind, Identity, LocalFiles, Opened, Opener};
use crate::location::Location;
use crate::probe::Source;
use core::ffi::{c_int, c_void};
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

/// Opens what a chain names, for reading. It must return: not throw, not longjmp.
///
/// It answers by a call of diskprobe_open_request_set_fd(), diskprobe_open_request_set_borrowed_fd(),
/// diskprobe_open_request_set_source() or diskprobe_open_request_use_default(); the last one counts. Without
/// any, the element is left unopened, and what is below it stays unknown.
///
/// @param opaque    what diskprobe_chain_options_set_opener() was given
/// @param location  what to open; good until the opener returns
/// @param opened    receives the answer; good until the opener returns
/// @return 0; or a negative errno where it cannot be opened: the walk ends there, with
///         DISKPROBE_STATUS_NOT_FOUND for -ENOENT, DISKPROBE_STATUS_PERMISSION_DENIED for -EACCES
///         and -EPERM, DISKPROBE_STATUS_IO for any other. What was given is closed all the same.
pub type diskprobe_open_callback = Option<
    unsafe extern "C" fn(
        opaque: *mut c_void,
        location: *const diskprobe_location,
        opened: *mut diskprobe_open_request,
    ) -> c_int,
>;

/// Ends the use of what diskprobe_open_request_set_source() was given. It must return: not throw, not
/// longjmp.
///
/// @param opaque  what was given together with this function
pub type diskprobe_close_callback = Option<unsafe extern "C" fn(opaque: *mut c_void)>;

/// The answer of an opener. It belongs to the library, and to the thread in which the opener is
/// called, until that returns.
#[derive(Default)]
pub struct diskprobe_open_request {
    kind: Option<ElementKind>,
    answer: Answer,
    identity: Option<Identity>,
}

/// What an opener answered.
#[derive(Default)]
enum Answer {
    #[default]
    Unopened,
    Default,
    Given(OwnedFd),
    Lent(BorrowedFd<'static>),
    Read(Closed, Option<u64>),
    /// A call of the opener had a wrong argument, and it went on.
    Wrong(Error),
}

/// A source that is closed by a function of the caller.
struct Closed {
    callback: Callback,
    opaque: *mut c_void,
    close: diskprobe_close_callback,
}

impl Source for Closed {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        self.callback.read_at(room, offset)
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

/// The opener's function, with what it is to be handed.
#[derive(Clone, Copy)]
pub(super) struct OpenCallback {
    open: unsafe extern "C" fn(
        *mut c_void,
        *const diskprobe_location,
        *mut diskprobe_open_request,
    ) -> c_int,
    opaque: *mut c_void,
}

impl OpenCallback {
    pub(super) fn new(open: diskprobe_open_callback, opaque: *mut c_void) -> Option<Self> {
        open.map(|open| OpenCallback { open, opaque })
    }

    fn ask(&self, kind: ElementKind, location: &Location) -> Result<diskprobe_open_request, Error> {
        let mut opened = diskprobe_open_request {
            kind: Some(kind),
            ..diskprobe_open_request::default()
        };
        let handle = diskprobe_location::lend(location);
        // SAFETY: the caller passed a function of this type; both handles outlive the call.
        match unsafe { (self.open)(self.opaque, handle, &mut opened) } {
            0 => Ok(opened),
            1.. => Err(Reason::InvalidArgument("the opener's answer is above 0").into()),
            failed => {
                let errno = failed.checked_neg().unwrap_or(libc::EIO);
                Err(Error::cannot_open(&io::Error::from_raw_os_error(errno)))
            }
        }
    }
}

/// An opener in C; `local` is the library's own.
pub(super) struct CallbackOpener {
    pub(super) callback: OpenCallback,
    pub(super) local: LocalFiles,
}

impl Opener for CallbackOpener {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        self.open_as(ElementKind::Top, location)
    }

    fn open_as(&mut self, kind: ElementKind, location: &Location) -> Result<Opened<'_>, Error> {
        let opened = self.callback.ask(kind, location)?;
        Ok(match opened.answer {
            Answer::Unopened => Opened::Unopened,
            Answer::Default => return self.local.open(location),
            Answer::Given(fd) => Opened::File(File::from(fd)),
            Answer::Lent(fd) => Opened::Fd(fd),
            Answer::Read(source, length) => Opened::Source {
                source: Box::new(source),
                length,
                identity: opened.identity,
            },
            Answer::Wrong(error) => return Err(error),
        })
    }
}

/// Tells an opener in what role the element is that it is to open: some leave a data file alone, whose
/// bytes say nothing.
///
/// @param opened  what the opener was given, or NULL
/// @return the role; DISKPROBE_ELEMENT_KIND_NONE for NULL only
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_role(
    opened: *const diskprobe_open_request,
) -> diskprobe_element_kind {
    let none = diskprobe_element_kind::DISKPROBE_ELEMENT_KIND_NONE;
    get(opened, none, |opened| opened.kind.map_or(none, Into::into))
}

/// Sets an answer; one that cannot be is an answer too, in case that the opener does not look.
fn answer(
    opened: *mut diskprobe_open_request,
    answer: impl FnOnce() -> Result<Answer, Error>,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        let opened = needed_mut(opened, "opened is NULL")?;
        let (answer, status) = match answer() {
            Ok(answer) => (answer, Ok(())),
            Err(error) => (Answer::Wrong(error), Err(error)),
        };
        opened.answer = answer;
        status
    })
}

/// Answers with a descriptor, which the library closes: as open(2) gives it, or a process that had
/// the rights to open it.
///
/// Regular files and block devices are accepted. Open it with O_NONBLOCK or look at it first, where
/// it may be a FIFO. It is read with pread(2), and closed before the opener is called again, or the
/// walk returns.
///
/// @param opened  what the opener was given
/// @param fd      open for reading. Where it is negative, it stays yours, and the walk ends with
///                DISKPROBE_STATUS_INVALID_ARGUMENT.
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL (then fd is
///         not closed) or fd is negative
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_set_fd(
    opened: *mut diskprobe_open_request,
    fd: c_int,
) -> diskprobe_status {
    answer(opened, || Ok(Answer::Given(given_fd(fd)?)))
}

/// Answers with a descriptor that stays yours and open, and its offset where it is.
///
/// As diskprobe_open_request_set_fd() for all else. It has to stay open until the opener is called
/// again, or the walk returns.
///
/// @param opened  what the opener was given
/// @param fd      open for reading
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL or fd is
///         negative
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_set_borrowed_fd(
    opened: *mut diskprobe_open_request,
    fd: c_int,
) -> diskprobe_status {
    answer(opened, || Ok(Answer::Lent(lent_fd(fd)?)))
}

/// Answers with functions that read: of a library for remote storage, for instance.
///
/// @param opened  what the opener was given
/// @param read    reads from the object, as for diskprobe_probe_callback(). Where it is NULL, the
///                walk ends with DISKPROBE_STATUS_INVALID_ARGUMENT, and close is not called.
/// @param close   called once with opaque, when nothing more is to be read: before the opener is
///                called again, or the walk returns. NULL where there is nothing to close.
/// @param opaque  handed to read and close; may be NULL
/// @param length  of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened or read is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_set_source(
    opened: *mut diskprobe_open_request,
    read: diskprobe_read_callback,
    close: diskprobe_close_callback,
    opaque: *mut c_void,
    length: u64,
) -> diskprobe_status {
    answer(opened, || {
        let callback = Callback::new(read, opaque)?;
        let source = Closed {
            callback,
            opaque,
            close,
        };
        Ok(Answer::Read(source, known_length(length)))
    })
}

/// Says which object functions of diskprobe_open_request_set_source() read, so that a loop is seen where
/// it has several names. Without it, locations are compared as they are spelt. A descriptor speaks
/// for itself.
///
/// @param opened  what the opener was given
/// @param device  what holds it: st_dev, or a number of your own that is none
/// @param inode   its number there, st_ino
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_set_identity(
    opened: *mut diskprobe_open_request,
    device: u64,
    inode: u64,
) -> diskprobe_status {
    call(core::ptr::null_mut(), || {
        let opened = needed_mut(opened, "opened is NULL")?;
        opened.identity = Some(Identity { device, inode });
        Ok(())
    })
}

/// Answers that the library is to open it as it does without an opener: a file or block device of
/// this machine, below diskprobe_chain_options_set_root(); all else is left unopened.
///
/// @param opened  what the opener was given
/// @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_open_request_use_default(
    opened: *mut diskprobe_open_request,
) -> diskprobe_status {
    answer(opened, || Ok(Answer::Default))
}
