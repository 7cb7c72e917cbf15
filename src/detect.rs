// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which format the bytes have, and what else they match.

mod content;
mod hint;
mod inspect;
mod libvirt;
mod other;
mod signatures;
#[cfg(test)]
mod tests;

pub(crate) use inspect::inspect;
