// SPDX-License-Identifier: MIT OR Apache-2.0
//! URIs (RFC 3986) with an authority: `scheme://user@host:port/path?query`.

use super::piece::Piece;
use crate::base::error::Error;
use std::borrow::Cow;

/// The parts of a URI, not decoded.
pub(super) struct Uri<'a> {
    pub(super) scheme: Piece<'a>,
    pub(super) user: Option<Piece<'a>>,
    /// Without the brackets of an IPv6 address.
    pub(super) host: Option<Piece<'a>>,
    pub(super) port: Option<Piece<'a>>,
    /// Empty, or starting with a slash.
    pub(super) path: Piece<'a>,
    pub(super) query: Option<Piece<'a>>,
}

fn is_unreserved_or_sub_delim(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

impl<'a> Uri<'a> {
    pub(super) fn parse(text: Piece<'a>) -> Result<Self, Error> {
        let (scheme, rest) = text.split_once(b':').ok_or(text.broken("no scheme"))?;
        if !scheme.bytes.first().is_some_and(u8::is_ascii_alphabetic) {
            return Err(scheme.broken("no scheme"));
        }
        let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        scheme.require(in_scheme, "invalid byte in the scheme")?;
        if !rest.bytes.starts_with(b"//") {
            return Err(rest.broken("no // after the scheme"));
        }
        let (authority, rest) = rest.skip(2).until(|byte| b"/?#".contains(&byte));
        let (path, rest) = rest.until(|byte| b"?#".contains(&byte));
        encoded(path, |byte| {
            is_unreserved_or_sub_delim(byte) || b":@/".contains(&byte)
        })?;
        let (query, fragment) = rest.until(|byte| byte == b'#');
        if !fragment.is_empty() {
            return Err(fragment.broken("a URI of a disk image must not have a fragment"));
        }
        let query = (!query.is_empty()).then(|| query.skip(1));
        if let Some(query) = query {
            encoded(query, |byte| {
                is_unreserved_or_sub_delim(byte) || b":@/?".contains(&byte)
            })?;
        }
        let (user, server) = split_user(authority);
        let is_user = |byte: u8| is_unreserved_or_sub_delim(byte) || byte == b':';
        match user {
            // A percent sign separates user and password.
            Some(user) if matches!(scheme.bytes, b"iscsi" | b"iser") => user.require(
                |byte| is_user(byte) || byte == b'%',
                "invalid byte in the URI",
            )?,
            Some(user) => encoded(user, is_user)?,
            None => {}
        }
        let (host, rest) = match server.bracketed()? {
            Some(both) => both,
            None => server.until(|byte| byte == b':'),
        };
        let has_brackets = server.bytes.starts_with(b"[");
        if !has_brackets && rest.skip(1).bytes.contains(&b':') {
            return Err(server.broken("an IPv6 address must be in brackets"));
        }
        let port = match rest.bytes.first() {
            None => None,
            Some(b':') => Some(rest.skip(1)),
            Some(_) => return Err(rest.broken("neither a port nor a path after the host")),
        };
        Ok(Uri {
            scheme,
            user,
            host: (!host.is_empty()).then_some(host),
            port,
            path,
            query,
        })
    }
}

/// Splits an authority at its last `@` into user and rest.
pub(super) fn split_user(authority: Piece<'_>) -> (Option<Piece<'_>>, Piece<'_>) {
    match authority.bytes.iter().rposition(|byte| *byte == b'@') {
        Some(index) => {
            let (user, rest) = authority.split_at(index);
            (Some(user), rest.skip(1))
        }
        None => (None, authority),
    }
}

/// Checks that each byte is good or part of an escape.
fn encoded(part: Piece<'_>, is_good: impl Fn(u8) -> bool) -> Result<(), Error> {
    part.require(
        |byte| is_good(byte) || byte == b'%',
        "invalid byte in the URI",
    )?;
    decoded(part).map(|_| ())
}

/// Decodes the escapes of a part.
pub(super) fn decoded(part: Piece<'_>) -> Result<Cow<'_, [u8]>, Error> {
    if !part.bytes.contains(&b'%') {
        return Ok(Cow::Borrowed(part.bytes));
    }
    let mut out = Vec::with_capacity(part.bytes.len());
    let mut rest = part;
    loop {
        let (plain, escape) = rest.until(|byte| byte == b'%');
        out.extend_from_slice(plain.bytes);
        if escape.is_empty() {
            return Ok(Cow::Owned(out));
        }
        let digits = escape.bytes.get(1..3).unwrap_or_default();
        let byte = match core::str::from_utf8(digits) {
            Ok(text) if digits.iter().all(u8::is_ascii_hexdigit) => {
                u8::from_str_radix(text, 16).ok()
            }
            _ => None,
        };
        match byte {
            Some(0) => return Err(escape.broken("an escaped NUL byte")),
            Some(byte) => out.push(byte),
            None => return Err(escape.broken("% without two hexadecimal digits")),
        }
        rest = escape.skip(3);
    }
}
