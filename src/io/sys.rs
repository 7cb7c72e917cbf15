// SPDX-License-Identifier: MIT OR Apache-2.0
//! System calls that std does not offer, or offers only for a file that it owns.

use super::attributes::{self, Attributes};
use super::kind::FileKind;
use crate::base::retry::retry;
use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd};

/// Lends the caller's descriptor as a [`File`]. The descriptor stays open when the file is dropped.
pub(super) fn lend(fd: BorrowedFd<'_>) -> ManuallyDrop<File> {
    // SAFETY: the descriptor stays open during the borrow, and all callers in this module drop the
    // file before the borrow ends; `ManuallyDrop` prevents the drop from closing the descriptor.
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd.as_raw_fd()) })
}

// Systems whose plain `stat` has 32 bits for a length.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
use libc::{fstat, fstatat, stat as Stat};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use libc::{fstat64 as fstat, fstatat64 as fstatat, stat64 as Stat};

/// Returns the attributes that `call` writes. Unlike std, it requests and copies only those needed.
#[allow(clippy::unnecessary_cast, clippy::cast_sign_loss)] // The types differ between systems.
fn attributes(call: impl Fn(*mut Stat) -> libc::c_int) -> io::Result<Attributes> {
    let mut stat = MaybeUninit::<Stat>::uninit();
    retry(|| check(call(stat.as_mut_ptr())))?;
    // SAFETY: after success, the system has written the whole struct.
    let stat = unsafe { stat.assume_init() };
    Ok(Attributes {
        kind: FileKind::of_mode(stat.st_mode),
        length: stat.st_size as u64,
        allocated: attributes::allocated(stat.st_blocks as u64),
        identity: (stat.st_dev as u64, stat.st_ino as u64),
        links: stat.st_nlink as u64,
        modified: (
            stat.st_mtime as i64,
            u32::try_from(stat.st_mtime_nsec).unwrap_or(0),
        ),
    })
}

/// Returns the result of a system call, or its error.
fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    match result < 0 {
        true => Err(io::Error::last_os_error()),
        false => Ok(result),
    }
}

/// Returns the attributes of an open file.
#[inline]
pub(super) fn stat(file: &File) -> io::Result<Attributes> {
    // SAFETY: the descriptor is open while `file` is borrowed; `buffer` has the size of the answer.
    let seen = attributes(|buffer| unsafe { fstat(file.as_raw_fd(), buffer) });
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "32"))]
    let seen = wide(seen, file.as_raw_fd(), c"", libc::AT_EMPTY_PATH);
    seen
}

/// Returns the attributes of a name in `directory`, or in the current directory. If the name is a
/// symbolic link, `follow` selects the attributes of its target instead of those of the link.
pub(super) fn stat_at(
    directory: Option<&File>,
    name: &CStr,
    follow: bool,
) -> io::Result<Attributes> {
    let directory = directory.map_or(libc::AT_FDCWD, |directory| directory.as_raw_fd());
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: `directory` is open while it is borrowed; `name` is NUL-terminated; `buffer` has the
    // size of the answer.
    let seen = attributes(|buffer| unsafe { fstatat(directory, name.as_ptr(), buffer, flags) });
    #[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "32"))]
    let seen = wide(seen, directory, name, flags);
    seen
}

/// Returns the attributes from `statx` if a value did not fit into `stat64`, which has 32 bits for
/// a time on 32-bit machines.
#[cfg(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_pointer_width = "32", test)
))]
fn wide(
    seen: io::Result<Attributes>,
    directory: libc::c_int,
    name: &CStr,
    flags: libc::c_int,
) -> io::Result<Attributes> {
    match seen {
        Err(error) if error.raw_os_error() == Some(libc::EOVERFLOW) => {
            let stat = statx(directory, name, flags, libc::STATX_BASIC_STATS)?;
            Ok(Attributes {
                kind: FileKind::of_mode(stat.stx_mode.into()),
                length: stat.stx_size,
                allocated: attributes::allocated(stat.stx_blocks),
                identity: (
                    libc::makedev(stat.stx_dev_major, stat.stx_dev_minor),
                    stat.stx_ino,
                ),
                links: stat.stx_nlink.into(),
                modified: (stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec),
            })
        }
        seen => seen,
    }
}

#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
fn statx(
    directory: libc::c_int,
    name: &CStr,
    flags: libc::c_int,
    mask: libc::c_uint,
) -> io::Result<libc::statx> {
    // SAFETY: all zero is a valid value of this struct of integers.
    let mut stat: libc::statx = unsafe { core::mem::zeroed() };
    retry(|| {
        // SAFETY: the callers lend `directory`; `name` is NUL-terminated; `stat` has the size of
        // the answer.
        check(unsafe { libc::statx(directory, name.as_ptr(), flags, mask, &raw mut stat) })
    })?;
    Ok(stat)
}

