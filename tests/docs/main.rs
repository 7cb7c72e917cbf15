// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks the parts of documents that follow from the code: the tables of limits and field checks
//! in `docs/formats.md`, the layers, and the parts of each format. `UPDATE_DOCS=1` writes the
//! tables.

mod architecture;
mod completeness;
mod field_limits;
mod formats;
mod texts;
