// SPDX-License-Identifier: MIT OR Apache-2.0
//! Determines by name whether a backing file is below a directory.

use crate::location::{backing_name, has_protocol};

/// Returns the significant parts of a path: `/a//./b/` is `a`, `b`.
fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = path.split(|byte| *byte == b'/');
    parts.filter(|part| !part.is_empty() && *part != b".")
}

/// Returns whether a part of the path is `..`, whose target depends on symbolic links before it.
pub(super) fn climbs(path: &[u8]) -> bool {
    parts(path).any(|part| part == b"..")
}

/// Returns whether `location`, a backing location of the image at `path`, is a plain path below the
/// absolute path `directory`.
pub(super) fn is_under(location: &[u8], path: &[u8], directory: &[u8]) -> bool {
    if has_protocol(location) || location.contains(&0) {
        return false;
    }
    let name = backing_name(location, path);
    if !name.starts_with(b"/") || climbs(&name) {
        return false;
    }
    let mut name = parts(&name);
    parts(directory).all(|part| name.next() == Some(part)) && name.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::is_under;

    #[track_caller]
    fn assert_below(below: bool, location: &str, path: &str) {
        let found = is_under(location.as_bytes(), path.as_bytes(), b"/srv/base/");
        assert_eq!(found, below, "{location} in {path}");
    }

    #[test]
    fn a_plain_path_below_the_directory_is_accepted() {
        assert_below(true, "/srv/base/a.img", "");
        assert_below(true, "/srv/base/a/b.img", "/elsewhere/x");
        assert_below(true, "//srv/./base//a.img", "");
        assert_below(true, "a.img", "/srv/base/overlay.qcow2");
        assert_below(true, "./a:b", "/srv/base/overlay.qcow2");
        assert_below(true, "/srv/base/..a", "");
    }

    #[test]
    fn other_directories_and_locations_are_rejected() {
        for (location, path) in [
            ("/etc/passwd", ""),
            ("/srv/base", ""),
            ("/srv/base/", ""),
            ("/srv/base/.", ""),
            ("/srv/base2/a.img", ""),
            ("/srv/bas", ""),
            ("/srv/base/../../etc/passwd", ""),
            ("/srv/base/a/../b.img", ""),
            ("/x/../srv/base/a.img", ""),
            ("../base/a.img", "/srv/other/x"),
            ("a.img", ""),
            ("a.img", "overlay.qcow2"),
            ("srv/base/a.img", ""),
            ("file:/srv/base/a.img", ""),
            (
                "json:{\"driver\":\"file\",\"filename\":\"/srv/base/a.img\"}",
                "",
            ),
            ("nbd://srv/base/a.img", ""),
            ("nbd:unix:/srv/base/a", "/srv/base/x"),
            ("/srv/base/a\0b", ""),
            ("", "/srv/base/x"),
        ] {
            assert_below(false, location, path);
        }
    }

    #[test]
    fn every_absolute_path_is_below_the_root() {
        assert!(is_under(b"/etc/passwd", b"", b"/"));
        assert!(!is_under(b"/", b"", b"/"));
    }
}
