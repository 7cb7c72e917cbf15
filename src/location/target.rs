// SPDX-License-Identifier: MIT OR Apache-2.0
//! An element of a disk's chain, as libvirt's users name it: `vda[1]`.

use super::piece::decimal;

/// A disk, and one element of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiskTarget<'a> {
    /// The name of the disk.
    pub disk: &'a [u8],
    /// The index of the element. 0: none is named.
    pub index: u32,
}

/// Reads `NAME` or `NAME[INDEX]`.
///
/// `None` where what follows the first bracket is not a number and the closing bracket: then the
/// text can only be a file's name.
///
/// ```
/// use diskprobe::location::disk_target;
/// let element = disk_target(b"vda[3]").expect("an index");
/// assert_eq!((element.disk, element.index), (&b"vda"[..], 3));
/// assert_eq!(disk_target(b"vda").expect("no index").index, 0);
/// assert_eq!(disk_target(b"vda[-1]"), None);
/// ```
#[must_use]
pub fn disk_target(text: &[u8]) -> Option<DiskTarget<'_>> {
    let Some(bracket) = text.iter().position(|byte| *byte == b'[') else {
        return Some(DiskTarget {
            disk: text,
            index: 0,
        });
    };
    let (disk, rest) = text.split_at_checked(bracket)?;
    let digits = rest.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let index = u32::try_from(decimal(digits)?).ok()?;
    Some(DiskTarget { disk, index })
}
