// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options of a `json:` location. Each value has a full name: the names of the objects around
//! it and its own, separated by dots. `{"file": {"a": 1}}` and `{"file.a": 1}` are the same.

use super::neutral::REFUSED;
use super::piece::{decimal, offset, Piece};
use crate::base::error::{Error, Reason};
use crate::base::json::{self, Members, Quoted, Value};
use crate::base::limits::{
    MAX_LOCATION, MAX_LOCATION_HOSTS, MAX_LOCATION_OPTIONS, MAX_LOCATION_OPTION_NAME,
};
use crate::base::stored::Stored;
use core::cell::Cell;
use core::ops::Range;
use std::borrow::Cow;

const WRONG_NUMBER: &str = "is not a whole number below 2^64";

/// All options.
pub(super) struct Options<'a> {
    text: Piece<'a>,
    all: Vec<Entry<'a>>,
    /// Whether a number that is written as a string was read. libvirt refuses it.
    has_digits: Cell<bool>,
}

struct Entry<'a> {
    name: Vec<u8>,
    value: Value<'a>,
    /// Offset of the last part of the name in the JSON text.
    at: usize,
    /// An object or list without members. `value` is null then.
    is_empty_group: bool,
    use_: Cell<Use>,
}

/// How the parser used an option.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    /// Not used.
    None,
    Read,
    /// The option changes neither the files nor the bytes.
    Ignored,
}

/// A string, decoded.
pub(super) struct Decoded<'a> {
    text: Piece<'a>,
    quoted: Quoted<'a>,
    bytes: Cow<'a, [u8]>,
}

impl Decoded<'_> {
    pub(super) fn piece(&self) -> Piece<'_> {
        let at = self.text.position(self.quoted.at);
        self.text.decoded(&self.bytes, at, self.quoted.is_plain())
    }

    pub(super) fn store(&self) -> Stored {
        Stored::new(&self.bytes)
    }

    /// The range in the location, escapes included.
    pub(super) fn range(&self) -> Range<usize> {
        let start = self.text.position(self.quoted.at);
        start..start.saturating_add(self.quoted.bytes.len())
    }
}

impl<'a> Options<'a> {
    pub(super) fn read(text: Piece<'a>) -> Result<Self, Error> {
        if let Err(error) = core::str::from_utf8(text.bytes) {
            return Err(text.broken_at(error.valid_up_to(), "not UTF-8"));
        }
        let members = json::object(text.bytes)
            .map_err(|at| text.broken_at(at, "not a JSON object, or nested too deeply"))?;
        let mut options = Options {
            text,
            all: Vec::new(),
            has_digits: Cell::new(false),
        };
        options.add_object(b"", members, false)?;
        Ok(options)
    }

    fn add_object(
        &mut self,
        prefix: &[u8],
        members: Members<'a>,
        in_list: bool,
    ) -> Result<(), Error> {
        for (quoted, value) in members {
            let own = self.decoded(quoted)?;
            if own.bytes.is_empty() || in_list && own.bytes.contains(&b'.') {
                return Err(self.text.broken_at(quoted.at, "not an option name"));
            }
            self.add(join(prefix, &own.bytes), value, quoted.at)?;
        }
        Ok(())
    }

    fn add(&mut self, name: Vec<u8>, value: Value<'a>, at: usize) -> Result<(), Error> {
        if name.len() > MAX_LOCATION_OPTION_NAME {
            return Err(self.limit(
                "bytes in the name of an option",
                MAX_LOCATION_OPTION_NAME,
                at,
            ));
        }
        // This includes an object after options that are also in it: libvirt accepts only the other
        // order.
        let collides =
            |entry: &Entry<'_>| is_or_is_in(&entry.name, &name) || is_or_is_in(&name, &entry.name);
        if self.all.iter().any(collides) {
            return Err(self.text.broken_at(at, "the option occurs twice"));
        }
        match value {
            Value::Object(members) if members.into_iter().next().is_some() => {
                self.add_object(&name, members, is_numbered(&name))
            }
            Value::Array(elements) if elements.into_iter().next().is_some() => {
                // There are fewer elements than bytes in the text.
                for (index, element) in (0usize..=MAX_LOCATION).zip(elements) {
                    self.add(join(&name, index.to_string().as_bytes()), element, at)?;
                }
                Ok(())
            }
            _ if self.all.len() == MAX_LOCATION_OPTIONS => {
                Err(self.limit("options", MAX_LOCATION_OPTIONS, at))
            }
            _ => {
                let is_empty_group = matches!(value, Value::Object(_) | Value::Array(_));
                self.all.push(Entry {
                    name,
                    value: if is_empty_group { Value::Null } else { value },
                    at,
                    is_empty_group,
                    use_: Cell::new(Use::None),
                });
                Ok(())
            }
        }
    }

