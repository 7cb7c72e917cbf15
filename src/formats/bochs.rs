// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bochs "growing" image. Recognised; not read yet.

use crate::view::Head;

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, b"Bochs Virtual HD Image\0")
        && head.has(32, b"Redolog\0")
        && head.has(48, b"Growing\0")
        && matches!(head.le_u32(64), 0x0002_0000 | 0x0001_0000)
}
