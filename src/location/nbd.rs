// SPDX-License-Identifier: MIT OR Apache-2.0
//! The old form of NBD: `nbd:HOST:PORT` or `nbd:unix:SOCKET`, then `:exportname=NAME`.

use super::parsed::Location;
use super::parts::{Protocol, StoredHost};
use super::piece::Piece;
use super::servers::ZERO_PORT;
use crate::base::error::Error;
use crate::base::stored::Stored;

const EXPORT: &[u8] = b":exportname=";

/// Parses the text after `nbd:`.
pub(super) fn parse(rest: Piece<'_>) -> Result<Location, Error> {
    let export = rest
        .bytes
        .windows(EXPORT.len())
        .position(|part| part == EXPORT);
    let (server, name) = match export {
        Some(index) => {
            let (server, name) = rest.split_at(index);
            (server, Some(name.skip(EXPORT.len())))
        }
        None => (rest, None),
    };
    let mut location = Location::network(Protocol::Nbd);
    location.path = name.map(|name| Stored::new(name.bytes));
    location.hosts.push(host(server)?);
    Ok(location)
}

fn host(server: Piece<'_>) -> Result<StoredHost, Error> {
    if server.bytes.starts_with(b"unix:") {
        return StoredHost::unix(server.skip(5));
    }
    let (name, rest) = match server.bracketed()? {
        Some(both) => both,
        None => server.until(|byte| byte == b':'),
    };
    let Some((b':', _)) = rest.bytes.split_first() else {
        return Err(rest.broken("no port"));
    };
    let port = rest.skip(1);
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    if port.bytes.contains(&b':') && server.bytes.iter().all(is_address) {
        return Err(server.broken("an IPv6 address must be in brackets"));
    }
    match port.port()? {
        0 => Err(port.broken(ZERO_PORT)),
        number => Ok(StoredHost::tcp(name.host()?, number, Protocol::Nbd)),
    }
}
