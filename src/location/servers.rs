// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hosts in the options of a `json:` location.

use super::options::Scope;
use super::parsed::Location;
use super::parts::{Protocol, StoredHost};
use crate::base::error::Error;

/// Parses `type` with `host` and `port`, or with `path` (formerly `socket`).
pub(super) fn address(server: &Scope<'_, '_>, protocol: Protocol) -> Result<StoredHost, Error> {
    let kind = server.required(b"type", "no server type")?;
    match kind.piece().bytes {
        b"tcp" | b"inet" => internet(server, protocol),
        b"unix" => {
            let path = server.string(b"path")?.or(server.string(b"socket")?);
            StoredHost::unix(path.ok_or(server.broken("no socket path"))?.piece())
        }
        _ => Err(kind
            .piece()
            .broken("the type of a server is not inet, tcp or unix")),
    }
}

/// QEMU does not replace port 0 with the default port. Ceph does.
pub(super) const ZERO_PORT: &str = "the port is 0";

/// Parses `host` and the optional `port`.
pub(super) fn internet(server: &Scope<'_, '_>, protocol: Protocol) -> Result<StoredHost, Error> {
    let name = server.required(b"host", "no host")?;
    let port = server.port()?;
    if port == 0 && protocol != Protocol::Rbd && server.has(b"port") {
        return Err(server.wrong_value(b"port", ZERO_PORT));
    }
    Ok(StoredHost::tcp(name.piece().host()?, port, protocol))
}

/// Parses `server`. QEMU and libvirt ignore its type for this driver.
pub(super) fn untyped(server: &Scope<'_, '_>, protocol: Protocol) -> Result<StoredHost, Error> {
    // QEMU's schema allows only this value.
    if let Some(kind) = server.string(b"type")? {
        if !matches!(kind.piece().bytes, b"inet" | b"tcp") {
            return Err(kind.piece().broken("the type of the server is not inet"));
        }
    }
    internet(server, protocol)
}

impl Location {
    /// Adds the hosts of a list.
    pub(super) fn add_hosts(
        &mut self,
        servers: &[Scope<'_, '_>],
        read: impl Fn(&Scope<'_, '_>) -> Result<StoredHost, Error>,
    ) -> Result<(), Error> {
        for server in servers {
            self.hosts.push(read(server)?);
        }
        Ok(())
    }
}
