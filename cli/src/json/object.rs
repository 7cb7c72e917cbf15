// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON objects whose keys stay in order, and which hold names that need not be UTF-8.

use serde::{Serialize, Serializer};
use std::fmt::Write;

#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Null,
    Flag(bool),
    Number(u64),
    Text(String),
    List(Vec<Value>),
    Object(Object),
}

#[derive(Default)]
pub(crate) struct Object(Vec<(String, Value)>);

impl Object {
    pub(super) fn new() -> Self {
        Object::default()
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.push((key.to_owned(), value.into()));
        self
    }

    /// No key where there is no value.
    pub(super) fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Text that may not be UTF-8: then it is given in hex too, which is exact.
    pub(super) fn text(self, key: &str, bytes: &[u8]) -> Self {
        let lossy = String::from_utf8_lossy(bytes);
        let hex = match std::str::from_utf8(bytes) {
            Ok(_) => None,
            Err(_) => Some(hex(bytes)),
        };
        self.with(key, &*lossy).maybe(&format!("{key}-hex"), hex)
    }

    pub(super) fn maybe_text(self, key: &str, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.text(key, bytes),
            None => self,
        }
    }

    /// `null` where there is no value.
    pub(super) fn or_null(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        self.with(key, value.map_or(Value::Null, Into::into))
    }

    /// `null` where there is no text.
    pub(super) fn text_or_null(self, key: &str, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.text(key, bytes),
            None => self.with(key, Value::Null),
        }
    }

    /// No key for an empty list.
    pub(super) fn list<V: Into<Value>>(self, key: &str, values: impl Iterator<Item = V>) -> Self {
        let mut values = values.peekable();
        match values.peek() {
            Some(_) => self.with(key, values.collect::<Value>()),
            None => self,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object)
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Value::List(values.into_iter().map(Into::into).collect())
    }
}
