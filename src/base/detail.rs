// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that are only shown: a list of names and texts, which can grow without new functions.

use crate::base::stored::Stored;
use core::ffi::CStr;
use std::sync::{Arc, OnceLock};

/// A fact that is only shown, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    pub(crate) name: &'static CStr,
    pub(crate) value: Stored,
    secret: bool,
}

impl Detail {
    /// Returns the name, which is the key of the same fact in the JSON of the command line tool.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name.to_str().unwrap_or_default()
    }

    /// Returns the value: bytes as recorded, a number in decimal, or `yes` or `no`.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.value.bytes()
    }

    /// Returns whether the value is a credential, or as good as one.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.secret
    }
}

/// A list of details under construction.
#[derive(Default)]
pub(crate) struct Builder(Vec<Detail>);

impl Builder {
    pub(crate) fn text(mut self, name: &'static CStr, value: Option<&[u8]>) -> Self {
        self.push(name, value, false);
        self
    }

    pub(crate) fn secret(mut self, name: &'static CStr, value: &[u8]) -> Self {
        self.push(name, Some(value), true);
        self
    }

    pub(crate) fn number(self, name: &'static CStr, value: Option<impl Into<u64>>) -> Self {
        let decimal = value.map(|value| value.into().to_string());
        self.text(name, decimal.as_deref().map(str::as_bytes))
    }

    pub(crate) fn flag(self, name: &'static CStr, value: Option<bool>) -> Self {
        self.text(
            name,
            value.map(|value| if value { &b"yes"[..] } else { b"no" }),
        )
    }

    fn push(&mut self, name: &'static CStr, value: Option<&[u8]>, secret: bool) {
        self.0.extend(value.map(|value| Detail {
            name,
            value: Stored::new(value),
            secret,
        }));
    }
}

/// The details of an answer, made when a caller first asks for them: most callers never do.
// In an Arc, whose destructor is a call: that of an image, which most callers need, stays short.
#[derive(Clone, Default)]
pub(crate) struct Details(OnceLock<Arc<Vec<Detail>>>);

impl Details {
    pub(crate) fn get(&self, make: impl FnOnce(Builder) -> Builder) -> &[Detail] {
        self.0.get_or_init(|| Arc::new(make(Builder::default()).0))
    }
}

impl core::fmt::Debug for Details {
    /// Says the same before and after they are made.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Details")
    }
}
