// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of each format with what is expected of them, for the tests of facts and of agreement.
//!
//! The limits of single fields are in [`crate::field_limits`].

pub mod disagreements;
pub mod dmg;
pub mod luks;
pub mod luks2;
pub mod parallels;
pub mod qcow;
pub mod qcow2;
pub mod qed;
pub mod vdi;
pub mod vhdx;
pub mod vmdk;
pub mod vpc;

use crate::case::Case;

/// Returns the cases of each format, by the name of its module.
pub fn all() -> Vec<(&'static str, Vec<Case>)> {
    vec![
        ("dmg", dmg::all()),
        (
            "luks",
            luks::all().into_iter().map(|(case, _)| case).collect(),
        ),
        ("parallels", parallels::all()),
        ("qcow", qcow::all()),
        ("qcow2", qcow2::all()),
        ("qed", qed::all()),
        ("vdi", vdi::all()),
        ("vhdx", vhdx::all()),
        ("vmdk", vmdk::all()),
        ("vpc", vpc::all()),
    ]
}
