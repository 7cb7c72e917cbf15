// SPDX-License-Identifier: MIT OR Apache-2.0
//! Network objects by URI: `protocol[+transport]://[user@]host[:port]/path[?query]`.

use super::parsed::Location;
use super::parts::{Protocol, StoredHost, Transport};
use super::piece::Piece;
use super::servers::ZERO_PORT;
use super::uri::{decoded, split_user, Uri};
use super::{iscsi, queries};
use crate::base::error::Error;
use crate::base::stored::Stored;

/// The start of the query that names a socket.
const SOCKET: &[u8] = b"socket=";

/// iSCSI over RDMA.
const ISER: &[u8] = b"iser";

/// Parses a URI of any protocol, known or not.
pub(super) fn parse(text: Piece<'_>) -> Result<Location, Error> {
    let (scheme, rest) = text.split_once(b':').unwrap_or((text, text));
    if scheme.is_empty() {
        return Err(scheme.broken("no protocol"));
    }
    match known(scheme) {
        Some(protocol) => read(text.of("URI"), protocol),
        None => Ok(unknown(scheme, rest)),
    }
}

/// Parses a URI that must have this protocol.
pub(super) fn parse_as(text: Piece<'_>, protocol: Protocol) -> Result<Location, Error> {
    let (scheme, _) = text.split_once(b':').unwrap_or((text, text));
    match known(scheme) {
        Some(found) if found == protocol => read(text, protocol),
        _ => Err(text.broken("not a URI of the driver's own protocol")),
    }
}

/// Returns the protocol of a scheme, which may end in a transport.
fn known(scheme: Piece<'_>) -> Option<Protocol> {
    match scheme.until(|byte| byte == b'+').0.bytes {
        ISER if scheme.bytes == ISER => Some(Protocol::Iscsi),
        name => Protocol::from_bytes(name),
    }
}

/// Returns a location with an unknown protocol, whose name is kept. Credentials are masked.
pub(super) fn unknown(scheme: Piece<'_>, rest: Piece<'_>) -> Location {
    let mut location = Location::unknown(scheme.bytes);
    let slashes = if rest.bytes.starts_with(b"//") { 2 } else { 0 };
    let (authority, _) = rest.skip(slashes).until(|byte| b"/?#".contains(&byte));
    let (user, _) = split_user(authority);
    location.hide(user);
    location
}

fn read(text: Piece<'_>, protocol: Protocol) -> Result<Location, Error> {
    let uri = Uri::parse(text)?;
    if protocol == Protocol::Rbd {
        // QEMU interprets the text after the first colon as pool and image.
        return Err(uri.scheme.broken("rbd does not support URIs"));
    }
    let mut location = Location::network(protocol);
    match uri.user.and_then(|user| user.split_once(b'%')) {
        // The name and the password are hidden separately, so that the text keeps the percent sign
        // between them.
        Some((name, password)) if protocol == Protocol::Iscsi => {
            location.hide(Some(name));
            location.hide(Some(password));
        }
        _ => location.hide(uri.user),
    }
    // libvirt does not know iser, and treats the percent sign before an iSCSI password as the start
    // of an escape.
    let is_escaped = uri.user.is_none_or(|user| decoded(user).is_ok());
    location.qemu_only = uri.scheme.bytes == ISER || !is_escaped;
    name(&mut location, protocol, &uri)?;
    if protocol == Protocol::Iscsi {
        iscsi::check(text, &uri)?;
    }
    let query = uri.query.filter(|query| !query.is_empty());
    let socket = match (protocol, query) {
        (Protocol::Http | Protocol::Https, _) => {
            location.query = uri.query.map(|query| Stored::new(query.bytes));
            None
        }
        (_, None) => None,
        (Protocol::Iscsi | Protocol::Nfs | Protocol::Ssh, Some(query)) => {
            if queries::read(&mut location, protocol, query)? {
                location.ignored.push(Stored::new(b"query"));
            }
            None
        }
        (_, Some(query)) => socket(&mut location, query)?,
    };
    location.hosts.push(host(&uri, protocol, socket)?);
    Ok(location)
}

/// QEMU ignores the port of an NFS URI.
pub(super) const NFS_PORT: &str = "NFS has no port here";

