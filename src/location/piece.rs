// SPDX-License-Identifier: MIT OR Apache-2.0
//! A part of the location under the parser, which knows where it stands.

use crate::base::error::{Error, Reason};

/// Some bytes of the location, or what they mean where they are escaped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The syntax that is being read, for messages.
    syntax: &'static str,
    pub(super) bytes: &'a [u8],
    /// Where it starts in the location.
    at: usize,
    /// Whether the bytes stand in the location one by one.
    exact: bool,
}

/// A position as errors carry it.
pub(super) fn offset(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

impl<'a> Piece<'a> {
    /// The whole location.
    pub(super) fn new(syntax: &'static str, bytes: &'a [u8]) -> Self {
        Piece {
            syntax,
            bytes,
            at: 0,
            exact: true,
        }
    }

    /// What stands, perhaps escaped, from `at` on.
    pub(super) fn decoded(self, bytes: &'a [u8], at: usize, exact: bool) -> Self {
        Piece {
            bytes,
            at,
            exact,
            ..self
        }
    }

    /// The same, read as another syntax.
    pub(super) fn of(self, syntax: &'static str) -> Self {
        Piece { syntax, ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Where a byte of the piece stands in the location, as exactly as is known.
    pub(super) fn position(&self, index: usize) -> usize {
        self.at.saturating_add(if self.exact { index } else { 0 })
    }

    /// Which bytes of the location the piece stands for; `None` where that is not exactly known.
    pub(super) fn range(&self) -> Option<core::ops::Range<usize>> {
        let end = self.at.saturating_add(self.bytes.len());
        self.exact.then_some(self.at..end)
    }

    pub(super) fn broken(&self, what: &'static str) -> Error {
        self.broken_at(0, what)
    }

    pub(super) fn broken_at(&self, index: usize, what: &'static str) -> Error {
        Error::from(Reason::Location {
            syntax: self.syntax,
            what,
            offset: offset(self.position(index)),
        })
    }

    /// Returns the error that an option, which the message names, has a wrong value.
    pub(super) fn broken_option_at(
        &self,
        index: usize,
        option: &'static str,
        what: &'static str,
    ) -> Error {
        Error::from(Reason::LocationOption {
            syntax: self.syntax,
            option,
            what,
            offset: offset(self.position(index)),
        })
    }

    /// Where there are more of something than `limit`, the error that there are.
    pub(super) fn within(
        &self,
        count: usize,
        limit: usize,
        what: &'static str,
    ) -> Result<(), Error> {
        if count <= limit {
            return Ok(());
        }
        Err(Error::from(Reason::LocationLimit {
            what,
            limit,
            offset: offset(self.position(0)),
        }))
    }

    /// What comes before the byte at `index`, and what from there on.
    pub(super) fn split_at(&self, index: usize) -> (Piece<'a>, Piece<'a>) {
        let (before, from) = self
            .bytes
            .split_at_checked(index)
            .unwrap_or((self.bytes, &[]));
        let at = self.position(before.len());
        let first = Piece {
            bytes: before,
            ..*self
        };
        let second = Piece {
            bytes: from,
            at,
            ..*self
        };
        (first, second)
    }

    /// Without its first `count` bytes.
    pub(super) fn skip(&self, count: usize) -> Piece<'a> {
        self.split_at(count).1
    }

    /// What comes before the first such byte, and what behind it.
    pub(super) fn split_once(&self, byte: u8) -> Option<(Piece<'a>, Piece<'a>)> {
        let index = self.bytes.iter().position(|other| *other == byte)?;
        let (before, from) = self.split_at(index);
        Some((before, from.skip(1)))
    }

    /// What comes before the first of such bytes, and from there on.
    pub(super) fn until(&self, is_end: impl Fn(u8) -> bool) -> (Piece<'a>, Piece<'a>) {
        let end = self.bytes.iter().position(|byte| is_end(*byte));
        self.split_at(end.unwrap_or(self.bytes.len()))
    }

    /// Unless all bytes are good, the error at the first that is not.
    pub(super) fn require(
        &self,
        is_good: impl Fn(u8) -> bool,
        what: &'static str,
    ) -> Result<(), Error> {
        match self.bytes.iter().position(|byte| !is_good(*byte)) {
            Some(index) => Err(self.broken_at(index, what)),
            None => Ok(()),
        }
    }

    /// A decimal number, of digits alone.
    pub(super) fn decimal(&self) -> Option<u64> {
        decimal(self.bytes)
    }

    /// A port; 0 stands for the usual one.
    pub(super) fn port(&self) -> Result<u16, Error> {
        let port = self.decimal().and_then(|port| u16::try_from(port).ok());
        port.ok_or(self.broken("the port is not a number from 0 to 65535"))
    }

    /// The name or address of a host. IPv6 addresses stand without brackets here.
    pub(super) fn host(&self) -> Result<&'a [u8], Error> {
        if self.is_empty() {
            return Err(self.broken("no host"));
        }
        let is_good = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'%' | b'~')
        };
        self.require(is_good, "a host name cannot have this byte")?;
        Ok(self.bytes)
    }

    /// An IPv6 address in brackets: what stands in them, and what behind.
    pub(super) fn bracketed(&self) -> Result<Option<(Piece<'a>, Piece<'a>)>, Error> {
        if !self.bytes.starts_with(b"[") {
            return Ok(None);
        }
        let inner = self.skip(1);
        let (address, rest) = inner
            .split_once(b']')
            .ok_or(self.broken("the bracket is not closed"))?;
        let text = core::str::from_utf8(address.bytes).ok();
        let parsed = text.and_then(|text| text.parse::<core::net::Ipv6Addr>().ok());
        match parsed {
            Some(_) => Ok(Some((address, rest))),
            None => Err(address.broken("not an IPv6 address")),
        }
    }
}

/// A decimal number, of digits alone.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = core::str::from_utf8(text).ok().filter(|_| digits)?;
    text.parse().ok()
}
