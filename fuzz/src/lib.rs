// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the fuzz targets share: objects that an input describes, damage that keeps signatures and
//! checksums correct, and other, simpler ways to the same answers, with which ours are compared.

pub mod c;
pub mod craft;
pub mod model;
pub mod object;
pub mod oracle;
pub mod reader;
pub mod whole;
