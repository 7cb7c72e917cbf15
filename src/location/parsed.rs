// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a parsed location names.

use super::parts::{Cookie, Host, LocationKind, Nvme, Protocol, Slice, StoredHost};
#[cfg(feature = "capi")]
use crate::base::detail::LentDetails;
use crate::base::escape::{escape, Masked};
use crate::base::format::Format;
use crate::base::iterators::iterator;
use crate::base::stored::Stored;
use core::ffi::CStr;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

/// The driver of the node that QEMU opens for a location.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TopNode {
    /// Not a `json:` location: QEMU opens a format driver over the protocol driver of the location.
    Implied,
    /// A `json:` location without a driver: the node is of the recorded format.
    Unnamed {
        /// Whether a slice is next to `file`. It belongs to the driver raw.
        has_slice: bool,
    },
    /// A `json:` location with a format driver.
    Format {
        format: Format,
        /// Whether it is raw with a slice of its own.
        has_slice: bool,
    },
    /// A `json:` location with a protocol driver. Its bytes are the disk.
    Protocol,
}

/// A file or network object that a recorded location names.
///
/// A location is immutable and keeps its own copy of every text. An absent fact is `None`, which
/// differs from an empty text.
///
/// `==` compares the recorded texts and the paths after joining: locations with different passwords
/// differ, and so do two spellings of one object. To compare the objects, use
/// [`is_equivalent`](Location::is_equivalent). `Display` is the [masked](Location::masked) text,
/// escaped. `Debug` also hides queries and options.
///
/// ```
/// use diskprobe::location::Location;
/// # fn main() -> Result<(), diskprobe::Error> {
/// let location = Location::parse(b"https://user:secret@host/disk.img?token=1")?;
/// assert_eq!(location.to_string(), "https://***@host/disk.img?token=1");
/// assert_eq!(format!("{location:?}"), r#"Location("https://***@host/disk.img?***")"#);
/// assert_ne!(location, Location::parse(b"https://user:other@host/disk.img?token=1")?);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "diskprobe_location")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Location {
    pub(crate) text: Stored,
    pub(crate) kind: Option<LocationKind>,
    pub(crate) format: Option<&'static CStr>,
    pub(crate) protocol: Option<Stored>,
    pub(crate) hosts: Vec<StoredHost>,
    pub(crate) path: Option<Stored>,
    pub(crate) relative: Option<Stored>,
    pub(crate) volume: Option<Stored>,
    pub(crate) snapshot: Option<Stored>,
    pub(crate) config_file: Option<Stored>,
    pub(crate) query: Option<Stored>,
    pub(crate) cookies: Vec<(Stored, Stored)>,
    pub(crate) sslverify: Option<bool>,
    pub(crate) readahead: Option<u64>,
    pub(crate) timeout: Option<u64>,
    pub(crate) slice: Option<Slice>,
    pub(crate) nvme: Option<(u32, Stored)>,
    pub(crate) ssh_user: Option<Stored>,
    pub(crate) ssh_host_key_check: Option<Stored>,
    pub(crate) rbd_user: Option<Stored>,
    pub(crate) nfs_user: Option<Stored>,
    pub(crate) nfs_group: Option<Stored>,
    pub(crate) ignored: Vec<Stored>,
    /// Which bytes of the text are credentials. Empty once the text is kept.
    pub(crate) secrets: Vec<Range<usize>>,
    /// The recorded text, if a part of it is masked. Locations with different passwords differ.
    recorded: Option<Stored>,
    pub(crate) credentials: bool,
    pub(crate) qemu_only: bool,
    /// The driver at the top of a `json:` location.
    pub(crate) top: TopNode,
    /// The driver `file` is named. It opens only regular files.
    pub(crate) needs_regular_file: bool,
    /// A plain path. If relative, it is relative to the image that records it.
    pub(crate) is_plain: bool,
    #[cfg(feature = "capi")]
    pub(crate) lent_details: LentDetails,
}

