// SPDX-License-Identifier: MIT OR Apache-2.0
//! Real files for the calls that open some: made once for the process, with the bytes of each input
//! that asks for them. Their names are short, so that an image comes to name them.

use std::ffi::{c_int, CString};
use std::fs::{create_dir, create_dir_all, remove_dir_all, File, OpenOptions};
use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{symlink, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Below the directory: the image, what follows 1024 bytes later, and the same deeper.
const FILES: [&str; 3] = ["a", "b", "s/c"];
/// And links to the first, out of the directory, to themselves; a FIFO; a directory; nothing.
const OTHERS: [&str; 6] = ["l", "o", "x", "f", "s", "n"];

pub(crate) struct Place {
    directory: PathBuf,
    files: Vec<File>,
    pub(crate) root: CString,
    /// Of each of `FILES` and `OTHERS`.
    pub(crate) names: Vec<CString>,
    /// Of a file in memory with the bytes of the image; and others, which answer in other ways.
    pub(crate) descriptors: Vec<c_int>,
}

/// A descriptor that is never open: the limit of a process is lower.
const CLOSED: c_int = c_int::MAX;
/// Which descriptors can be read as the image, the first of them.
pub(crate) const READABLE: usize = 2;

fn text(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).expect("no NUL")
}

fn opened(path: &Path, flags: c_int) -> File {
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags);
    options.open(path).expect("it is there")
}

impl Place {
    /// The place, with these bytes in its files.
    pub(crate) fn with(image: &[u8]) -> &'static Place {
        static MADE: OnceLock<Place> = OnceLock::new();
        let place = MADE.get_or_init(Place::new);
        let parts = [0, 1024, 0, 0].map(|start| &image[start.min(image.len())..]);
        for (mut file, bytes) in place.files.iter().zip(parts) {
            use std::io::Seek;
            file.set_len(0).expect("a length");
            file.rewind().expect("a file");
            file.write_all(bytes).expect("space");
        }
        place
    }

    fn new() -> Self {
        let name = format!("diskprobe-c-api-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let _ = remove_dir_all(&directory); // of another process of that number
        create_dir_all(&directory).expect("a directory");
        create_dir(directory.join("s")).expect("a directory");
        let path = |name: &&str| directory.join(name);
        symlink("a", path(&"l")).expect("a link");
        symlink("/dev/null", path(&"o")).expect("a link");
        symlink("x", path(&"x")).expect("a link");
        // SAFETY: the names end in a NUL, and the results are looked at.
        let memory = unsafe {
            assert_eq!(libc::mkfifo(text(&path(&"f")).as_ptr(), 0o600), 0);
            let memory = libc::memfd_create(c"image".as_ptr(), libc::MFD_CLOEXEC);
            assert!(memory >= 0);
            File::from_raw_fd(memory)
        };
        let again = PathBuf::from(format!("/proc/self/fd/{}", memory.as_raw_fd()));
        let (mut pipe, mut sockets) = ([0; 2], [0; 2]);
        // SAFETY: both buffers hold two descriptors.
        unsafe {
            assert_eq!(libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC), 0);
            let (domain, kind) = (libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_CLOEXEC);
            assert_eq!(libc::socketpair(domain, kind, 0, sockets.as_mut_ptr()), 0);
        }
        let write_only = OpenOptions::new().write(true).open(&again);
        let files = [
            opened(&again, 0),
            write_only.expect("the file in memory"),
            opened(&again, libc::O_PATH),
            opened(&directory, libc::O_DIRECTORY),
            opened(Path::new("/dev/null"), 0),
        ];
        let mut descriptors = vec![memory.as_raw_fd()];
        descriptors.extend(files.map(File::into_raw_fd));
        descriptors.extend([pipe[0], pipe[1], sockets[0], -1, c_int::MIN, CLOSED]);
        let made = |path: PathBuf| File::create(path).expect("a file");
        let mut files: Vec<_> = FILES.iter().map(path).map(made).collect();
        files.push(memory);
        let names = FILES.iter().chain(&OTHERS).map(path);
        let place = Place {
            root: text(&directory),
            names: names.map(|path| text(&path)).collect(),
            files,
            descriptors,
            directory,
        };
        static REMOVED: OnceLock<PathBuf> = OnceLock::new();
        REMOVED.get_or_init(|| place.directory.clone());
        extern "C" fn remove() {
            let _ = REMOVED.get().map(remove_dir_all);
        }
        // SAFETY: the function takes nothing and does not unwind.
        unsafe { libc::atexit(remove) };
        place
    }
}

/// Returns the offset of a descriptor; `None` if it is not open or has no offset.
pub(crate) fn offset(descriptor: c_int) -> Option<i64> {
    // SAFETY: a system call that takes numbers.
    let offset = unsafe { libc::lseek(descriptor, 0, libc::SEEK_CUR) };
    (offset >= 0).then_some(offset)
}

pub(crate) fn is_open(descriptor: c_int) -> bool {
    // SAFETY: as above.
    unsafe { libc::fcntl(descriptor, libc::F_GETFD) >= 0 }
}

/// Another descriptor of the same file, or -1.
pub(crate) fn duplicate(descriptor: c_int) -> c_int {
    // SAFETY: as above.
    unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0) }
}
