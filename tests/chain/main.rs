// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: what is followed, what is refused, and what is said of each element.

mod cost;
mod cve;
mod data_files;
mod host_files;
mod limits;
mod lookup;
mod names;
mod openers;
mod pairs;
mod policy;
mod root;
