// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes disk images: format, virtual and physical size, backing file and its format, encryption.
//!
//! The library is read-only, runs in the process of its caller, and bounds its work. Use it for
//! images from untrusted sources.
//!
//! ```
//! # fn main() -> Result<(), diskprobe::Error> {
//! # let path = std::env::temp_dir().join(format!("diskprobe-doc-{}.raw", std::process::id()));
//! # std::fs::write(&path, [0; 1024]).unwrap();
//! use diskprobe::{probe_path, Options};
//! let image = probe_path(&path, &Options::new())?;
//! println!("{}: {:?} bytes", image.format(), image.virtual_size());
//! # assert_eq!(image.virtual_size(), Some(1024));
//! # std::fs::remove_file(&path).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # Where the bytes come from
//!
//! | the image is | call |
//! | --- | --- |
//! | a file or block device of this host | [`probe_path`], [`probe_fd`] |
//! | in memory, whole or only its start | [`probe_buffer`]; [`Error::needed`] has the range of the missing bytes |
//! | read by code of the caller, which blocks | [`probe_source`] with a [`Source`] |
//! | read by code of the caller, asynchronous or remote | [`Prober`] |
//!
//! Every call gives the same answer for the same bytes.
//!
//! # What to do with an image
//!
//! - [`Image`] has the facts.
//! - [`Policy`] decides whether to accept an image from an untrusted source.
//! - [`chain`] opens the backing files and data files of an image.
//! - [`location`] parses the names of such files and of network storage.
//! - [`scan`] probes the images of a storage pool.
//!
//! # Platforms
//!
//! On Unix, files and directories can be opened. On other platforms, the library has only the parts
//! that need no file: buffers, [`Source`], [`Prober`], [`location`], [`Policy`], and [`chain`] with
//! an [`Opener`](chain::Opener) of the caller.
//!
//! # Names and paths
//!
//! A name that an image records is `&[u8]`, because it need not be UTF-8. What the caller passes is
//! `impl AsRef<Path>`.

// No input may make this code panic. These lints deny code that could panic.
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
#![warn(missing_debug_implementations)]
// Without files, some helpers have no caller.
#![cfg_attr(not(unix), allow(dead_code))]

mod base;
pub mod chain;
mod detect;
// Private, because it trusts pointers from C: safe Rust must not reach it. Its symbols are exported
// nevertheless.
#[cfg(all(unix, feature = "capi"))]
#[allow(unsafe_code, unreachable_pub, non_camel_case_types)]
mod ffi;
mod formats;
#[cfg(any(doc, doctest))]
pub mod guide;
mod image;
#[cfg(unix)]
mod io;
mod json;
pub mod location;
mod policy;
mod probe;
#[cfg(unix)]
pub mod scan;

pub use base::detail::{Detail, DetailValue};
pub use base::detectable::Detectable;
pub use base::error::{Error, ErrorKind};
pub use base::escape::{escape, Escape};
pub use base::format::Format;
pub use base::named::Values;
pub use base::options::{Limits, Options};
pub use base::range::ByteRange;
pub use image::{
    Backing, BackingFormat, Content, ContentId, DataFile, Encryption, EncryptionFormat, Extent,
    Extents, Feature, Image, Parent, Reference, ReferenceKind, References, Tool, Uuid,
};
pub use policy::{Finding, Policy, Receipt, Rejected, Verdict, Violation, ViolationKind};
pub use probe::{probe_buffer, probe_source, Prober, ReadRequest, Source};
#[cfg(unix)]
pub use probe::{probe_fd, probe_path};

#[allow(dead_code)] // Rust 1.83 does not count uses in constants.
const fn assert_send_sync<T: Send + Sync>() {}
const _: () = {
    assert_send_sync::<Image>();
    assert_send_sync::<(References<'_>, Extents<'_>, Values<Finding>, Detail)>();
    assert_send_sync::<Prober>();
    assert_send_sync::<Error>();
    assert_send_sync::<(Options, Limits, Detectable)>();
    assert_send_sync::<(Policy, Verdict, Rejected)>();
    assert_send_sync::<(chain::Chain, chain::ChainError, chain::Element)>();
    assert_send_sync::<(chain::ChainOptions, chain::Lookup<'_>)>();
    assert_send_sync::<chain::OpenRequest<'_>>();
    assert_send_sync::<location::Location>();
    assert_send_sync::<(location::Hosts<'_>, location::Cookies<'_>)>();
    assert_send_sync::<(location::IgnoredOptions<'_>, location::DiskTarget<'_>)>();
};
#[cfg(unix)]
const _: () = {
    assert_send_sync::<chain::LocalFiles>();
    assert_send_sync::<(scan::ScanEntry, scan::ScanSummary, scan::Attributes)>();
    assert_send_sync::<(scan::ScanTarget, scan::ScanOptions, scan::CancelToken)>();
    assert_send_sync::<(scan::graph::Graph, scan::graph::GraphBuilder)>();
};
