// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hyper-V virtual hard disk, version 2. Recognised; not read yet.

use crate::view::Head;

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, b"vhdxfile")
}
