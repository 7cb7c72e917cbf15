// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a disk image is, from its bytes: format, virtual and physical size, backing store and its
//! format, encryption. Read-only, in-process, with bounded work, for images that nobody trusts.
//!
//! ```
//! # fn main() -> Result<(), diskprobe::Error> {
//! # let path = std::env::temp_dir().join(format!("diskprobe-doc-{}.raw", std::process::id()));
//! # std::fs::write(&path, [0; 1024]).unwrap();
//! let image = diskprobe::probe_path(&path, &diskprobe::Options::default())?;
//! println!("{}: {:?} bytes", image.format(), image.virtual_size());
//! # assert_eq!(image.virtual_size(), Some(1024));
//! # std::fs::remove_file(&path).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! Data flows from a feeder, which knows how to get bytes, through a
//! view of what is known, into a pure function over one table of formats, and comes out as an
//! [`Image`]. The core does no I/O: when it lacks bytes, it says which.

// No input may make this code panic: what could is not written.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod base;
pub mod chain;
mod detect;
// Private, because it trusts pointers as C does: safe Rust must not reach it. The symbols are
// exported all the same.
#[cfg(feature = "capi")]
#[allow(unsafe_code, unreachable_pub, non_camel_case_types)]
mod ffi;
mod formats;
mod image;
mod io;
mod json;
pub mod location;
mod policy;
mod probe;
pub mod scan;

pub use base::detail::Detail;
pub use base::error::{Error, ErrorKind};
pub use base::escape::{escape, uuid_text};
pub use base::format::Format;
pub use base::limits::{self, Limits};
pub use base::options::Options;
pub use base::range::{ByteRange, Length};
pub use image::{
    Backing, BackingFormat, Content, DataFile, Encryption, EncryptionFormat, Extent, Feature,
    Geometry, Image, Parent, Reference, ReferenceKind, Tool, Uuid,
};
pub use policy::{Finding, Policy, Verdict, Violation, ViolationKind};
pub use probe::{probe_buffer, probe_fd, probe_path, probe_source, Prober, Source};
