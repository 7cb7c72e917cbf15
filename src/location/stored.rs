// SPDX-License-Identifier: MIT OR Apache-2.0
//! A text of a finished answer, with the NUL that C callers need behind it.

/// Bytes without a NUL among them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Stored(Box<[u8]>);

impl Stored {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Stored([bytes, b"\0"].concat().into_boxed_slice())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.split_last().map_or(&[], |(_nul, bytes)| bytes)
    }

    #[cfg(feature = "capi")]
    pub(crate) fn with_nul(&self) -> &[u8] {
        &self.0
    }
}

impl core::fmt::Debug for Stored {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::base::escape::escape(self.bytes()).fmt(f)
    }
}
