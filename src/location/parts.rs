// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a location can have: a kind, a protocol, hosts, and so on.

use super::piece::Piece;
use crate::base::error::Error;
use crate::base::named::named_enum;
use crate::base::stored::Stored;

named_enum! {
    /// The type of storage that a location names.
    LocationKind {
        /// A file of this machine; or a block device, which a path does not tell from a file.
        File = 1 => "file",
        /// A block device of this machine, according to the location.
        Block = 2 => "block",
        /// A directory of this machine.
        Dir = 3 => "dir",
        /// An object of a server.
        Network = 4 => "network",
        /// A namespace of an NVMe controller of this machine, which the hypervisor drives itself.
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
        /// RADOS block device, of Ceph.
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
        /// SSH, which stands for SFTP.
        Ssh = 11 => "ssh",
        /// Veritas HyperScale.
        Vxhs = 12 => "vxhs",
        /// NFS, without a mount.
        Nfs = 13 => "nfs",
    }
    C diskprobe_protocol {
        /// None, or an unknown one.
        NONE = 0 => "unknown",
    }
}

impl Protocol {
    /// The port that is meant where none is given.
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
        /// TCP; for some protocols UDP.
        Tcp = 1 => "tcp",
        /// A socket of this machine.
        Unix = 2 => "unix",
        /// Remote DMA.
        Rdma = 3 => "rdma",
    }
    C diskprobe_transport {
        /// No host: the index is out of range.
        NONE = 0 => "unknown",
    }
}

/// A host of a location on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Host<S> {
    /// How to reach it.
    pub transport: Transport,
    /// Its name or address.
    pub name: Option<S>,
    /// Its port: where none is given, the protocol's usual one, if it has one.
    pub port: Option<u16>,
    /// The path of its socket.
    pub socket: Option<S>,
}

impl Host<Stored> {
    /// Port 0 stands for the usual one.
    pub(super) fn tcp(name: &[u8], port: u16, protocol: Protocol) -> Self {
        Host {
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
        Ok(Host {
            transport: Transport::Unix,
            name: None,
            port: None,
            socket: Some(Stored::new(socket.bytes)),
        })
    }
}

/// A part of a file that is the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Slice {
    /// Where it starts, in bytes.
    pub offset: u64,
    /// How many bytes it has; 0: what there is.
    pub size: u64,
}

/// A namespace of an NVMe controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nvme<S> {
    /// The number of the namespace.
    pub namespace: u32,
    /// The controller's PCI address.
    pub address: S,
}

/// A cookie to send to an HTTP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie<S> {
    /// Its name.
    pub name: S,
    /// Its value.
    pub value: S,
}
