// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether the text inside a sparse file describes that file.
//!
//! QEMU reads only identifiers and the parent from the text. VMware's programs read all of it, and
//! it may list other files.

use super::lines::{after_prefix, lines_of_any_end};

/// What the text inside one kind of file must say, in upper or lower case.
pub(super) struct Description {
    create_types: &'static [&'static [u8]],
    extent: &'static [u8],
}

pub(super) const SPARSE: Description = Description {
    create_types: &[b"monolithicSparse", b"streamOptimized"],
    extent: b"SPARSE",
};

pub(super) const COWD: Description = Description {
    create_types: &[b"vmfsSparse", b"vmfsThin"],
    extent: b"VMFSSPARSE",
};

impl Description {
    /// Returns whether a line names another type of disk, or another file than this one as far as
    /// its name shows.
    pub(super) fn is_contradicted(&self, text: &[u8]) -> bool {
        let mut extents = 0u32;
        lines_of_any_end(text).any(|line| {
            if let Some(kind) = create_type(line) {
                let mut known = self.create_types.iter();
                return !known.any(|known| known.eq_ignore_ascii_case(kind));
            }
            let Some(extent) = extent(line) else {
                return false;
            };
            extents = extents.saturating_add(1);
            extents > 1 || !self.is_itself(extent)
        })
    }

    /// Returns whether the rest of an extent's line has the file's own kind, and a name without a
    /// directory.
    fn is_itself(&self, extent: &[u8]) -> bool {
        let words = extent.split(u8::is_ascii_whitespace);
        let mut words = words.filter(|word| !word.is_empty());
        let kind = words.nth(1).unwrap_or_default();
        let elsewhere = extent.iter().any(|byte| matches!(byte, b'/' | b'\\'));
        kind.eq_ignore_ascii_case(self.extent) && !elsewhere
    }
}

/// Returns the value of `createType = "..."` anywhere in a line, where QEMU finds it.
fn create_type(line: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"createType";
    let mut starts = memchr::memchr2_iter(b'c', b'C', line);
    let rest = starts.find_map(|at| after_prefix(line.get(at..)?, KEY))?;
    let value = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    value.split(|byte| *byte == b'"').next()
}

/// Returns what follows the access in the line of an extent.
fn extent(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    // Nearly all lines end here.
    if !matches!(line, [b'R' | b'r' | b'N' | b'n', ..]) {
        return None;
    }
    let end = line.iter().position(u8::is_ascii_whitespace)?;
    let (access, rest) = line.split_at_checked(end)?;
    let mut known = [&b"RW"[..], b"RDONLY", b"NOACCESS"].into_iter();
    known
        .any(|known| known.eq_ignore_ascii_case(access))
        .then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{COWD, SPARSE};

    #[test]
    fn what_programs_write_describes_the_file() {
        for text in [
            "",
            "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n\
             createType=\"monolithicSparse\"\n\n# Extent description\nRW 131072 SPARSE \"a b.vmdk\"\n",
            "createType=\"streamOptimized\"\r\nRDONLY 20480 SPARSE \"call-me-stream.vmdk\"\r\n",
            " CreateType = \"monolithicsparse\" \nrw 1 sparse \"x\"",
            "RWX 1 FLAT \"/x\"\ncreateTypes=\"monolithicFlat\"\n#RW 1 FLAT \"/x\" 0\nRW",
        ] {
            assert!(!SPARSE.is_contradicted(text.as_bytes()), "{text}");
        }
        assert!(!COWD.is_contradicted(b"createType=\"vmfsSparse\"\nRW 9 VMFSSPARSE \"x\"\n"));
    }

    #[test]
    fn another_disk() {
        for text in [
            "createType=\"monolithicFlat\"\n",
            "createType=\"monolithicSparse\"\nCREATETYPE=\"monolithicFlat\"\n",
            "createType=monolithicSparse2",
            "x.createType=\"custom\" y",
            "RW 131072 FLAT \"x\" 0\n",
            "\tNoAccess\t131072\tFLAT\t\"x\"\t0\n",
            "RW 131072 SPARSE \"/x\"\n",
            "RW 131072 SPARSE \"..\\x\"\n",
            "RW 131072 SPARSE \"x\"\nRDONLY 131072 SPARSE \"y\"\n",
            "RW 131072\n",
        ] {
            assert!(SPARSE.is_contradicted(text.as_bytes()), "{text}");
        }
        assert!(COWD.is_contradicted(b"RW 9 SPARSE \"x\"\n"));
    }
}
