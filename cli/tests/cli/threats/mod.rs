// SPDX-License-Identifier: MIT OR Apache-2.0
//! Attacks with disk images. Each image is made from a public advisory, and its test is named after
//! the advisory. The tests check the answer of every interface, and its cost.

mod bases;
mod costs;
mod every_way;
mod names;
mod references;
