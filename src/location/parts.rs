// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a location can have: a kind, a protocol, hosts, and so on.

use super::piece::Piece;
use super::stored::Stored;
use crate::base::error::Error;
use crate::base::named::named_enum;

named_enum! {
    /// What sort of thing a location names.
    LocationKind {
        /// A file of this machine; or a block device, which a path does not tell from one.
        File = "file",
        /// What is said to be a block device of this machine.
        Block = "block",
        /// A directory of this machine.
        Dir = "dir",
        /// Something that a server holds.
        Network = "network",
        /// A namespace of an NVMe controller of this machine, which the hypervisor drives itself.
        Nvme = "nvme",
    }
}

named_enum! {
    /// How to reach what a server holds.
    Protocol {
        /// Network block device.
        Nbd = "nbd",
        /// RADOS block device, of Ceph.
        Rbd = "rbd",
        /// Sheepdog.
        Sheepdog = "sheepdog",
        /// GlusterFS.
        Gluster = "gluster",
        /// iSCSI.
        Iscsi = "iscsi",
        /// HTTP.
        Http = "http",
        /// HTTP over TLS.
        Https = "https",
        /// FTP.
        Ftp = "ftp",
        /// FTP over TLS.
        Ftps = "ftps",
        /// Trivial FTP.
        Tftp = "tftp",
        /// SSH, which stands for SFTP.
        Ssh = "ssh",
        /// Veritas HyperScale.
        Vxhs = "vxhs",
        /// NFS, without a mount.
        Nfs = "nfs",
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
    /// How to reach a host.
    Transport {
        /// TCP; for some protocols UDP.
        Tcp = "tcp",
        /// A socket of this machine.
        Unix = "unix",
        /// Remote DMA.
        Rdma = "rdma",
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
