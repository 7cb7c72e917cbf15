// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names that lead to a different file in each process, such as `/dev/fd/0`, and files of proc and
//! sysfs. An image must not make the library open them: the hypervisor would open a different file.

use super::attributes::Attributes;
use super::open::{by_name, check_any_kind, look, open_with, same_file};
use super::sys;
use crate::base::error::{Error, Reason};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// Opens a file or block device that an image names. The name is checked before it is opened.
pub(crate) fn open_recorded(
    path: &Path,
    wait_for_lease: bool,
) -> Result<(File, Attributes), Error> {
    by_name(path, |name| {
        let before = look(name)?;
        check_any_kind(&before)?;
        let open = |flags| sys::open_without_magic_links(name, flags);
        match open_with(wait_for_lease, open) {
            Ok(file) => same_file(&file, &before).map(|attributes| (file, attributes)),
            // The name was looked up before, so this is not a loop of symbolic links.
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => Err(refused()),
            Err(error) => Err(Error::cannot_open(error)),
        }
    })
}

/// Refuses a name that is under `/dev/fd`, `/proc` or `/sys`.
pub(crate) fn check_recorded_name(path: &Path) -> Result<(), Error> {
    let climbs = path.components().any(|part| part == Component::ParentDir);
    let absolute = match path.is_relative() && climbs {
        true => std::path::absolute(path).ok(),
        false => None,
    };
    let path = absolute.as_deref().unwrap_or(path);
    if path.is_relative() {
        return Ok(());
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.as_bytes()),
            Component::ParentDir => drop(parts.pop()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    match *parts {
        [b"proc" | b"sys", ..] | [b"dev", b"fd" | b"stdin" | b"stdout" | b"stderr", ..] => {
            Err(refused())
        }
        _ => Ok(()),
    }
}

/// Refuses an open file of a virtual file system of the kernel, such as proc.
pub(crate) fn check_file_system(file: &File) -> Result<(), Error> {
    match sys::is_on_kernel_file_system(file) {
        true => Err(refused()),
        false => Ok(()),
    }
}

fn refused() -> Error {
    const WHAT: &str = "a name under /dev/fd, /proc or /sys, which is another file in each process";
    Reason::UnsupportedFile(WHAT).into()
}

#[cfg(test)]
mod tests {
    use super::check_recorded_name;
    use std::path::Path;

    #[test]
    fn names_of_files_of_the_kernel_are_refused_in_any_spelling() {
        for name in [
            "/dev/fd/0",
            "/dev/fd",
            "/dev/stdin",
            "/dev/stdout",
            "/dev/stderr",
            "/proc/self/exe",
            "/proc/1/root/srv/disk.img",
            "/sys/block",
            "//dev//.//fd//3",
            "/srv/../dev/fd/3",
            "/proc/../proc/version",
            "/../../proc/version",
        ] {
            assert!(check_recorded_name(Path::new(name)).is_err(), "{name}");
        }
        let up = "../".repeat(64);
        assert!(check_recorded_name(Path::new(&format!("{up}proc/version"))).is_err());
    }

    #[test]
    fn other_names_are_accepted() {
        for name in [
            "/dev/sda",
            "/dev/mapper/fd",
            "/dev/fd0",
            "/srv/proc/x",
            "/srv/dev/fd/0",
            "/proc/../srv/x",
            "proc/x",
            "dev/fd/0",
            "../disk.img",
            "/process",
            "",
        ] {
            assert!(check_recorded_name(Path::new(name)).is_ok(), "{name}");
        }
    }
}
