// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that are only shown: a list of names and texts, which can grow without new functions.

use crate::base::escape::escape;
use crate::base::stored::Stored;
use core::ffi::CStr;
#[cfg(feature = "capi")]
use std::sync::{Arc, Mutex, PoisonError};

/// A fact that is only shown, as text.
#[derive(Clone, PartialEq, Eq, Hash)]
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

impl core::fmt::Debug for Detail {
    /// Shows no secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.secret {
            true => write!(f, "{}: ***", self.name()),
            false => write!(f, "{}: {:?}", self.name(), escape(self.value())),
        }
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

    pub(crate) fn finish(self) -> Vec<Detail> {
        self.0
    }

    fn push(&mut self, name: &'static CStr, value: Option<&[u8]>, secret: bool) {
        self.0.extend(value.map(|value| Detail {
            name,
            value: Stored::new(value),
            secret,
        }));
    }
}

/// The details that C callers were lent: made when the first one asks, then kept, as an answer
/// keeps its other texts.
#[cfg(feature = "capi")]
#[derive(Default)]
pub(crate) struct LentDetails(Mutex<Option<Arc<Vec<Detail>>>>);

#[cfg(feature = "capi")]
impl LentDetails {
    pub(crate) fn get(&self, make: impl FnOnce() -> Vec<Detail>) -> Arc<Vec<Detail>> {
        let mut lent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lent.get_or_insert_with(|| Arc::new(make())))
    }
}

#[cfg(feature = "capi")]
impl Clone for LentDetails {
    /// Nothing of the clone was lent.
    fn clone(&self) -> Self {
        LentDetails::default()
    }
}

#[cfg(feature = "capi")]
impl core::fmt::Debug for LentDetails {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("LentDetails")
    }
}

/// Equal answers are equal whatever was lent.
#[cfg(feature = "capi")]
impl PartialEq for LentDetails {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

#[cfg(feature = "capi")]
impl Eq for LentDetails {}

#[cfg(feature = "capi")]
impl core::hash::Hash for LentDetails {
    fn hash<H: core::hash::Hasher>(&self, _state: &mut H) {}
}