    fn limit(&self, what: &'static str, limit: usize, at: usize) -> Error {
        Error::from(Reason::LocationLimit {
            what,
            limit,
            offset: offset(self.text.position(at)),
        })
    }

    fn decoded(&self, quoted: Quoted<'a>) -> Result<Decoded<'a>, Error> {
        let fail = |what| self.text.broken_at(quoted.at, what);
        let bytes = quoted.decoded().ok_or(fail("unpaired surrogate"))?;
        if bytes.contains(&0) {
            return Err(fail("a NUL character"));
        }
        Ok(Decoded {
            text: self.text,
            quoted,
            bytes,
        })
    }

    /// Returns the options in the object of that name. The empty name selects all.
    pub(super) fn of(&self, name: &[u8]) -> Scope<'_, 'a> {
        Scope {
            options: self,
            name: name.to_vec(),
        }
    }

    /// Returns whether a number in a form that only QEMU reads was read.
    pub(super) fn has_digits(&self) -> bool {
        self.has_digits.get()
    }

    /// Returns the names of the options that are accepted and have no effect.
    pub(super) fn ignored(&self) -> impl Iterator<Item = Stored> + '_ {
        let ignored = self.all.iter();
        let ignored = ignored.filter(|entry| entry.use_.get() == Use::Ignored);
        ignored.map(|entry| Stored::new(&entry.name))
    }

    /// Checks that every option was read or can be ignored. Any other option could name or replace
    /// files, select a part of a file, or change bytes.
    pub(super) fn check_all_used(&self) -> Result<(), Error> {
        let unused = self.all.iter().find(|entry| entry.use_.get() == Use::None);
        let Some(entry) = unused else {
            return Ok(());
        };
        let parts = || entry.name.split(|byte| *byte == b'.');
        let is_part = |(name, _): &&(&str, &str)| parts().any(|part| part == name.as_bytes());
        Err(match REFUSED.iter().find(is_part) {
            Some((name, what)) => self.text.broken_option_at(entry.at, name, what),
            None => self
                .text
                .broken_at(entry.at, "an option that is not supported"),
        })
    }

    /// Returns the ranges of credentials, by the names that QEMU's drivers have for them. A driver
    /// that reads its cookies masks only their values.
    pub(super) fn credentials(&self) -> Result<Vec<Range<usize>>, Error> {
        const NAMES: [&[u8]; 5] = [
            b"password",
            b"username",
            b"proxy-username",
            b"proxy-password",
            b"key",
        ];
        let mut ranges = Vec::new();
        for entry in &self.all {
            let last = entry.name.rsplit(|byte| *byte == b'.').next();
            let last = last.unwrap_or_default();
            let is_ignored_cookie = last == b"cookie" && entry.use_.get() != Use::Read;
            let is_credential = NAMES.contains(&last) || last.ends_with(b"-secret");
            let quoted = match entry.value {
                Value::String(quoted) if is_credential || is_ignored_cookie => quoted,
                _ if is_credential => {
                    return Err(self.text.broken_at(entry.at, "the option is not a string"));
                }
                _ => continue,
            };
            let start = self.text.position(quoted.at);
            ranges.push(start..start.saturating_add(quoted.bytes.len()));
        }
        Ok(ranges)
    }
}

