// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hosts, as the options of a `json:` location give them.

use super::options::Scope;
use super::parsed::Location;
use super::parts::{Host, Protocol};
use crate::base::error::Error;
use crate::base::stored::Stored;

/// `type`, and then `host` and `port`, or `path` (an older name of it: `socket`).
pub(super) fn address(server: &Scope<'_, '_>, protocol: Protocol) -> Result<Host<Stored>, Error> {
    let kind = server.required(b"type", "no type of a server")?;
    match kind.piece().bytes {
        b"tcp" | b"inet" => internet(server, protocol),
        b"unix" => {
            let path = server.string(b"path")?.or(server.string(b"socket")?);
            Host::unix(path.ok_or(server.broken("no path of a socket"))?.piece())
        }
        _ => Err(kind
            .piece()
            .broken("the type of a server is not inet, tcp or unix")),
    }
}

/// `host`, and perhaps `port`.
pub(super) fn internet(server: &Scope<'_, '_>, protocol: Protocol) -> Result<Host<Stored>, Error> {
    let name = server.required(b"host", "no host")?;
    Ok(Host::tcp(name.piece().host()?, server.port()?, protocol))
}

/// `server`, whose type no reader of this driver looks at.
pub(super) fn untyped(server: &Scope<'_, '_>, protocol: Protocol) -> Result<Host<Stored>, Error> {
    // QEMU's own schema has it, with this value alone.
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
        read: impl Fn(&Scope<'_, '_>) -> Result<Host<Stored>, Error>,
    ) -> Result<(), Error> {
        for server in servers {
            self.hosts.push(read(server)?);
        }
        Ok(())
    }
}
