// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumerations that locations have. Their numbers are ABI: values are only ever appended.

use super::super::enums::{c_enum, CEnum};
use crate::location::{LocationKind, Protocol, Transport};
use core::ffi::c_uint;

/// What sort of thing a location names. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_storage_type {
    /// Not known, because the protocol or driver is not.
    DISKPROBE_STORAGE_TYPE_UNKNOWN = 0,
    /// A file of this machine; or a block device, which a path does not tell from one.
    DISKPROBE_STORAGE_TYPE_FILE = 1,
    /// What is said to be a block device of this machine.
    DISKPROBE_STORAGE_TYPE_BLOCK = 2,
    /// A directory of this machine.
    DISKPROBE_STORAGE_TYPE_DIR = 3,
    /// Something that a server holds.
    DISKPROBE_STORAGE_TYPE_NETWORK = 4,
    /// A namespace of an NVMe controller of this machine, which the hypervisor drives itself.
    DISKPROBE_STORAGE_TYPE_NVME = 5,
}

/// How to reach what a server holds. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_protocol {
    /// None, or one that is not known.
    DISKPROBE_PROTOCOL_NONE = 0,
    /// Network block device.
    DISKPROBE_PROTOCOL_NBD = 1,
    /// RADOS block device, of Ceph.
    DISKPROBE_PROTOCOL_RBD = 2,
    /// Sheepdog.
    DISKPROBE_PROTOCOL_SHEEPDOG = 3,
    /// GlusterFS.
    DISKPROBE_PROTOCOL_GLUSTER = 4,
    /// iSCSI.
    DISKPROBE_PROTOCOL_ISCSI = 5,
    /// HTTP.
    DISKPROBE_PROTOCOL_HTTP = 6,
    /// HTTP over TLS.
    DISKPROBE_PROTOCOL_HTTPS = 7,
    /// FTP.
    DISKPROBE_PROTOCOL_FTP = 8,
    /// FTP over TLS.
    DISKPROBE_PROTOCOL_FTPS = 9,
    /// Trivial FTP.
    DISKPROBE_PROTOCOL_TFTP = 10,
    /// SSH, which stands for SFTP.
    DISKPROBE_PROTOCOL_SSH = 11,
    /// Veritas HyperScale.
    DISKPROBE_PROTOCOL_VXHS = 12,
    /// NFS, without a mount.
    DISKPROBE_PROTOCOL_NFS = 13,
}

/// How to reach a host. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_transport {
    /// No host: the index is past the last.
    DISKPROBE_TRANSPORT_NONE = 0,
    /// TCP; for some protocols UDP.
    DISKPROBE_TRANSPORT_TCP = 1,
    /// A socket of this machine.
    DISKPROBE_TRANSPORT_UNIX = 2,
    /// Remote DMA.
    DISKPROBE_TRANSPORT_RDMA = 3,
}

c_enum!(
    diskprobe_storage_type,
    LocationKind,
    DISKPROBE_STORAGE_TYPE_FILE = File,
    DISKPROBE_STORAGE_TYPE_BLOCK = Block,
    DISKPROBE_STORAGE_TYPE_DIR = Dir,
    DISKPROBE_STORAGE_TYPE_NETWORK = Network,
    DISKPROBE_STORAGE_TYPE_NVME = Nvme,
);
c_enum!(
    diskprobe_protocol,
    Protocol,
    DISKPROBE_PROTOCOL_NBD = Nbd,
    DISKPROBE_PROTOCOL_RBD = Rbd,
    DISKPROBE_PROTOCOL_SHEEPDOG = Sheepdog,
    DISKPROBE_PROTOCOL_GLUSTER = Gluster,
    DISKPROBE_PROTOCOL_ISCSI = Iscsi,
    DISKPROBE_PROTOCOL_HTTP = Http,
    DISKPROBE_PROTOCOL_HTTPS = Https,
    DISKPROBE_PROTOCOL_FTP = Ftp,
    DISKPROBE_PROTOCOL_FTPS = Ftps,
    DISKPROBE_PROTOCOL_TFTP = Tftp,
    DISKPROBE_PROTOCOL_SSH = Ssh,
    DISKPROBE_PROTOCOL_VXHS = Vxhs,
    DISKPROBE_PROTOCOL_NFS = Nfs,
);
c_enum!(
    diskprobe_transport,
    Transport,
    DISKPROBE_TRANSPORT_TCP = Tcp,
    DISKPROBE_TRANSPORT_UNIX = Unix,
    DISKPROBE_TRANSPORT_RDMA = Rdma,
);