/// The options in one object.
pub(super) struct Scope<'o, 'a> {
    options: &'o Options<'a>,
    name: Vec<u8>,
}

impl<'o, 'a> Scope<'o, 'a> {
    /// Returns whether there is a non-empty object or list of this name.
    pub(super) fn has_group(&self, name: &[u8]) -> bool {
        let name = join(&self.name, name);
        let mut all = self.options.all.iter();
        all.any(|entry| entry.name != name && is_or_is_in(&name, &entry.name))
    }

    pub(super) fn group(&self, name: &[u8]) -> Scope<'o, 'a> {
        self.options.of(&join(&self.name, name))
    }

    fn find(&self, name: &'static [u8]) -> Option<&'o Entry<'a>> {
        let name = join(&self.name, name);
        let mut all = self.options.all.iter();
        let found = all.find(|entry| entry.name == name)?;
        found.use_.set(Use::Read);
        Some(found)
    }

    pub(super) fn has(&self, name: &'static [u8]) -> bool {
        self.find(name).is_some()
    }

    pub(super) fn string(&self, name: &'static [u8]) -> Result<Option<Decoded<'a>>, Error> {
        match self.find(name) {
            None => Ok(None),
            Some(Entry {
                value: Value::String(quoted),
                ..
            }) => self.options.decoded(*quoted).map(Some),
            Some(entry) => Err(self.wrong(entry, name, "is not a string")),
        }
    }

    pub(super) fn stored(&self, name: &'static [u8]) -> Result<Option<Stored>, Error> {
        Ok(self.string(name)?.map(|text| text.store()))
    }

    pub(super) fn required(
        &self,
        name: &'static [u8],
        missing: &'static str,
    ) -> Result<Decoded<'a>, Error> {
        self.string(name)?.ok_or(self.broken(missing))
    }

    /// Returns a whole number, written as a number without a sign, fraction or exponent.
    pub(super) fn number(&self, name: &'static [u8]) -> Result<Option<u64>, Error> {
        let Some(entry) = self.find(name) else {
            return Ok(None);
        };
        let number = match entry.value {
            Value::Number(text) => decimal(text),
            _ => None,
        };
        let wrong = self.wrong(entry, name, WRONG_NUMBER);
        number.map(Some).ok_or(wrong)
    }

    /// Returns a whole number, written as a number or, as QEMU also does, as a string.
    pub(super) fn digits(&self, name: &'static [u8]) -> Result<Option<u64>, Error> {
        match self.find(name) {
            Some(entry) if matches!(entry.value, Value::String(_)) => {
                self.options.has_digits.set(true);
                let text = self.string(name)?;
                let number = text.and_then(|text| text.piece().decimal());
                number
                    .map(Some)
                    .ok_or(self.wrong(entry, name, WRONG_NUMBER))
            }
            _ => self.number(name),
        }
    }

    /// Accepts options of this object that have no effect. A name that ends in a dot accepts
    /// all options in the object of that name. A null is not accepted.
    pub(super) fn ignore(&self, names: &[&str]) {
        for entry in &self.options.all {
            let own = match self.name.is_empty() {
                true => Some(&*entry.name),
                false => entry.name.strip_prefix(&*self.name),
            };
            let own = match (self.name.is_empty(), own) {
                (false, Some(own)) => own.strip_prefix(b"."),
                (_, own) => own,
            };
            let Some(own) = own else { continue };
            let is_listed = |name: &&str| match name.ends_with('.') {
                true => own.starts_with(name.as_bytes()),
                false => own == name.as_bytes(),
            };
            let is_unused = entry.use_.get() == Use::None && !matches!(entry.value, Value::Null);
            if is_unused && names.iter().any(is_listed) {
                entry.use_.set(Use::Ignored);
            }
        }
    }

