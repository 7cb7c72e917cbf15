// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts of a location that have several parts or values.

use super::piece::Piece;
use crate::base::error::Error;
use crate::base::escape::escape;
use crate::base::named::named_enum;
use crate::base::stored::Stored;
use core::fmt;

named_enum! {
    /// The type of storage that a location names.
    LocationKind {
        /// A file on this machine, or a block device that is named by a plain path.
        File = 1 => "file",
        /// A block device on this machine that the location declares as a block device.
        Block = 2 => "block",
        /// A directory of this host.
        Dir = 3 => "dir",
        /// An object on a server.
        Network = 4 => "network",
        /// A namespace of an NVMe controller of this machine, accessed by the hypervisor's driver.
        Nvme = 5 => "nvme",
    }
    C diskprobe_storage_type {
        /// Unknown, because the protocol or driver is unknown.
        UNKNOWN = 0 => "unknown",
    }
}

named_enum! {
    /// The protocol of a server.
    Protocol {
        /// Network block device.
        Nbd = 1 => "nbd",
        /// RADOS block device (Ceph).
        Rbd = 2 => "rbd",
        /// Sheepdog.
        Sheepdog = 3 => "sheepdog",
        /// GlusterFS.
        Gluster = 4 => "gluster",
        /// iSCSI.
        Iscsi = 5 => "iscsi",
        /// HTTP.
        Http = 6 => "http",
        /// HTTP over TLS.
        Https = 7 => "https",
        /// FTP.
        Ftp = 8 => "ftp",
        /// FTP over TLS.
        Ftps = 9 => "ftps",
        /// Trivial FTP.
        Tftp = 10 => "tftp",
        /// SFTP over SSH.
        Ssh = 11 => "ssh",
        /// Veritas HyperScale.
        Vxhs = 12 => "vxhs",
        /// NFS, accessed without a mount.
        Nfs = 13 => "nfs",
    }
    C diskprobe_protocol {
        /// No protocol, or an unknown protocol.
        NONE = 0 => "unknown",
    }
}

impl Protocol {
    /// Returns the port that is used if none is recorded.
    #[must_use]
    pub fn default_port(self) -> Option<u16> {
        match self {
            Protocol::Nbd => Some(10809),
            Protocol::Sheepdog => Some(7000),
            Protocol::Gluster => Some(24007),
            Protocol::Iscsi => Some(3260),
            Protocol::Http => Some(80),
            Protocol::Https => Some(443),
            Protocol::Ftp => Some(21),
            Protocol::Ftps => Some(990),
            Protocol::Tftp => Some(69),
            Protocol::Ssh => Some(22),
            Protocol::Vxhs => Some(9999),
            Protocol::Rbd | Protocol::Nfs => None,
        }
    }
}

named_enum! {
    /// How a client reaches a host.
    Transport {
        /// TCP, or UDP for some protocols.
        Tcp = 1 => "tcp",
        /// A Unix domain socket.
        Unix = 2 => "unix",
        /// Remote DMA.
        Rdma = 3 => "rdma",
    }
    C diskprobe_transport {
        /// No host: the index is out of range.
        NONE = 0 => "unknown",
    }
}

/// A host of a network location.
///
/// ```
/// use diskprobe::location::{Location, Transport};
/// # fn main() -> Result<(), diskprobe::Error> {
/// let location = Location::parse(b"nbd://server/disk")?;
/// let host = location.hosts().next().expect("one host");
/// assert_eq!((host.transport, host.port), (Transport::Tcp, Some(10809)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Host<'a> {
    /// How to reach the host.
    pub transport: Transport,
    /// Name or address.
    pub name: Option<&'a [u8]>,
    /// Port. If none is recorded, the default port of the protocol, if it has one.
    pub port: Option<u16>,
    /// Path of the socket.
    pub socket: Option<&'a [u8]>,
}

/// Escaped.
impl fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("transport", &self.transport)
            .field("name", &self.name.map(escape))
            .field("port", &self.port)
            .field("socket", &self.socket.map(escape))
            .finish()
    }
}

/// A [`Host`] that owns copies of its texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StoredHost {
    pub(crate) transport: Transport,
    pub(crate) name: Option<Stored>,
    pub(crate) port: Option<u16>,
    pub(crate) socket: Option<Stored>,
}

impl StoredHost {
    /// Port 0 means the default port.
    pub(super) fn tcp(name: &[u8], port: u16, protocol: Protocol) -> Self {
        StoredHost {
            transport: Transport::Tcp,
            name: Some(Stored::new(name)),
            port: Some(port)
                .filter(|port| *port != 0)
                .or(protocol.default_port()),
            socket: None,
        }
    }

    pub(super) fn unix(socket: Piece<'_>) -> Result<Self, Error> {
        if socket.is_empty() {
            return Err(socket.broken("no socket"));
        }
        Ok(StoredHost {
            transport: Transport::Unix,
            name: None,
            port: None,
            socket: Some(Stored::new(socket.bytes)),
        })
    }
}

/// The part of a file that is the disk. Only `json:` locations record one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Slice {
    /// Offset in bytes.
    pub offset: u64,
    /// Size in bytes. `None`: up to the end of the file.
    pub size: Option<u64>,
}

/// A namespace of an NVMe controller.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Nvme<'a> {
    /// Number of the namespace.
    pub namespace: u32,
    /// PCI address of the controller.
    pub address: &'a [u8],
}

/// Escaped.
impl fmt::Debug for Nvme<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nvme")
            .field("namespace", &self.namespace)
            .field("address", &escape(self.address))
            .finish()
    }
}

/// A cookie to send to an HTTP server.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cookie<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
}

impl<'a> Cookie<'a> {
    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// Returns the value, which can be as secret as a password.
    #[must_use]
    pub fn secret_value(&self) -> &'a [u8] {
        self.value
    }
}

/// Shows no value.
impl fmt::Debug for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cookie(\"{}\")", escape(self.name))
    }
}
