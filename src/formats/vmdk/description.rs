// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether the text inside a sparse file describes that file.
//!
//! QEMU reads only identifiers and the parent from the text. VMware's programs read all of it, and
//! it may list other files.

use super::lines::after_prefix;
use super::scan::decimal;
use crate::base::text::Text;
use crate::formats::sizes::SECTOR;
use crate::image::Facts;

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

/// What the text inside a file says.
#[derive(Default)]
pub(super) struct Told {
    extents: u32,
    /// A line names another type of disk, another size or, as far as the name shows, another file.
    pub(super) differs: bool,
    /// The size of all extents, in bytes.
    pub(super) size: u64,
}

impl Description {
    /// Reads an extent. `rest` is the part of its line after the access.
    pub(super) fn read_extent(&self, rest: &[u8], told: &mut Told) {
        told.extents = told.extents.saturating_add(1);
        told.differs |= told.extents > 1 || !self.is_itself(rest);
        told.size = told.size.saturating_add(size_of(rest));
    }

    /// Completes the facts read from `text`, which is inside a file with these facts.
    pub(super) fn finish(&self, text: &[u8], facts: &Facts<Text<'_>>, told: &mut Told) {
        let is_known = |kind: &[u8]| {
            let mut known = self.create_types.iter();
            known.any(|known| known.eq_ignore_ascii_case(kind))
        };
        told.differs |= !create_types(text).all(is_known);
        // Some programs round the size in the header up to whole grains.
        let grain = facts.cluster_size.unwrap_or(1).max(1);
        let sizes = [Some(told.size), told.size.checked_next_multiple_of(grain)];
        told.differs |= told.extents != 0 && !sizes.contains(&facts.virtual_size);
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

/// Returns the value of each `createType = "..."` in a text. QEMU finds it anywhere.
pub(super) fn create_types(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    const KEY: &[u8] = b"createType";
    memchr::memchr2_iter(b'c', b'C', text).filter_map(|at| {
        let rest = after_prefix(text.get(at..)?, KEY)?.trim_ascii_start();
        let value = rest.strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").unwrap_or(value);
        let mut values = value.split(|byte| matches!(byte, b'"' | b'\n' | b'\r'));
        values.next().map(<[u8]>::trim_ascii_end)
    })
}

/// Returns the size of an extent in bytes, from the number of sectors after its access.
fn size_of(extent: &[u8]) -> u64 {
    let sectors = decimal(extent).ok().and_then(|(_, sectors)| sectors);
    sectors.unwrap_or(0).saturating_mul(SECTOR)
}

/// Returns the part of an extent's line after the access.
pub(super) fn extent(line: &[u8]) -> Option<&[u8]> {
    let end = line.iter().position(u8::is_ascii_whitespace)?;
    let (access, rest) = line.split_at_checked(end)?;
    let mut known = [&b"RW"[..], b"RDONLY", b"NOACCESS"].into_iter();
    known
        .any(|known| known.eq_ignore_ascii_case(access))
        .then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{Description, COWD, SPARSE};
    use crate::base::format::Format;
    use crate::formats::vmdk::others;
    use crate::formats::vmdk::text::Descriptor;
    use crate::image::Facts;

    /// Returns whether a text differs from a file of 131072 sectors, in grains of 128 sectors.
    fn differs(description: &Description, text: &str) -> bool {
        let mut facts = Facts::of(Format::Vmdk);
        facts.virtual_size = Some(131_072 * 512);
        facts.cluster_size = Some(65536);
        let descriptor = Descriptor {
            text: text.as_bytes(),
            offset: 512,
        };
        others::read(&descriptor, Some(description), &facts)
            .told
            .differs
    }

    #[test]
    fn what_programs_write_describes_the_file() {
        for text in [
            "",
            "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n\
             createType=\"monolithicSparse\"\n\n# Extent description\nRW 131072 SPARSE \"a b.vmdk\"\n",
            "createType=\"streamOptimized\"\r\nRDONLY 131072 SPARSE \"call-me-stream.vmdk\"\r\n",
            " CreateType = \"monolithicsparse\" \nrw 131072 sparse \"x\"",
            "RW 131071 SPARSE \"x\"\n",
            "RW 130945 SPARSE \"x\"\n",
            "RWX 1 FLAT \"/x\"\ncreateTypes=\"monolithicFlat\"\n#RW 1 FLAT \"/x\" 0\nRW",
        ] {
            assert!(!differs(&SPARSE, text), "{text}");
        }
        let cowd = "createType=\"vmfsSparse\"\nRW 131072 VMFSSPARSE \"x\"\n";
        assert!(!differs(&COWD, cowd));
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
            "RW 131072 SPARSE \"x\"\nRDONLY 0 SPARSE \"y\"\n",
            "RW 131072\n",
            "RW 131073 SPARSE \"x\"\n",
            "RW 130944 SPARSE \"x\"\n",
            "RW -131072 SPARSE \"x\"\n",
            "RW x SPARSE \"x\"\n",
            "RW 99999999999999999999 SPARSE \"x\"\n",
        ] {
            assert!(differs(&SPARSE, text), "{text}");
        }
        assert!(differs(&COWD, "RW 131072 SPARSE \"x\"\n"));
    }
}
