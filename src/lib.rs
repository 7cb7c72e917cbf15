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

pub mod chain;
mod error;
mod facts;
mod feed;
// Private, because it trusts pointers as C does: safe Rust must not reach it. The symbols are
// exported all the same.
#[cfg(feature = "capi")]
#[allow(unsafe_code, unreachable_pub, non_camel_case_types)]
mod ffi;
mod field;
mod format;
mod formats;
mod hint;
mod image;
mod inspect;
mod json;
pub mod limits;
pub mod location;
mod named;
mod number;
mod options;
mod policy;
mod readings;
mod safety;
pub mod scan;
mod text;
mod view;

pub use error::{Error, ErrorKind};
pub use facts::{
    Backing, BackingFormat, Content, DataFile, Encryption, EncryptionFormat, Extent, Feature,
    Geometry, Parent, Reader, Uuid,
};
pub use feed::{probe_buffer, probe_fd, probe_path, probe_source, Pull, Source};
pub use format::Format;
pub use image::{Image, Reference, ReferenceKind};
pub use limits::Limits;
pub use options::Options;
pub use policy::{Objection, ObjectionKind, Policy, Verdict};
pub use safety::Finding;
pub use view::{ByteRange, Length};
