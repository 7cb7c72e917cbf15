// SPDX-License-Identifier: MIT OR Apache-2.0
//! Documents that follow from the code: the tables of `docs/formats.md` on limits and on checks of
//! fields, which `UPDATE_DOCS=1` writes, the layers, and what each format has.

mod architecture;
mod completeness;
mod field_limits;
mod formats;
mod texts;
