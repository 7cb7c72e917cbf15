// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a recorded location is relative to.

/// The location that QEMU makes of the one that an image records: relative names are joined to
/// the directory of the image's own name, as it was typed, without looking at any file.
///
/// Names that start with a slash, and those with a colon before the first slash (`nbd:…`,
/// `json:{…}`), stay as they are.
#[must_use]
pub fn full_location(image: &[u8], recorded: &[u8]) -> Vec<u8> {
    if recorded.first() == Some(&b'/') || has_protocol(recorded) {
        return recorded.to_vec();
    }
    let directory = image
        .iter()
        .rposition(|byte| *byte == b'/')
        .and_then(|slash| image.get(..=slash))
        .unwrap_or_default();
    [directory, recorded].concat()
}

/// Whether a colon comes before the first slash.
fn has_protocol(location: &[u8]) -> bool {
    location.iter().find(|byte| matches!(byte, b':' | b'/')) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::full_location;

    #[test]
    fn relative_names_are_joined_to_the_directory_as_typed() {
        for (image, recorded, full) in [
            ("a.qcow2", "base.raw", "base.raw"),
            ("./a.qcow2", "base.raw", "./base.raw"),
            (
                "/srv/images/sub/o.qcow2",
                "../raw.img",
                "/srv/images/sub/../raw.img",
            ),
            ("/a.qcow2", "base.raw", "/base.raw"),
            ("sub/a.qcow2", "/base.raw", "/base.raw"),
            ("sub/a.qcow2", "nbd://host/x", "nbd://host/x"),
            ("sub/a.qcow2", "json:{}", "json:{}"),
            ("sub/a.qcow2", "file:base", "file:base"),
            ("sub/a.qcow2", "dir/a:b", "sub/dir/a:b"),
            ("sub/a.qcow2", "./a:b", "sub/./a:b"),
        ] {
            let got = full_location(image.as_bytes(), recorded.as_bytes());
            assert_eq!(String::from_utf8(got).unwrap(), full, "{image} {recorded}");
        }
    }
}
