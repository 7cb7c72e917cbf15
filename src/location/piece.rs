// SPDX-License-Identifier: MIT OR Apache-2.0
//! A part of a location that is being parsed, with its offset.

use crate::base::error::{Error, Reason};

/// Some bytes of the location, or their decoded form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// The syntax that is being parsed, for messages.
    syntax: &'static str,
    pub(super) bytes: &'a [u8],
    /// Offset in the location.
    at: usize,
    /// Whether the bytes are those of the location, not decoded.
    exact: bool,
}

/// Converts a position for errors.
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

    /// The decoded form of the bytes from `at` on.
    pub(super) fn decoded(self, bytes: &'a [u8], at: usize, exact: bool) -> Self {
        Piece {
            bytes,
            at,
            exact,
            ..self
        }
    }

    /// The same bytes, parsed as another syntax.
    pub(super) fn of(self, syntax: &'static str) -> Self {
        Piece { syntax, ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the offset of a byte in the location, as exactly as it is known.
    pub(super) fn position(&self, index: usize) -> usize {
        self.at.saturating_add(if self.exact { index } else { 0 })
    }

    /// Returns the range of the piece in the location. `None`: not known exactly.
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

    /// Returns the error for an option with a wrong value. The message names the option.
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

    /// Checks that `count` is at most `limit`.
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

    /// Splits the piece before the byte at `index`.
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

    /// Returns the piece without its first `count` bytes.
    pub(super) fn skip(&self, count: usize) -> Piece<'a> {
        self.split_at(count).1
    }

    /// Splits the piece at the first occurrence of `byte`. Neither part includes that occurrence.
    pub(super) fn split_once(&self, byte: u8) -> Option<(Piece<'a>, Piece<'a>)> {
        let index = self.bytes.iter().position(|other| *other == byte)?;
        let (before, from) = self.split_at(index);
        Some((before, from.skip(1)))
    }

    /// Splits the piece before the first byte that satisfies `is_end`, or at the end of the piece
    /// if there is none.
    pub(super) fn until(&self, is_end: impl Fn(u8) -> bool) -> (Piece<'a>, Piece<'a>) {
        let end = self.bytes.iter().position(|byte| is_end(*byte));
        self.split_at(end.unwrap_or(self.bytes.len()))
    }

    /// Checks that all bytes are good. The error is at the first that is not.
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

    /// Parses a decimal number that has only digits.
    pub(super) fn decimal(&self) -> Option<u64> {
        decimal(self.bytes)
    }

    /// Parses a port. 0 means the default port.
    pub(super) fn port(&self) -> Result<u16, Error> {
        let port = self.decimal().and_then(|port| u16::try_from(port).ok());
        port.ok_or(self.broken("the port is not a number from 0 to 65535"))
    }

    /// Parses the name or address of a host. IPv6 addresses have no brackets here.
    pub(super) fn host(&self) -> Result<&'a [u8], Error> {
        if self.is_empty() {
            return Err(self.broken("no host"));
        }
        let is_good = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'%' | b'~')
        };
        self.require(is_good, "invalid byte in the host name")?;
        Ok(self.bytes)
    }

    /// Splits an IPv6 address in brackets from the text after them.
    pub(super) fn bracketed(&self) -> Result<Option<(Piece<'a>, Piece<'a>)>, Error> {
        if !self.bytes.starts_with(b"[") {
            return Ok(None);
        }
        let inner = self.skip(1);
        let (address, rest) = inner
            .split_once(b']')
            .ok_or(self.broken("the bracket is not closed"))?;
        // A link-local address can have a zone: `fe80::1%eth0`.
        let (number, zone) = address.until(|byte| byte == b'%');
        let text = core::str::from_utf8(number.bytes).ok();
        let parsed = text.and_then(|text| text.parse::<core::net::Ipv6Addr>().ok());
        let parsed = parsed.filter(|_| zone.bytes.len() != 1);
        match parsed {
            Some(_) => Ok(Some((address, rest))),
            None => Err(address.broken("not an IPv6 address")),
        }
    }
}

/// Parses a decimal number that has only digits.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let text = core::str::from_utf8(text).ok().filter(|_| digits)?;
    text.parse().ok()
}
