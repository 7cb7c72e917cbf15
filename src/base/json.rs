// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON (RFC 8259): parsing of the text that an image records, and writing of the library's own
//! objects.

mod parse;
mod write;

pub(crate) use parse::{object, Members, Quoted, Value};
pub(crate) use write::{any, json, Json};
