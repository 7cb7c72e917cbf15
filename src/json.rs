// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON objects of an image, a chain, a verdict, a location and a graph: the same bytes for the
//! command line tool, C and other languages.
//!
//! A key that `qemu-img info --output=json` also has means the same here. An absent fact has no
//! key. Text that is not UTF-8 contains U+FFFD; the same key with `-hex` appended has the exact
//! bytes. Characters that a terminal would act on are escaped. Each object is displayed on one line
//! by `{}`, and indented by `{:#}`.

mod chain;
mod format_specific;
#[cfg(unix)]
mod graph;
mod image;
mod location;
mod verdict;

use crate::base::error::Error;
use crate::base::json::Json;
use std::path::Path;

/// Adds what went wrong.
fn reason(object: &mut Json<'_>, error: &Error) {
    object
        .text("code", Some(error.kind().as_str()))
        .text("message", Some(error.with_source().to_string()));
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
