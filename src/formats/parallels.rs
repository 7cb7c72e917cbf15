// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels and Virtuozzo. Recognised; not read yet.

use crate::view::Head;

pub(crate) fn detect(head: &Head<'_>) -> bool {
    let magic = head.has(0, b"WithoutFreeSpace") || head.has(0, b"WithouFreSpacExt");
    magic && head.le_u32(16) == 2
}
