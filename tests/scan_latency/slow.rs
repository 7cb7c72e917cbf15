// SPDX-License-Identifier: MIT OR Apache-2.0
//! The slow file system. It has equal images, in one directory or each in its own.

use fuser::{
    BackgroundSession, FileAttr, FileType, Filesystem, KernelConfig, MountOption, ReplyAttr,
    ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, Request,
};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::mpsc::{channel, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

const ROOT: u64 = 1;
/// The inode number of the first image.
const FIRST: u64 = 2;
/// The time that the kernel may cache an answer, as with NFS. It is longer than the scan of one
/// image.
const KEPT: Duration = Duration::from_millis(200);

type Counts = Arc<Mutex<BTreeMap<&'static str, u64>>>;
type Answer = Box<dyn FnOnce() + Send>;

pub(crate) struct Slow {
    // Fields are dropped in order, so the file system is unmounted before its directory is removed.
    _session: BackgroundSession,
    directory: tempfile::TempDir,
    counts: Counts,
}

impl Slow {
    pub(crate) fn mount(
        images: u64,
        layout: Layout,
        bytes: Vec<u8>,
        latency: Duration,
    ) -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        let counts = Counts::default();
        let (answers, due) = channel::<(Instant, Answer)>();
        // All answers have the same delay, so they are due in order.
        thread::spawn(move || {
            for (when, answer) in due {
                thread::sleep(when.saturating_duration_since(Instant::now()));
                answer();
            }
        });
        let storage = Storage {
            images,
            layout,
            bytes: Arc::new(bytes),
            latency,
            answers,
            counts: counts.clone(),
        };
        let options = [
            MountOption::RO,
            MountOption::FSName("diskprobe-slow".into()),
        ];
        let session = fuser::spawn_mount2(storage, directory.path(), &options)?;
        Ok(Slow {
            _session: session,
            directory,
            counts,
        })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Returns the number of requests of each kind.
    pub(crate) fn requests(&self) -> Vec<(&'static str, u64)> {
        let counts = self.counts.lock().expect("no panic");
        counts.iter().map(|(name, count)| (*name, *count)).collect()
    }
}

/// The location of the images.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Flat,
    /// Each image is in its own directory, like those of many virtual machines.
    Nested,
}

struct Storage {
    images: u64,
    layout: Layout,
    bytes: Arc<Vec<u8>>,
    latency: Duration,
    answers: Sender<(Instant, Answer)>,
    counts: Counts,
}

impl Storage {
    /// Counts a request and answers it after the latency.
    fn later(&self, name: &'static str, answer: impl FnOnce() + Send + 'static) {
        *self
            .counts
            .lock()
            .expect("no panic")
            .entry(name)
            .or_default() += 1;
        let when = Instant::now() + self.latency;
        self.answers
            .send((when, Box::new(answer)))
            .expect("the thread waits");
    }

    fn kind(&self, inode: u64) -> FileType {
        let is_folder = self.layout == Layout::Nested && inode < FIRST + self.images;
        match inode == ROOT || is_folder {
            true => FileType::Directory,
            false => FileType::RegularFile,
        }
    }

    fn attributes(&self, inode: u64) -> FileAttr {
        let kind = self.kind(inode);
        let is_directory = kind == FileType::Directory;
        FileAttr {
            ino: inode,
            size: if is_directory {
                0
            } else {
                self.bytes.len() as u64
            },
            blocks: 8,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm: if is_directory { 0o555 } else { 0o444 },
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }

    /// Returns the inodes in a directory. Names are derived from inodes.
    fn inodes(&self, directory: u64) -> Range<u64> {
        match directory {
            ROOT => FIRST..FIRST + self.images,
            // The inodes of images follow those of directories.
            folder => folder + self.images..folder + self.images + 1,
        }
    }

    fn inode(&self, directory: u64, name: &OsStr) -> Option<u64> {
        let number: u64 = name.to_str()?.strip_prefix("image")?.parse().ok()?;
        self.inodes(directory).contains(&number).then_some(number)
    }
}

impl Filesystem for Storage {
    fn init(&mut self, _: &Request<'_>, config: &mut KernelConfig) -> Result<(), i32> {
        // Without this flag the kernel looks up the names of a directory one after another.
        let parallel = fuser::consts::FUSE_PARALLEL_DIROPS;
        config.add_capabilities(parallel).map_err(|_| libc::ENOSYS)
    }

    fn lookup(&mut self, _: &Request<'_>, directory: u64, name: &OsStr, reply: ReplyEntry) {
        match self
            .inode(directory, name)
            .map(|inode| self.attributes(inode))
        {
            Some(found) => self.later("lookup", move || reply.entry(&KEPT, &found, 0)),
            None => self.later("lookup", move || reply.error(libc::ENOENT)),
        }
    }

    fn getattr(&mut self, _: &Request<'_>, inode: u64, _: Option<u64>, reply: ReplyAttr) {
        let found = self.attributes(inode);
        self.later("getattr", move || reply.attr(&KEPT, &found));
    }

    fn open(&mut self, _: &Request<'_>, _: u64, _: i32, reply: ReplyOpen) {
        // Each read is one request. Nothing is read ahead.
        let direct = fuser::consts::FOPEN_DIRECT_IO;
        self.later("open", move || reply.opened(0, direct));
    }

    fn read(
        &mut self,
        _: &Request<'_>,
        _: u64,
        _: u64,
        offset: i64,
        size: u32,
        _: i32,
        _: Option<u64>,
        reply: ReplyData,
    ) {
        let bytes = self.bytes.clone();
        self.later("read", move || {
            let start = bytes.len().min(offset as usize);
            let end = bytes.len().min(start + size as usize);
            reply.data(&bytes[start..end]);
        });
    }

    /// After ENOSYS the kernel sends no further flush. Nothing was written, so none is needed.
    fn flush(&mut self, _: &Request<'_>, _: u64, _: u64, _: u64, reply: ReplyEmpty) {
        reply.error(libc::ENOSYS);
    }

    fn opendir(&mut self, _: &Request<'_>, _: u64, _: i32, reply: ReplyOpen) {
        self.later("opendir", move || reply.opened(0, 0));
    }

    fn readdir(
        &mut self,
        _: &Request<'_>,
        directory: u64,
        _: u64,
        offset: i64,
        mut reply: ReplyDirectory,
    ) {
        for inode in self.inodes(directory) {
            let next = inode as i64 + 1;
            let is_new = inode as i64 >= offset;
            if is_new && reply.add(inode, next, self.kind(inode), format!("image{inode}")) {
                break;
            }
        }
        self.later("readdir", move || reply.ok());
    }
}
