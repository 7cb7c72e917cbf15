// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tables of `docs/formats.md` that come from the code: signatures, limits, and the checks of
//! single fields. `UPDATE_DOCS=1` writes them.

mod field_limits;
mod formats;
mod texts;
