// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compressed loop image, version 2.0. Recognised; not read yet.

use crate::view::Head;

/// The shell script that every such image starts with.
const SCRIPT: &[u8] =
    b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, SCRIPT)
}
