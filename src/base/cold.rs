// SPDX-License-Identifier: MIT OR Apache-2.0
//! A hint for the compiler.

/// Marks the caller as a cold path, so that the code of a probe that succeeds stays together.
#[cold]
#[inline(never)]
pub(crate) fn cold_path() {}
