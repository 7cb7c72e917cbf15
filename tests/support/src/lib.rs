// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests share: images that are built in memory, what is expected of them, and the
//! programs whose answers ours are compared with.
//!
//! A test of what is right uses [`build`] and [`recipes`], and needs no other program. A test of
//! agreement is made with [`oracle`], and is ignored, with the reason, if its program is missing.

pub mod build;
pub mod bytes;
mod create;
pub mod images;
#[cfg(feature = "agreement")]
pub mod oracle;
pub mod qemu_img;
pub mod qemu_versions;
pub mod recipes;

use std::path::Path;

pub use bytes::{patched, Changes};
pub use images::Images;

/// Returns the root of the repository.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("the repository")
}
