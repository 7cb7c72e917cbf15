// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file system: one directory of files, each with its own lie. The kernel caches nothing.

use fuser::{
    BackgroundSession, FileAttr, FileType, Filesystem, MountOption, ReplyAttr, ReplyData,
    ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, Request,
};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The inode number of the first file, after that of the directory.
const FIRST: u64 = 2;
/// The first inode number of replaced files. Each lookup of such a file returns a new number.
const REPLACED: u64 = 1 << 20;
/// The first inode number of nested directories. Each contains another directory.
const NESTED: u64 = 1 << 40;
const NOT_KEPT: Duration = Duration::ZERO;

/// What is wrong with a file.
#[derive(Clone)]
pub(crate) enum Lie {
    Nothing,
    /// This operation is always interrupted, after a delay.
    Interrupted(&'static str, Duration),
    /// Each operation is interrupted three times.
    InterruptedThrice,
    /// The reported size alternates between two values.
    Sizes([u64; 2]),
    /// Reads end at this offset, before the reported size.
    EndsAt(u64),
    /// Reads in this range fail.
    Broken(Range<u64>),
    /// Each lookup of the name returns a different file.
    Replaced,
    /// stat(2) returns this inode number.
    Inode(u64),
    /// A directory that lists names of this type without end.
    Endless(FileType),
    /// A directory that contains a directory, and so on.
    Nested,
}

#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: Vec<u8>,
    pub(crate) kind: FileType,
    /// The type that the directory lists.
    pub(crate) listed: FileType,
    pub(crate) modified: SystemTime,
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) lie: Lie,
}

impl File {
    pub(crate) fn new(name: impl Into<Vec<u8>>, bytes: &Arc<Vec<u8>>, lie: Lie) -> Self {
        File {
            name: name.into(),
            kind: FileType::RegularFile,
            listed: FileType::RegularFile,
            modified: UNIX_EPOCH,
            bytes: bytes.clone(),
            lie,
        }
    }

    pub(crate) fn directory(name: &str, lie: Lie) -> Self {
        File::new(name, &Arc::default(), lie).of_kind(FileType::Directory, FileType::Directory)
    }

    pub(crate) fn of_kind(mut self, kind: FileType, listed: FileType) -> Self {
        self.kind = kind;
        self.listed = listed;
        self
    }

    pub(crate) fn modified(mut self, modified: SystemTime) -> Self {
        self.modified = modified;
        self
    }
}

type Counts = Arc<Mutex<BTreeMap<(&'static str, u64), u64>>>;

pub(crate) struct Liar {
    // Fields are dropped in order, so the file system is unmounted before its directory is removed.
    _session: BackgroundSession,
    directory: tempfile::TempDir,
    counts: Counts,
}

impl Liar {
    pub(crate) fn mount(files: Vec<File>) -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        let counts = Counts::default();
        let storage = Storage {
            files,
            counts: counts.clone(),
            lookups: 0,
        };
        let options = [
            MountOption::RO,
            MountOption::FSName("diskprobe-liar".into()),
        ];
        let session = fuser::spawn_mount2(storage, directory.path(), &options)?;
        Ok(Liar {
            _session: session,
            directory,
            counts,
        })
    }

    pub(crate) fn path(&self, name: &[u8]) -> PathBuf {
        self.directory.path().join(OsStr::from_bytes(name))
    }

    /// Returns the largest number of requests of one kind for one file, and clears the counts.
    pub(crate) fn most_requests(&self) -> u64 {
        let mut counts = self.counts.lock().expect("no panic");
        let most = counts.values().copied().max();
        counts.clear();
        most.unwrap_or(0)
    }
}

struct Storage {
    files: Vec<File>,
    counts: Counts,
    lookups: u64,
}

impl Storage {
    fn file(&self, inode: u64) -> Option<&File> {
        let is_replaced = |file: &&File| matches!(file.lie, Lie::Replaced);
        match inode {
            NESTED.. => {
                let is_nested = |file: &&File| matches!(file.lie, Lie::Nested);
                self.files.iter().find(is_nested)
            }
            REPLACED.. => self.files.iter().find(is_replaced),
            _ => {
                let index = usize::try_from(inode.checked_sub(FIRST)?).ok()?;
                self.files.get(index)
            }
        }
    }

    /// Counts a request, and returns whether to interrupt it.
    fn is_interrupted(&self, operation: &'static str, inode: u64) -> bool {
        let count = {
            let mut counts = self.counts.lock().expect("no panic");
            let count = counts.entry((operation, inode)).or_default();
            *count += 1;
            *count
        };
        match self.file(inode).map(|file| &file.lie) {
            Some(Lie::Interrupted(interrupted, after)) if *interrupted == operation => {
                thread::sleep(*after);
                true
            }
            Some(Lie::InterruptedThrice) => count <= 3,
            _ => false,
        }
    }