/// Stores the name of the object on the server.
fn name(location: &mut Location, protocol: Protocol, uri: &Uri<'_>) -> Result<(), Error> {
    let path = decoded(uri.path)?;
    let path = path.strip_prefix(b"/").unwrap_or(&path);
    // Some versions of QEMU remove these names; others do not.
    let is_dots = |name: &[u8]| matches!(name, b"." | b"..");
    if has_names(protocol) && path.split(|byte| *byte == b'/').any(is_dots) {
        return Err(uri.path.broken("a path with the name . or .."));
    }
    match protocol {
        Protocol::Nbd => location.path = (!path.is_empty()).then(|| Stored::new(path)),
        Protocol::Http | Protocol::Https | Protocol::Ftp | Protocol::Ftps | Protocol::Tftp => {
            location.path = Some(Stored::new(path));
        }
        Protocol::Gluster => {
            let (volume, path) =
                volume_and_path(path).ok_or(uri.path.broken("no volume, or no path after it"))?;
            location.volume = Some(Stored::new(volume));
            location.path = Some(Stored::new(path));
        }
        _ if path.is_empty() => return Err(uri.path.broken("no path")),
        _ => location.path = Some(Stored::new(path)),
    }
    Ok(())
}

/// Returns whether QEMU itself splits the URIs of this protocol and decodes their paths.
fn has_names(protocol: Protocol) -> bool {
    matches!(
        protocol,
        Protocol::Nbd | Protocol::Gluster | Protocol::Nfs | Protocol::Ssh
    )
}

fn volume_and_path(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = path.iter().position(|byte| *byte == b'/')?;
    let (volume, path) = path.split_at_checked(slash)?;
    let path = path.strip_prefix(b"/")?;
    let is_named = !volume.is_empty() && !path.is_empty() && !path.starts_with(b"/");
    is_named.then_some((volume, path))
}

/// Returns the value of `socket`, the only query parameter that the other protocols have.
fn socket<'a>(location: &mut Location, query: Piece<'a>) -> Result<Option<Piece<'a>>, Error> {
    if !query.bytes.starts_with(SOCKET) {
        location.ignored.push(Stored::new(b"query"));
        return Ok(None);
    }
    let socket = query.skip(SOCKET.len());
    // QEMU decodes escapes here and ends the socket at `&`; libvirt does neither.
    socket.require(
        |byte| !b"%&;".contains(&byte),
        "invalid byte in the socket path",
    )?;
    Ok(Some(socket))
}

fn host(uri: &Uri<'_>, protocol: Protocol, socket: Option<Piece<'_>>) -> Result<StoredHost, Error> {
    let transport = match uri.scheme.split_once(b'+') {
        None if uri.scheme.bytes == ISER => Transport::Rdma,
        None => Transport::Tcp,
        Some((_, name)) => Transport::from_bytes(name.bytes)
            .ok_or(name.broken("the transport is not tcp, unix or rdma"))?,
    };
    let port = uri.port.map(|port| port.port()).transpose()?;
    if let (Some(text), Protocol::Nfs) = (uri.port, protocol) {
        return Err(text.broken(NFS_PORT));
    }
    if let (Some(text), Some(0), Protocol::Iscsi) = (uri.port, port, protocol) {
        return Err(text.broken(ZERO_PORT));
    }
    let stored = |piece: Piece<'_>| Stored::new(piece.bytes);
    if transport == Transport::Unix {
        if let Some(extra) = uri.host.or(uri.port) {
            return Err(extra.broken("a host is specified, but the transport is a Unix socket"));
        }
        let missing = uri.query.unwrap_or(uri.path).broken("no socket");
        return StoredHost::unix(socket.ok_or(missing)?);
    }
    let name = uri.host.ok_or(uri.path.broken("no host"))?;
    // In a URI, a percent sign would start an escape.
    name.require(|byte| byte != b'%', "invalid byte in the host name")?;
    let name = name.host()?;
    Ok(StoredHost {
        transport,
        socket: socket.map(stored),
        port: match transport {
            Transport::Tcp => StoredHost::tcp(name, port.unwrap_or(0), protocol).port,
            _ => port.filter(|port| *port != 0),
        },
        name: Some(Stored::new(name)),
    })
}

impl Location {
    /// Marks these bytes as credentials.
    pub(super) fn hide(&mut self, secret: Option<Piece<'_>>) {
        if let Some(secret) = secret {
            self.credentials = true;
            self.secrets.extend(secret.range());
        }
    }
}