    /// Returns a port, written as a string or a number: QEMU accepts both. 0: none.
    pub(super) fn port(&self) -> Result<u16, Error> {
        match self.find(b"port") {
            Some(entry) if matches!(entry.value, Value::Number(_)) => {
                let port = self.number(b"port")?.unwrap_or_default();
                let wrong = "the port is not a number from 0 to 65535";
                let wrong = self.options.text.broken_at(entry.at, wrong);
                u16::try_from(port).map_err(|_| wrong)
            }
            _ => match self.string(b"port")? {
                Some(port) => port.piece().port(),
                None => Ok(0),
            },
        }
    }

    /// Returns `true` or `false`. The string "off" also means `false`.
    pub(super) fn switch(&self, name: &'static [u8]) -> Result<Option<bool>, Error> {
        let Some(entry) = self.find(name) else {
            return Ok(None);
        };
        match entry.value {
            Value::Bool(value) => Ok(Some(value)),
            Value::String(text) if text.bytes == b"off" => Ok(Some(false)),
            _ => Err(self.wrong(entry, name, "is not true, false or \"off\"")),
        }
    }

    /// Returns the objects in the list of that name.
    pub(super) fn list(&self, name: &'static [u8]) -> Result<Vec<Scope<'o, 'a>>, Error> {
        let list = self.group(name);
        let mut indices = 0usize;
        let mut seen = [false; MAX_LOCATION_HOSTS];
        for entry in &self.options.all {
            let Some(rest) = entry.name.strip_prefix(&*list.name) else {
                continue;
            };
            let Some(rest) = rest.strip_prefix(b".") else {
                if rest.is_empty() && !entry.is_empty_group {
                    return Err(self.wrong(entry, name, "is not a list"));
                }
                if rest.is_empty() {
                    entry.use_.set(Use::Read);
                }
                continue;
            };
            let mut parts = rest.splitn(2, |byte| *byte == b'.');
            let index = parts.next().and_then(decimal);
            let index = index.filter(|_| parts.next().is_some());
            let not_listed = || {
                self.options
                    .text
                    .broken_at(entry.at, "not in a list of objects")
            };
            let index = index.ok_or_else(not_listed)?;
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            let limit = self.options.limit("hosts", MAX_LOCATION_HOSTS, entry.at);
            *seen.get_mut(index).ok_or(limit)? = true;
            indices = indices.max(index.saturating_add(1));
        }
        let used = seen.get(..indices).unwrap_or_default();
        if !used.iter().all(|seen| *seen) {
            return Err(self.broken("a list index is missing"));
        }
        let group = |index: usize| list.group(index.to_string().as_bytes());
        Ok((0..indices).map(group).collect())
    }

    pub(super) fn broken(&self, what: &'static str) -> Error {
        self.options.text.broken(what)
    }

    fn wrong(&self, entry: &Entry<'_>, name: &'static [u8], what: &'static str) -> Error {
        let name = core::str::from_utf8(name).unwrap_or_default();
        self.options.text.broken_option_at(entry.at, name, what)
    }

    /// Returns the error for an option that is not what it must be. The message names the option.
    pub(super) fn wrong_option(&self, name: &'static [u8], what: &'static str) -> Error {
        match self.find(name) {
            Some(entry) => self.wrong(entry, name, what),
            None => self.broken(what),
        }
    }

    /// Returns the error for an invalid value of an option.
    pub(super) fn wrong_value(&self, name: &'static [u8], what: &'static str) -> Error {
        match self.find(name) {
            Some(entry) => self.options.text.broken_at(entry.at, what),
            None => self.broken(what),
        }
    }
}

fn join(prefix: &[u8], name: &[u8]) -> Vec<u8> {
    match prefix.is_empty() || name.is_empty() {
        true => [prefix, name].concat(),
        false => [prefix, b".", name].concat(),
    }
}

/// Returns whether `name` is `group` or in it.
fn is_or_is_in(group: &[u8], name: &[u8]) -> bool {
    match name.strip_prefix(group) {
        Some(rest) => rest.is_empty() || rest.starts_with(b"."),
        None => false,
    }
}

/// Returns whether the last part of a name is a number, as for elements of a list.
fn is_numbered(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next();
    last.is_some_and(|last| decimal(last).is_some())
}
