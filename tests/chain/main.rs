// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: which names are followed, which are refused, and the facts of each element.

mod cost;
mod cve;
mod limits;
mod lookup;
mod names;
mod openers;
mod policy;
mod root;