impl Location {
    pub(super) fn of(kind: Option<LocationKind>) -> Self {
        Location {
            text: Stored::new(b""),
            kind,
            format: None,
            protocol: None,
            hosts: Vec::new(),
            path: None,
            relative: None,
            volume: None,
            snapshot: None,
            config_file: None,
            query: None,
            cookies: Vec::new(),
            sslverify: None,
            readahead: None,
            timeout: None,
            slice: None,
            nvme: None,
            ssh_user: None,
            ssh_host_key_check: None,
            rbd_user: None,
            nfs_user: None,
            nfs_group: None,
            ignored: Vec::new(),
            secrets: Vec::new(),
            recorded: None,
            credentials: false,
            qemu_only: false,
            top: TopNode::Implied,
            needs_regular_file: false,
            is_plain: false,
            #[cfg(feature = "capi")]
            lent_details: LentDetails::default(),
        }
    }

    pub(super) fn local(kind: LocationKind, path: &[u8]) -> Self {
        let mut location = Location::of(Some(kind));
        location.path = Some(Stored::new(path));
        location
    }

    pub(super) fn network(protocol: Protocol) -> Self {
        let mut location = Location::of(Some(LocationKind::Network));
        location.protocol = Some(Stored::new(protocol.as_str().as_bytes()));
        location
    }

    pub(super) fn nvme(nvme: (u32, Stored)) -> Self {
        let mut location = Location::of(Some(LocationKind::Nvme));
        location.nvme = Some(nvme);
        location
    }

    /// A location with an unknown protocol or driver.
    pub(super) fn unknown(protocol: &[u8]) -> Self {
        let mut location = Location::of(None);
        location.protocol = Some(Stored::new(protocol));
        location
    }

    /// Returns a `json:` location with an unknown driver, at the top or below.
    pub(super) fn unknown_driver(name: &[u8]) -> Self {
        let mut location = Location::unknown(name);
        location.top = TopNode::Protocol;
        location
    }

    /// Stores the text that was parsed, with `***` in place of each credential.
    pub(super) fn keep_text(&mut self, recorded: &[u8]) {
        let mut secrets = core::mem::take(&mut self.secrets);
        secrets.sort_by_key(|range| range.start);
        let mut text = Vec::with_capacity(recorded.len());
        let mut kept = 0;
        for range in secrets.into_iter().filter(|range| !range.is_empty()) {
            text.extend_from_slice(recorded.get(kept..range.start).unwrap_or_default());
            text.extend_from_slice(b"***");
            kept = kept.max(range.end);
        }
        text.extend_from_slice(recorded.get(kept..).unwrap_or_default());
        self.text = Stored::new(&text);
        self.recorded = (text != recorded).then(|| Stored::new(recorded));
    }

    /// Returns the text that was parsed, with `***` in place of each credential.
    #[doc(alias = "diskprobe_location_text")]
    #[must_use]
    pub fn masked(&self) -> &[u8] {
        self.text.bytes()
    }

    /// Returns the type of storage. `None`: the protocol or driver is unknown, so that only its
    /// [name](Location::protocol_name) is known.
    #[doc(alias = "diskprobe_location_type")]
    #[must_use]
    pub fn kind(&self) -> Option<LocationKind> {
        self.kind
    }

    /// Returns the path, or the name on the server. It excludes the volume.
    #[doc(alias = "diskprobe_location_path")]
    #[must_use]
    pub fn path(&self) -> Option<&[u8]> {
        self.path.as_ref().map(Stored::bytes)
    }

    /// Returns the path of a file or block device of this host.
    ///
    /// With a [`slice`](Location::slice), only a part of the file is the disk. A relative path is
    /// relative to the image if [`is_relative_to_image`](Location::is_relative_to_image), otherwise
    /// to the current directory of the hypervisor.
    #[cfg(unix)]
    #[must_use]
    pub fn local_path(&self) -> Option<&std::path::Path> {
        use std::os::unix::ffi::OsStrExt;
        let name = self.local_name()?;
        Some(std::path::Path::new(std::ffi::OsStr::from_bytes(name)))
    }

