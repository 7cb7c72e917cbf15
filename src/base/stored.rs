// SPDX-License-Identifier: MIT OR Apache-2.0
//! Texts of a finished answer, which C reads up to a NUL.

use core::ffi::CStr;

/// A borrowed text and the NUL that follows it. The text itself may contain NULs.
#[derive(Clone, Copy)]
pub(crate) struct NulText<'a>(&'a [u8]);

impl<'a> NulText<'a> {
    /// Wraps a text that ends in a NUL.
    pub(crate) fn new(with_nul: &'a [u8]) -> Self {
        NulText(with_nul)
    }

    /// Returns the text without its NUL.
    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0.split_last().map_or(&[], |(_nul, bytes)| bytes)
    }

    /// Returns the text with its NUL: a C program may read all of it.
    #[cfg(feature = "capi")]
    pub(crate) fn with_nul(self) -> &'a [u8] {
        self.0
    }
}

impl From<&'static CStr> for NulText<'static> {
    fn from(text: &'static CStr) -> Self {
        NulText(text.to_bytes_with_nul())
    }
}

/// An owned text and the NUL that follows it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stored(Box<[u8]>);

impl Stored {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Stored([bytes, b"\0"].concat().into_boxed_slice())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text().bytes()
    }

    pub(crate) fn text(&self) -> NulText<'_> {
        NulText(&self.0)
    }
}

/// Masked, because the text can be a location.
impl core::fmt::Debug for Stored {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        super::escape::Masked(self.bytes()).fmt(f)
    }
}
