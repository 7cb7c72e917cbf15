// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that are mainly for display: a list of names and values, which can grow without new
//! functions.

use crate::base::escape::escape;
use crate::base::stored::Stored;
use core::ffi::CStr;
use core::fmt;
#[cfg(feature = "capi")]
use std::sync::{Arc, Mutex, PoisonError};

/// A fact that is mainly for display.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// use diskprobe::{location::Location, DetailValue};
/// let details = Location::parse(b"https://host/x?token=1")?.details();
/// assert_eq!(details[0].name(), "query");
/// assert_eq!(details[0].value(), DetailValue::Text(b"token=1"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Detail {
    pub(crate) name: &'static CStr,
    /// The value as text.
    pub(crate) value: Stored,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Number(u64),
    Flag(bool),
    Text,
    /// Text that is sometimes a secret: `Debug` does not show it.
    Sensitive,
    Secret,
}

/// The value of a [`Detail`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DetailValue<'a> {
    /// A number.
    Number(u64),
    /// Whether a property holds.
    Flag(bool),
    /// Bytes as recorded.
    Text(&'a [u8]),
}

/// Hides text, which can be a secret.
impl fmt::Debug for DetailValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DetailValue::Number(number) => write!(f, "Number({number})"),
            DetailValue::Flag(flag) => write!(f, "Flag({flag})"),
            DetailValue::Text(_) => f.write_str("Text(***)"),
        }
    }
}

impl Detail {
    /// Returns the name, which is the key of the same fact in the JSON of the command line tool.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name.to_str().unwrap_or_default()
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> DetailValue<'_> {
        match self.kind {
            Kind::Number(number) => DetailValue::Number(number),
            Kind::Flag(flag) => DetailValue::Flag(flag),
            Kind::Text | Kind::Sensitive | Kind::Secret => DetailValue::Text(self.text()),
        }
    }

    /// Returns the value as text: bytes as recorded, a number in decimal, or `yes` or `no`.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        self.value.bytes()
    }

    /// Returns whether the value is a credential or equivalent to one.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }
}

/// Shows no secret.
impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Sensitive | Kind::Secret => write!(f, "{}: ***", self.name()),
            _ => write!(f, "{}: {:?}", self.name(), escape(self.text())),
        }
    }
}

/// A list of details under construction.
#[derive(Default)]
pub(crate) struct Builder(Vec<Detail>);

impl Builder {
    pub(crate) fn text(self, name: &'static CStr, value: Option<&[u8]>) -> Self {
        self.push(name, value.map(|value| (value, Kind::Text)))
    }

    pub(crate) fn sensitive(self, name: &'static CStr, value: Option<&[u8]>) -> Self {
        self.push(name, value.map(|value| (value, Kind::Sensitive)))
    }

    pub(crate) fn secret(self, name: &'static CStr, value: &[u8]) -> Self {
        self.push(name, Some((value, Kind::Secret)))
    }

    pub(crate) fn number(self, name: &'static CStr, value: Option<impl Into<u64>>) -> Self {
        let number = value.map(Into::into);
        let decimal = number.map(|number| number.to_string());
        let decimal = decimal.as_deref().map(str::as_bytes);
        self.push(name, decimal.zip(number.map(Kind::Number)))
    }

    pub(crate) fn flag(self, name: &'static CStr, value: Option<bool>) -> Self {
        let text = value.map(|value| if value { &b"yes"[..] } else { b"no" });
        self.push(name, text.zip(value.map(Kind::Flag)))
    }

    pub(crate) fn finish(self) -> Vec<Detail> {
        self.0
    }

    fn push(mut self, name: &'static CStr, value: Option<(&[u8], Kind)>) -> Self {
        self.0.extend(value.map(|(value, kind)| Detail {
            name,
            value: Stored::new(value),
            kind,
        }));
        self
    }
}

/// The details that are lent to C callers. They are made when a caller first asks for them and are
/// then kept, like the other texts of an answer.
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
    /// A clone starts without lent details.
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

/// Lent details do not affect whether two answers are equal.
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
