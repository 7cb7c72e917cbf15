// SPDX-License-Identifier: MIT OR Apache-2.0
//! The types of files.

use std::fs::FileType;
use std::os::unix::fs::FileTypeExt;

/// The type of a file, from its directory entry or its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Regular,
    Block,
    Directory,
    Link,
    Fifo,
    Socket,
    Character,
    Other,
    /// The directory does not record the type.
    Unknown,
}

impl FileKind {
    /// Returns the type for the number in a directory entry (`d_type`).
    #[cfg(target_os = "linux")]
    pub(super) fn of_entry(number: u8) -> Self {
        match number {
            libc::DT_REG => FileKind::Regular,
            libc::DT_BLK => FileKind::Block,
            libc::DT_DIR => FileKind::Directory,
            libc::DT_LNK => FileKind::Link,
            libc::DT_FIFO => FileKind::Fifo,
            libc::DT_SOCK => FileKind::Socket,
            libc::DT_CHR => FileKind::Character,
            libc::DT_UNKNOWN => FileKind::Unknown,
            _ => FileKind::Other,
        }
    }

    /// Returns the type for the mode of a file (`st_mode`).
    pub(super) fn of_mode(mode: libc::mode_t) -> Self {
        match mode & libc::S_IFMT {
            libc::S_IFREG => FileKind::Regular,
            libc::S_IFBLK => FileKind::Block,
            libc::S_IFDIR => FileKind::Directory,
            libc::S_IFLNK => FileKind::Link,
            libc::S_IFIFO => FileKind::Fifo,
            libc::S_IFSOCK => FileKind::Socket,
            libc::S_IFCHR => FileKind::Character,
            _ => FileKind::Other,
        }
    }

    /// Returns why a file of this type is never an image; `None` if it can be one.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        Some(match self {
            FileKind::Regular | FileKind::Block | FileKind::Unknown => return None,
            FileKind::Directory => "a directory, not a disk image",
            FileKind::Link => "a symbolic link, which is not followed",
            FileKind::Fifo => "a FIFO, not a disk image",
            FileKind::Socket => "a socket, not a disk image",
            FileKind::Character => "a character device, not a disk image",
            FileKind::Other => "neither a regular file nor a block device",
        })
    }
}

impl From<FileType> for FileKind {
    fn from(kind: FileType) -> Self {
        if kind.is_file() {
            return FileKind::Regular;
        }
        let kinds = [
            (kind.is_block_device(), FileKind::Block),
            (kind.is_dir(), FileKind::Directory),
            (kind.is_symlink(), FileKind::Link),
            (kind.is_fifo(), FileKind::Fifo),
            (kind.is_socket(), FileKind::Socket),
            (kind.is_char_device(), FileKind::Character),
        ];
        let found = kinds.into_iter().find(|(is, _)| *is);
        found.map_or(FileKind::Other, |(_, kind)| kind)
    }
}