/// Opens a name in `directory`, or in the current one, for reading.
pub(super) fn open_at(
    directory: Option<&File>,
    name: &CStr,
    flags: libc::c_int,
) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    let flags = flags | libc::O_LARGEFILE;
    let directory = directory.map_or(libc::AT_FDCWD, |directory| directory.as_raw_fd());
    let fd = retry(|| {
        let flags = flags | libc::O_RDONLY | libc::O_CLOEXEC;
        // SAFETY: `directory` is open while it is borrowed; `name` is NUL-terminated.
        check(unsafe { libc::openat(directory, name.as_ptr(), flags) })
    })?;
    // SAFETY: the kernel has just returned this descriptor, and nothing else owns it.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Reads the next entries of a directory, as `getdents64` lays them out. Returns their size in
/// bytes; zero at the end.
#[cfg(target_os = "linux")]
pub(super) fn read_directory(directory: &File, buffer: &mut [u8]) -> io::Result<usize> {
    retry(|| {
        // SAFETY: `directory` is open while it is borrowed; `buffer` is writable for its length.
        let got = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                directory.as_raw_fd(),
                buffer.as_mut_ptr(),
                buffer.len(),
            )
        };
        usize::try_from(got).map_err(|_| io::Error::last_os_error())
    })
}

/// Opens a name relative to `root` for reading. Fails if `..`, an absolute symbolic link or a magic
/// link of `/proc` leads out of it.
#[cfg(target_os = "linux")]
pub(super) fn open_beneath(root: &File, name: &CStr, flags: libc::c_int) -> io::Result<File> {
    let resolve = libc::RESOLVE_BENEATH | libc::RESOLVE_NO_MAGICLINKS;
    open_resolved(Some(root), name, flags, resolve)
}

/// Opens a name for reading, but not through a magic link of `/proc`, such as a descriptor of this
/// process. Kernels before Linux 5.6 follow these links.
#[cfg(target_os = "linux")]
pub(super) fn open_without_magic_links(name: &CStr, flags: libc::c_int) -> io::Result<File> {
    let open = || open_resolved(None, name, flags, libc::RESOLVE_NO_MAGICLINKS);
    match retry(open) {
        Err(error) if error.raw_os_error() == Some(libc::ENOSYS) => open_at(None, name, flags),
        opened => opened,
    }
}

/// Opens a name in `directory`, or in the current directory, for reading, with the flags `resolve`.
#[cfg(target_os = "linux")]
fn open_resolved(
    directory: Option<&File>,
    name: &CStr,
    flags: libc::c_int,
    resolve: u64,
) -> io::Result<File> {
    // Without the C library, only this flag allows files of 2 GiB on 32-bit kernels. The kernel
    // refuses it with O_PATH.
    let large = match flags & libc::O_PATH {
        0 => libc::O_LARGEFILE,
        _ => 0,
    };
    // SAFETY: all zero is a valid value of this struct of integers.
    let mut how: libc::open_how = unsafe { core::mem::zeroed() };
    how.flags = u64::from((flags | large | libc::O_CLOEXEC).unsigned_abs());
    how.resolve = resolve;
    match openat2(directory, name, &how) {
        Err(error) if error.raw_os_error() == Some(libc::EPERM) && is_denied(how) => {
            Err(io::Error::from_raw_os_error(libc::ENOSYS))
        }
        opened => opened,
    }
}

