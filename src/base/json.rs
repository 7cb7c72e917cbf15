// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON (RFC 8259): the text that an image records is parsed, the library's own objects are
//! written.

mod parse;
mod write;

pub(crate) use parse::{object, Members, Quoted, Value};
pub(crate) use write::{any, json, Json};
