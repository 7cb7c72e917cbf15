// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the system says of a file, as much of it as is needed here.

use super::kind::FileKind;
use super::path::with_c_string;
use super::sys;
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the system says of a file (`stat`).
///
/// Less than [`Metadata`](std::fs::Metadata), which costs more to get and to carry about.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    pub(crate) kind: FileKind,
    pub(crate) length: u64,
    pub(crate) allocated: Option<u64>,
    /// Which file it is (`st_dev`, `st_ino`).
    pub(crate) identity: (u64, u64),
    pub(crate) links: u64,
    /// Seconds and nanoseconds since 1970.
    pub(crate) modified: (i64, u32),
}

impl Attributes {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        sys::stat(file)
    }

    /// Of what the name leads to.
    pub(crate) fn of_path(path: &Path) -> io::Result<Self> {
        with_c_string(path, |name| sys::stat_at(None, name, true))?
    }

    pub(super) fn is_directory(&self) -> bool {
        self.kind == FileKind::Directory
    }

    /// Whether it is a regular file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::Regular
    }

    /// Bytes from the first to the last of a regular file; of others it says nothing.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Bytes that it occupies on its file system (`st_blocks * 512`).
    #[must_use]
    pub fn allocated(&self) -> Option<u64> {
        self.allocated
    }

    /// The file system that holds it (`st_dev`).
    #[must_use]
    pub fn device(&self) -> u64 {
        self.identity.0
    }

    /// Its number on that file system (`st_ino`).
    #[must_use]
    pub fn inode(&self) -> u64 {
        self.identity.1
    }

    /// How many names it has (`st_nlink`).
    #[must_use]
    pub fn links(&self) -> u64 {
        self.links
    }

    /// When its content was changed last; none where that is no time that this system has.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.modified;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let whole = match seconds < 0 {
            true => UNIX_EPOCH.checked_sub(whole),
            false => UNIX_EPOCH.checked_add(whole),
        };
        whole?.checked_add(Duration::from_nanos(nanoseconds.into()))
    }
}

/// `st_blocks` counts 512 bytes, whatever the file system's block is.
pub(super) fn allocated(blocks: u64) -> Option<u64> {
    blocks.checked_mul(512)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn std_says_the_same() {
        let name = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let file = File::open(&name).expect("a file that is there");
        let metadata = file.metadata().expect("what the system says");
        for own in [Attributes::of(&file), Attributes::of_path(&name)] {
            let own = own.expect("what the system says");
            assert!(own.is_file());
            assert_eq!(own.length(), metadata.len());
            assert_eq!(own.allocated(), Some(metadata.blocks() * 512));
            assert_eq!(
                (own.device(), own.inode()),
                (metadata.dev(), metadata.ino())
            );
            assert_eq!(own.links(), metadata.nlink());
            assert_eq!(own.modified(), metadata.modified().ok());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn no_file_of_that_name() {
        for name in ["/nonexistent/disk", "a\0b"] {
            assert!(Attributes::of_path(Path::new(name)).is_err());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `fstatat`")]
    fn times_before_1970_are_times() {
        let here = Attributes::of_path(Path::new(env!("CARGO_MANIFEST_DIR")));
        let mut attributes = here.expect("a directory");
        attributes.modified = (-1, 250_000_000);
        let expected = UNIX_EPOCH - Duration::from_millis(750);
        assert_eq!(attributes.modified(), Some(expected));
        attributes.modified = (i64::MIN, 0);
        assert!(attributes.modified().is_none_or(|time| time < expected));
    }
}