#[cfg(target_os = "linux")]
fn openat2(directory: Option<&File>, name: &CStr, how: &libc::open_how) -> io::Result<File> {
    let directory = directory.map_or(libc::AT_FDCWD, |directory| directory.as_raw_fd());
    // SAFETY: `directory` is open while it is borrowed; `name` is NUL-terminated; the kernel reads
    // `how`, whose size it is given.
    let opened = unsafe {
        libc::syscall(
            libc::SYS_openat2,
            directory,
            name.as_ptr(),
            &raw const *how,
            size_of::<libc::open_how>(),
        )
    };
    match libc::c_int::try_from(opened) {
        // SAFETY: the kernel has just returned this descriptor, and nothing else owns it.
        Ok(fd) if fd >= 0 => Ok(unsafe { File::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Returns whether a seccomp filter denies `openat2` for every name. Filters of containers return
/// `EPERM` for system calls that they do not know. The name is `/`, because no storage can cause
/// that open to fail.
#[cfg(target_os = "linux")]
#[cold]
fn is_denied(mut how: libc::open_how) -> bool {
    how.flags = u64::from((libc::O_PATH | libc::O_CLOEXEC).unsigned_abs());
    how.resolve = 0;
    let opened = openat2(None, c"/", &how);
    opened.is_err_and(|error| error.raw_os_error() == Some(libc::EPERM))
}

/// Only Linux can restrict an open to a directory in this way.
#[cfg(not(target_os = "linux"))]
pub(super) fn open_beneath(_root: &File, _name: &CStr, _flags: libc::c_int) -> io::Result<File> {
    Err(io::Error::from_raw_os_error(libc::ENOSYS))
}

/// Other systems have no magic links.
#[cfg(not(target_os = "linux"))]
pub(super) fn open_without_magic_links(name: &CStr, flags: libc::c_int) -> io::Result<File> {
    open_at(None, name, flags)
}

/// Returns whether an open file is on a virtual file system of the kernel: proc, sysfs, or one that
/// is mounted in sysfs. `false` if the file system is unknown.
#[cfg(target_os = "linux")]
pub(super) fn is_on_kernel_file_system(file: &File) -> bool {
    /// `<linux/magic.h>`: proc, sysfs, debugfs, tracefs, securityfs, cgroup, cgroup2.
    const VIEWS: [u32; 7] = [
        0x9fa0,
        0x6265_6572,
        0x6462_6720,
        0x7472_6163,
        0x7363_6673,
        0x27_e0eb,
        0x6367_7270,
    ];
    // SAFETY: all zero is a valid value of this struct of integers.
    let mut stat: libc::statfs = unsafe { core::mem::zeroed() };
    // SAFETY: the descriptor is open while `file` is borrowed; `stat` has the size of the answer.
    let result = unsafe { libc::fstatfs(file.as_raw_fd(), &raw mut stat) };
    // The type of the field differs between architectures; the numbers have 32 bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let kind = stat.f_type as u32;
    result == 0 && VIEWS.contains(&kind)
}

/// Only Linux has these file systems.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_on_kernel_file_system(_file: &File) -> bool {
    false
}

/// Whether the descriptor was opened with `O_DIRECT`.
#[cfg(target_os = "linux")]
pub(super) fn is_direct(file: &File) -> bool {
    // SAFETY: the descriptor is open while `file` is borrowed; F_GETFL takes no argument.
    let flags = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFL) };
    flags >= 0 && flags & libc::O_DIRECT != 0
}

/// Other systems have no such flag.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_direct(_file: &File) -> bool {
    false
}

/// Returns the identifier of the mount that an open file is on, if the kernel knows it (Linux 5.8).
#[cfg(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))]
pub(super) fn mount_id(file: &File) -> Option<u64> {
    let stat = statx(
        file.as_raw_fd(),
        c"",
        libc::AT_EMPTY_PATH,
        libc::STATX_MNT_ID,
    )
    .ok()?;
    let is_known = stat.stx_mask & libc::STATX_MNT_ID != 0;
    is_known.then_some(stat.stx_mnt_id)
}

/// Other systems have no such identifier.
#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"))))]
pub(super) fn mount_id(_file: &File) -> Option<u64> {
    None
}

/// Returns the size of a block device, without moving the file offset.
#[cfg(target_os = "linux")]
pub(super) fn block_device_size(device: &File) -> io::Result<u64> {
    /// `_IOR(0x12, 114, size_t)` of `<linux/fs.h>`, which the libc crate lacks. Its upper bits
    /// depend on the architecture, with two variants.
    const BLKGETSIZE64: u64 = if cfg!(any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "powerpc",
        target_arch = "powerpc64",
        target_arch = "sparc64"
    )) {
        0x4000_1272 | ((size_of::<usize>() as u64) << 16)
    } else {
        0x8000_1272 | ((size_of::<usize>() as u64) << 16)
    };
    let mut size: u64 = 0;
    retry(|| {
        // SAFETY: the descriptor is open while `device` is borrowed, and the kernel writes one u64
        // to `size`.
        check(unsafe { libc::ioctl(device.as_raw_fd(), BLKGETSIZE64 as _, &mut size) })
    })?;
    Ok(size)
}

/// Returns the size of a block device. The file offset moves to the end and back.
#[cfg(not(target_os = "linux"))]
pub(super) fn block_device_size(mut device: &File) -> io::Result<u64> {
    use std::io::{Seek, SeekFrom};
    let before = device.stream_position()?;
    let size = device.seek(SeekFrom::End(0))?;
    device.seek(SeekFrom::Start(before))?;
    Ok(size)
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::{stat, stat_at, wide};
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;

    /// On 32-bit machines, only `statx` returns times after 2038.
    #[test]
    #[cfg_attr(miri, ignore = "Miri has no `statx`")]
    fn statx_has_the_attributes_that_stat_cannot_represent() {
        let overflow = || Err(io::Error::from_raw_os_error(libc::EOVERFLOW));
        let name = c"Cargo.toml";
        let file = File::open("Cargo.toml").expect("a file");
        let text = |attributes| format!("{attributes:?}");
        let expected = stat(&file).expect("its attributes");
        let wide_one = wide(overflow(), file.as_raw_fd(), c"", libc::AT_EMPTY_PATH);
        assert_eq!(text(wide_one.expect("the same")), text(expected));
        let wide_one = wide(overflow(), libc::AT_FDCWD, name, 0);
        let expected = stat_at(None, name, true).expect("its attributes");
        assert_eq!(text(wide_one.expect("the same")), text(expected));
        let other = io::Error::from_raw_os_error(libc::EACCES);
        assert!(wide(Err(other), libc::AT_FDCWD, name, 0).is_err());
    }
}