    /// Returns the path of a file or block device of this host, as bytes.
    pub(crate) fn local_name(&self) -> Option<&[u8]> {
        let is_local = matches!(self.kind, Some(LocationKind::File | LocationKind::Block));
        self.path().filter(|_| is_local)
    }

    /// Returns whether this is a path that is relative to the image that records it.
    #[doc(alias = "diskprobe_location_is_relative_to_image")]
    #[must_use]
    pub fn is_relative_to_image(&self) -> bool {
        self.is_plain && !self.path().unwrap_or_default().starts_with(b"/")
    }

    /// Returns the recorded path, if it is relative and was [joined](Location::parse_relative_to)
    /// to the directory of the image.
    #[doc(alias = "diskprobe_location_relative_name")]
    #[must_use]
    pub fn relative_name(&self) -> Option<&[u8]> {
        self.relative.as_ref().map(Stored::bytes)
    }

    /// Returns the name of the protocol driver that the location specifies or that its protocol
    /// implies.
    pub(crate) fn driver_name(&self) -> Option<&[u8]> {
        match self.kind {
            Some(LocationKind::File) => Some(b"file"),
            Some(LocationKind::Block) => Some(b"host_device"),
            _ => self.protocol_name(),
        }
    }

    /// Returns the format whose driver is at the top of a `json:` location.
    pub(crate) fn driver_format(&self) -> Option<Format> {
        match self.top {
            TopNode::Format { format, .. } => Some(format),
            TopNode::Protocol => Some(Format::Raw),
            TopNode::Implied | TopNode::Unnamed { .. } => None,
        }
    }

    /// Sets the driver that opens the location.
    pub(crate) fn set_driver(&mut self, name: &[u8]) {
        match (name, self.kind) {
            (b"file", Some(LocationKind::File)) => self.needs_regular_file = true,
            (b"host_device" | b"host_cdrom", Some(LocationKind::File)) => {
                self.kind = Some(LocationKind::Block);
            }
            _ => {}
        }
    }

