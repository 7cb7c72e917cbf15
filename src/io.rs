// SPDX-License-Identifier: MIT OR Apache-2.0
//! Unix system calls: opening a file, its attributes and identity, and directories.

mod attributes;
mod c_path;
mod directory;
mod host;
mod identity;
mod kind;
mod names;
mod open;
mod read;
mod root;
#[allow(unsafe_code)]
mod sys;

pub use attributes::Attributes;
pub(crate) use directory::{Directory, Listing};
pub(crate) use host::{check_file_system, check_recorded_name, open_recorded};
pub(crate) use kind::FileKind;
pub(crate) use names::Names;
pub(crate) use open::{
    attributes_of, attributes_of_path, block_device_size, check_kind, lend, open_file, same_file,
};
pub(crate) use open::{by_name, look, open};
pub(crate) use read::read_at;
pub(crate) use root::Root;
