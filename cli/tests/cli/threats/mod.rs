// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks by disk image that have a public advisory, each made from its description and named after
//! it, and images of other kinds that need something outside of themselves: what we answer by every way
//! to probe, and what that costs.

#[path = "../../tests/common/answer.rs"]
mod answer;
#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/common/crafted.rs"]
mod crafted;
#[path = "../../tests/common/tool.rs"]
mod tool;
#[allow(dead_code)] // Another test program uses the rest.
#[path = "../../tests/format_vhdx/craft.rs"]
mod vhdx;

#[allow(dead_code)] // Another test program uses the rest.
#[path = "../../tests/disagreements/bases.rs"]
mod bases;
#[path = "threats/costs.rs"]
mod costs;
#[path = "threats/every_way.rs"]
mod every_way;
#[path = "threats/names.rs"]
mod names;
#[path = "threats/references.rs"]
mod references;
