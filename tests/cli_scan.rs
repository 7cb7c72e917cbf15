// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe scan` as its users meet it.

mod common;
