// SPDX-License-Identifier: MIT OR Apache-2.0
//! What locations name, and what is refused.

mod json;
mod limits;
mod random;
mod syntaxes;
