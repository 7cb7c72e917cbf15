// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: which names are followed, which are refused, and the facts of each element.

mod cost;
mod cve;
mod data_files;
mod host_files;
mod limits;
mod lookup;
mod names;
mod openers;
mod overrides;
mod pairs;
mod policy;
mod root;
