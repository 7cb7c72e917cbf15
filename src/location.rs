// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a name that an image records means, seen from the image: QEMU's rules, on bytes alone.
//!
//! Nothing is opened or looked up, and no name is tidied: `..`, doubled slashes and symbolic links
//! stay as they are, because to resolve them is to say which file is meant.

use std::borrow::Cow;

/// The full name of a backing store, recorded as `location` in the image called `image`.
///
/// A location with a protocol (`nbd://host/x`, `json:{…}`, `file:x`) and an absolute path stand
/// for themselves; any other is relative to the directory of the image, as its name was given.
///
/// ```
/// use diskprobe::location::backing_name;
/// assert_eq!(&*backing_name(b"base.img", b"/srv/disk.qcow2"), b"/srv/base.img");
/// assert_eq!(&*backing_name(b"nbd://host/x", b"/srv/disk.qcow2"), b"nbd://host/x");
/// ```
#[must_use]
pub fn backing_name<'a>(location: &'a [u8], image: &[u8]) -> Cow<'a, [u8]> {
    if has_protocol(location) {
        return Cow::Borrowed(location);
    }
    file_name(location, image)
}

/// The full name of a file, recorded as the path `location` in the image called `image`.
///
/// VMDK names its extents so: a protocol means nothing there.
#[must_use]
pub fn file_name<'a>(location: &'a [u8], image: &[u8]) -> Cow<'a, [u8]> {
    let directory = directory(image);
    if location.is_empty() || location.starts_with(b"/") || directory.is_empty() {
        return Cow::Borrowed(location);
    }
    Cow::Owned([directory, location].concat())
}

/// Whether a colon comes before the first slash.
fn has_protocol(location: &[u8]) -> bool {
    let first = location.iter().find(|byte| matches!(byte, b':' | b'/'));
    first == Some(&b':')
}

/// The name up to and with its last slash; empty where it has none.
fn directory(name: &[u8]) -> &[u8] {
    let last = name.iter().rposition(|byte| *byte == b'/');
    last.and_then(|last| name.get(..=last)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{backing_name, file_name};

    #[track_caller]
    fn assert_names(image: &str, location: &str, backing: &str, file: &str) {
        let (image, location) = (image.as_bytes(), location.as_bytes());
        assert_eq!(&*backing_name(location, image), backing.as_bytes());
        assert_eq!(&*file_name(location, image), file.as_bytes());
    }

    #[test]
    fn a_relative_name_is_beside_the_image() {
        assert_names("disk.img", "base.img", "base.img", "base.img");
        assert_names("a/disk.img", "base.img", "a/base.img", "a/base.img");
        assert_names("/disk.img", "base.img", "/base.img", "/base.img");
        assert_names("./disk.img", "base.img", "./base.img", "./base.img");
        assert_names("/a/", "base.img", "/a/base.img", "/a/base.img");
    }

    #[test]
    fn nothing_is_tidied() {
        let (image, name) = ("/a/../b//c.img", ".././x.img");
        let full = "/a/../b//.././x.img";
        assert_names(image, name, full, full);
        assert_names("a/c.img", " ", "a/ ", "a/ ");
    }

    #[test]
    fn an_absolute_name_stands_for_itself() {
        assert_names("a/disk.img", "/b/base.img", "/b/base.img", "/b/base.img");
        assert_names("a/disk.img", "/b:c", "/b:c", "/b:c");
    }

    #[test]
    fn a_protocol_counts_for_a_backing_store_only() {
        for location in ["nbd://h/x", "json:{\"a\":1}", "file:x.img", "x:y", ":"] {
            assert_names("a/disk.img", location, location, &format!("a/{location}"));
        }
        // A slash before the colon makes it a path.
        assert_names("a/disk.img", "b/c:d", "a/b/c:d", "a/b/c:d");
        assert_names("a/disk.img", "./c:d", "a/./c:d", "a/./c:d");
    }

    #[test]
    fn names_are_bytes() {
        assert_eq!(&*backing_name(b"\xff\n", b"\x80/i"), b"\x80/\xff\n");
        assert_eq!(&*backing_name(b"", b"a/i"), b"");
    }
}
