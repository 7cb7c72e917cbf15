// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations: the files and servers that they name, and the invalid ones.

mod json;
mod json_servers;
mod limits;
mod random;
mod syntaxes;
