// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: what is followed, what is refused, and what is said of each element.

mod common;

#[path = "chain/cost.rs"]
mod cost;
#[path = "chain/cve.rs"]
mod cve;
#[path = "chain/limits.rs"]
mod limits;
#[path = "chain/lookup.rs"]
mod lookup;
#[path = "chain/made.rs"]
mod made;
#[path = "chain/names.rs"]
mod names;
#[path = "chain/openers.rs"]
mod openers;
#[path = "chain/policy.rs"]
mod policy;
#[path = "chain/root.rs"]
mod root;
