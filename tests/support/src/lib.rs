// SPDX-License-Identifier: MIT OR Apache-2.0
//! Shared code of the tests: images that are built in memory, their expected results, and the
//! programs whose answers ours are compared with.
//!
//! A test of what is right uses [`build`] and [`recipes`], and needs no other program. A test of
//! agreement is made with [`oracle`], and is ignored, with the reason, if its program is missing.

pub mod answer;
pub mod build;
pub mod bytes;
pub mod case;
pub mod cases;
pub mod chain;
pub mod costliest;
mod create;
pub mod document;
pub mod field_limits;
pub mod harmless;
pub mod images;
#[cfg(feature = "agreement")]
pub mod libvirtd;
pub mod location;
pub mod message;
#[cfg(feature = "agreement")]
pub mod oracle;
pub mod probe;
pub mod qemu_img;
pub mod qemu_versions;
pub mod random;
pub mod recipes;
pub mod sandbox;
#[cfg(feature = "schema")]
pub mod schema;
pub mod splits;
pub mod suite;
pub mod tool;
#[cfg(feature = "agreement")]
pub mod vectors;
#[cfg(feature = "agreement")]
pub mod venv;
pub mod vhdx;
pub mod volume;

use std::path::Path;

pub use bytes::{patched, Changes};
pub use images::Images;

/// Returns the root of the repository.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("the repository")
}