    fn attributes(&self, inode: u64) -> FileAttr {
        let file = self.file(inode);
        let kind = file.map_or(FileType::Directory, |file| file.kind);
        let calls = |file: &File| {
            let counts = self.counts.lock().expect("no panic");
            let calls = counts.get(&("getattr", inode)).copied().unwrap_or(0);
            match file.lie {
                Lie::Sizes(sizes) => sizes[calls as usize % 2],
                _ => file.bytes.len() as u64,
            }
        };
        FileAttr {
            ino: inode,
            size: file.map_or(0, calls),
            blocks: 8,
            atime: UNIX_EPOCH,
            mtime: file.map_or(UNIX_EPOCH, |file| file.modified),
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm: 0o555,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0x105,
            blksize: 4096,
            flags: 0,
        }
    }

    /// Returns the inode number of a name, without lies.
    fn inode(&self, directory: u64, name: &OsStr) -> Option<u64> {
        let by_name = |file: &File| file.name == name.as_bytes();
        let index = |at: usize| FIRST + at as u64;
        match self.file(directory).map(|file| &file.lie) {
            Some(Lie::Endless(_)) => self.files.iter().position(|file| file.name == b"good"),
            Some(Lie::Nested) => return Some(directory.max(NESTED) + 1),
            Some(_) => self.files.iter().position(|file| file.name == b"good"),
            None => self.files.iter().position(by_name),
        }
        .map(index)
    }
}

impl Filesystem for Storage {
    fn lookup(&mut self, _: &Request<'_>, directory: u64, name: &OsStr, reply: ReplyEntry) {
        let Some(mut inode) = self.inode(directory, name) else {
            return reply.error(libc::ENOENT);
        };
        if self.is_interrupted("lookup", inode) {
            return reply.error(libc::EINTR);
        }
        if matches!(self.file(inode), Some(file) if matches!(file.lie, Lie::Replaced)) {
            self.lookups += 1;
            inode = REPLACED + self.lookups;
        }
        reply.entry(&NOT_KEPT, &self.attributes(inode), 0);
    }

    fn getattr(&mut self, _: &Request<'_>, inode: u64, _: Option<u64>, reply: ReplyAttr) {
        if self.is_interrupted("getattr", inode) {
            return reply.error(libc::EINTR);
        }
        let mut attributes = self.attributes(inode);
        if let Some(Lie::Inode(number)) = self.file(inode).map(|file| &file.lie) {
            attributes.ino = *number;
        }
        reply.attr(&NOT_KEPT, &attributes);
    }

    fn open(&mut self, _: &Request<'_>, inode: u64, _: i32, reply: ReplyOpen) {
        match self.is_interrupted("open", inode) {
            true => reply.error(libc::EINTR),
            // Each read is one request.
            false => reply.opened(0, fuser::consts::FOPEN_DIRECT_IO),
        }
    }

    fn read(
        &mut self,
        _: &Request<'_>,
        inode: u64,
        _: u64,
        offset: i64,
        size: u32,
        _: i32,
        _: Option<u64>,
        reply: ReplyData,
    ) {
        if self.is_interrupted("read", inode) {
            return reply.error(libc::EINTR);
        }
        let Some(file) = self.file(inode) else {
            return reply.error(libc::EIO);
        };
        let end = match &file.lie {
            Lie::EndsAt(end) => *end as usize,
            _ => file.bytes.len(),
        };
        let start = end.min(offset as usize);
        let end = end.min(start + size as usize);
        match &file.lie {
            Lie::Broken(range) if start < range.end as usize && range.start < end as u64 => {
                reply.error(libc::EIO);
            }
            _ => reply.data(&file.bytes[start..end]),
        }
    }

    /// After ENOSYS, the kernel sends no further flush. None is needed, because nothing is written.
    fn flush(&mut self, _: &Request<'_>, _: u64, _: u64, _: u64, reply: ReplyEmpty) {
        reply.error(libc::ENOSYS);
    }

    fn opendir(&mut self, _: &Request<'_>, inode: u64, _: i32, reply: ReplyOpen) {
        match self.is_interrupted("opendir", inode) {
            true => reply.error(libc::EINTR),
            false => reply.opened(0, 0),
        }
    }

    fn readdir(
        &mut self,
        _: &Request<'_>,
        directory: u64,
        _: u64,
        offset: i64,
        mut reply: ReplyDirectory,
    ) {
        if self.is_interrupted("readdir", directory) {
            return reply.error(libc::EINTR);
        }
        match self.file(directory).map(|file| &file.lie) {
            Some(Lie::Endless(kind)) => {
                let mut next = offset + 1;
                while !reply.add(0, next, *kind, format!("name{next}")) {
                    next += 1;
                }
            }
            Some(Lie::Nested) if offset == 0 => {
                let _ = reply.add(1, 1, FileType::Directory, "nested");
            }
            Some(_) if offset == 0 => {
                let _ = reply.add(0, 1, FileType::RegularFile, "good");
            }
            Some(_) => {}
            None => {
                let start = usize::try_from(offset).unwrap_or(0);
                for (at, file) in self.files.iter().enumerate().skip(start) {
                    let name = OsStr::from_bytes(&file.name);
                    if reply.add(0, at as i64 + 1, file.listed, name) {
                        break;
                    }
                }
            }
        }
        reply.ok();
    }
}
