// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names that lead to another file in each process, or to files that the kernel makes up. An image
//! must not make a prober open them: the hypervisor would open something else.

use super::open::{by_name, check_any_kind, look, HARMLESS};
use super::sys;
use crate::base::error::{Error, Reason};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// Opens a file or block device that an image names. The name is checked before it is opened.
pub(crate) fn open_recorded(path: &Path) -> Result<File, Error> {
    by_name(path, |name| {
        check_any_kind(&look(name)?)?;
        match sys::open_without_magic_links(name, HARMLESS) {
            // The name was looked up just now, so this is not a loop.
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => Err(refused()),
            opened => opened.map_err(Error::cannot_open),
        }
    })
}

/// Refuses a name that, as it is spelt, is under `/dev/fd`, `/proc` or `/sys`.
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

/// Refuses an open file of a file system in which the kernel makes up the files.
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