    /// Returns the format that the location itself specifies: `fat`, or the format driver at the
    /// top of a `json:` location.
    #[doc(alias = "diskprobe_location_format")]
    #[must_use]
    pub fn format(&self) -> Option<&'static str> {
        self.format.and_then(|name| name.to_str().ok())
    }

    /// Returns the protocol, if it is known.
    #[doc(alias = "diskprobe_location_protocol")]
    #[must_use]
    pub fn protocol(&self) -> Option<Protocol> {
        Protocol::from_bytes(self.protocol_name()?)
    }

    /// Returns the name of the protocol, or of an unknown protocol or driver.
    #[doc(alias = "diskprobe_location_protocol_name")]
    #[must_use]
    pub fn protocol_name(&self) -> Option<&[u8]> {
        self.protocol.as_ref().map(Stored::bytes)
    }

    /// Returns the hosts in the recorded order.
    #[doc(alias = "diskprobe_location_host_count")]
    pub fn hosts(&self) -> Hosts<'_> {
        Hosts(self.hosts.iter())
    }

    /// Returns the volume of gluster, or the pool of rbd.
    #[doc(alias = "diskprobe_location_volume")]
    #[must_use]
    pub fn volume(&self) -> Option<&[u8]> {
        self.volume.as_ref().map(Stored::bytes)
    }

    /// Returns the snapshot of rbd.
    #[doc(alias = "diskprobe_location_snapshot")]
    #[must_use]
    pub fn snapshot(&self) -> Option<&[u8]> {
        self.snapshot.as_ref().map(Stored::bytes)
    }

    /// Returns the path of Ceph's configuration file (rbd).
    #[must_use]
    pub fn config_file(&self) -> Option<&[u8]> {
        self.config_file.as_ref().map(Stored::bytes)
    }

    /// Returns the query of an http or https URL, without percent-decoding. It can be as secret as
    /// a password.
    #[must_use]
    pub fn query(&self) -> Option<&[u8]> {
        self.query.as_ref().map(Stored::bytes)
    }

    /// Returns the cookies for an http or https server.
    pub fn cookies(&self) -> Cookies<'_> {
        Cookies(self.cookies.iter())
    }

    /// Returns whether the server's certificate is verified, if recorded (https, ftps).
    #[must_use]
    pub fn sslverify(&self) -> Option<bool> {
        self.sslverify
    }

    /// Returns the number of bytes to read ahead (http, https, ftp, ftps, tftp).
    #[must_use]
    pub fn readahead(&self) -> Option<u64> {
        self.readahead
    }

    /// Returns the timeout (http, https, ftp, ftps, tftp).
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout.map(Duration::from_secs)
    }

    /// Returns the part of the object that is the disk. `None`: all of it.
    #[doc(alias = "diskprobe_location_slice")]
    #[must_use]
    pub fn slice(&self) -> Option<Slice> {
        self.slice
    }

    /// Returns the namespace of an NVMe controller.
    #[doc(alias = "diskprobe_location_nvme_namespace")]
    #[must_use]
    pub fn nvme_namespace(&self) -> Option<Nvme<'_>> {
        self.nvme.as_ref().map(|(namespace, address)| Nvme {
            namespace: *namespace,
            address: address.bytes(),
        })
    }

    /// Returns the user of an ssh login.
    #[must_use]
    pub fn ssh_user(&self) -> Option<&[u8]> {
        self.ssh_user.as_ref().map(Stored::bytes)
    }

    /// Returns `host_key_check` of ssh, as recorded.
    #[must_use]
    pub fn ssh_host_key_check(&self) -> Option<&[u8]> {
        self.ssh_host_key_check.as_ref().map(Stored::bytes)
    }

    /// Returns the Ceph namespace: the part of [`path`](Location::path) before its first slash.
    #[must_use]
    pub fn rbd_namespace(&self) -> Option<&[u8]> {
        let path = self
            .path()
            .filter(|_| self.protocol() == Some(Protocol::Rbd))?;
        let end = memchr::memchr(b'/', path)?;
        path.get(..end)
    }

    /// Returns the Ceph user (`id` of rbd) as recorded, with its escapes. Not the key.
    #[must_use]
    pub fn rbd_user(&self) -> Option<&[u8]> {
        self.rbd_user.as_ref().map(Stored::bytes)
    }

    /// Returns the NFS user: `+` and a number.
    #[must_use]
    pub fn nfs_user(&self) -> Option<&[u8]> {
        self.nfs_user.as_ref().map(Stored::bytes)
    }

    /// Returns the NFS group: `+` and a number.
    #[must_use]
    pub fn nfs_group(&self) -> Option<&[u8]> {
        self.nfs_group.as_ref().map(Stored::bytes)
    }

    /// Returns the names of recorded options that have no getter.
    pub fn ignored(&self) -> IgnoredOptions<'_> {
        IgnoredOptions(self.ignored.iter())
    }

    /// Returns whether the recorded text has credentials, such as a password or a cookie. Only
    /// [`Cookie::secret_value`] returns one.
    #[doc(alias = "diskprobe_location_has_credentials")]
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.credentials
    }

    /// Returns whether QEMU understands the location and libvirt does not.
    #[doc(alias = "diskprobe_location_is_qemu_only")]
    #[must_use]
    pub fn is_qemu_only(&self) -> bool {
        self.qemu_only
    }
}

iterator! {
    /// The hosts of a [`Location`].
    Hosts over StoredHost => Host<'a>: |host| Host {
        transport: host.transport,
        name: host.name.as_ref().map(Stored::bytes),
        port: host.port,
        socket: host.socket.as_ref().map(Stored::bytes),
    };
    Debug: core::convert::identity
}

iterator! {
    /// The cookies of a [`Location`].
    Cookies over (Stored, Stored) => Cookie<'a>: |(name, value)| Cookie {
        name: name.bytes(),
        value: value.bytes(),
    };
    Debug: core::convert::identity
}

iterator! {
    /// The names of the options of a [`Location`] that have no getter.
    IgnoredOptions over Stored => &'a [u8]: Stored::bytes;
    Debug: escape
}

/// The masked text, escaped.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.masked()).fmt(f)
    }
}

/// Shows no user, query or option.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({:?})", Masked(self.masked()))
    }
}
