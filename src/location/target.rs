// SPDX-License-Identifier: MIT OR Apache-2.0
//! An element of a disk's chain in libvirt's notation: `vda[1]`.

use super::piece::decimal;
use crate::base::escape::escape;
use core::fmt;

/// A disk, and optionally one element of its chain, in libvirt's notation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DiskTarget<'a> {
    /// The name of the disk.
    pub disk: &'a [u8],
    /// The index of the element. 0 is the top image.
    pub index: Option<u32>,
}

/// Escaped.
impl fmt::Debug for DiskTarget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskTarget")
            .field("disk", &escape(self.disk))
            .field("index", &self.index)
            .finish()
    }
}

impl<'a> DiskTarget<'a> {
    /// Parses `DISK` or `DISK[INDEX]`.
    ///
    /// Returns `None` if the first bracket is not followed by a number and a closing bracket: such
    /// a text can only be a file name. File names are bytes, so `text` is bytes too.
    ///
    /// ```
    /// use diskprobe::location::DiskTarget;
    /// let element = DiskTarget::parse(b"vda[3]").expect("an index");
    /// assert_eq!((element.disk, element.index), (&b"vda"[..], Some(3)));
    /// assert_eq!(DiskTarget::parse(b"vda").expect("no index").index, None);
    /// assert_eq!(DiskTarget::parse(b"vda[-1]"), None);
    /// ```
    #[doc(alias = "diskprobe_disk_target_parse")]
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let Some(bracket) = text.iter().position(|byte| *byte == b'[') else {
            return Some(DiskTarget {
                disk: text,
                index: None,
            });
        };
        let (disk, rest) = text.split_at_checked(bracket)?;
        let digits = rest.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let index = u32::try_from(decimal(digits)?).ok()?;
        Some(DiskTarget {
            disk,
            index: Some(index),
        })
    }
}
