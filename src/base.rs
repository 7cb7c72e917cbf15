// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every other module builds on: views of bytes, fields, numbers, text, errors, limits.

pub(crate) mod cold;
pub(crate) mod constraint;
pub(crate) mod detail;
pub(crate) mod detectable;
pub(crate) mod error;
mod error_kind;
pub(crate) mod escape;
pub(crate) mod field;
pub(crate) mod format;
pub(crate) mod header;
pub(crate) mod hidden;
pub(crate) mod hint;
pub(crate) mod identity;
pub(crate) mod iterators;
pub(crate) mod json;
pub(crate) mod limits;
pub(crate) mod message;
pub(crate) mod named;
pub(crate) mod number;
pub(crate) mod options;
pub(crate) mod range;
mod reason;
pub(crate) mod retry;
pub(crate) mod stored;
pub(crate) mod text;
pub(crate) mod view;
