// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parses the locations that images record, without any I/O.
//!
//! Nothing is opened or looked up. Names are not normalised: `..`, doubled slashes and symbolic
//! links stay, because they determine which file is opened.
//!
//! QEMU and libvirt each parse these strings. The result here is libvirt's. A string that QEMU
//! interprets differently is an error, because the program that checks it and the one that opens it
//! would use different files. The few strings that only QEMU understands are
//! [marked](Location::is_qemu_only).

mod details;
mod drivers;
mod http;
mod iscsi;
mod local;
mod nbd;
mod neutral;
mod nvme;
mod options;
mod parsed;
mod parts;
mod piece;
mod queries;
mod rbd;
mod relative;
mod remote;
mod same;
mod servers;
mod target;
mod uri;

pub(crate) use parsed::TopNode;
pub use parsed::{Cookies, Hosts, IgnoredOptions, Location};
#[cfg(all(unix, feature = "capi"))]
pub(crate) use parts::StoredHost;
pub use parts::{Cookie, Host, LocationKind, Nvme, Protocol, Slice, Transport};
pub(crate) use relative::{
    backing_name, file_name, has_protocol, relative_backing_path, resolve_data_file,
    resolve_recorded,
};
pub use relative::{resolve, without_credentials};
pub use target::DiskTarget;

use crate::base::error::{Error, Reason};
use crate::base::limits::MAX_LOCATION;
use piece::{offset, Piece};

impl Location {
    /// Parses a recorded location. A relative path stays relative to the image.
    ///
    /// ```
    /// use diskprobe::location::{Location, LocationKind, Protocol};
    /// # fn main() -> Result<(), diskprobe::Error> {
    /// let local = Location::parse(b"json:{\"driver\":\"file\",\"filename\":\"/srv/base.img\"}")?;
    /// assert_eq!(local.local_path(), Some(std::path::Path::new("/srv/base.img")));
    /// let remote = Location::parse(b"nbd://user@[::1]/export")?;
    /// assert_eq!(remote.kind(), Some(LocationKind::Network));
    /// assert_eq!(remote.protocol(), Some(Protocol::Nbd));
    /// assert!(remote.has_credentials());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidLocation`](crate::ErrorKind::InvalidLocation) if the text violates the rules of its
    /// syntax; [`LimitExceeded`](crate::ErrorKind::LimitExceeded) if it is too long or lists too
    /// much. An unknown syntax is not an error: see [`Location::kind`].
    #[doc(alias = "diskprobe_location_parse")]
    pub fn parse(recorded: &[u8]) -> Result<Location, Error> {
        if recorded.len() > MAX_LOCATION {
            return Err(Error::from(Reason::LocationLimit {
                what: "bytes",
                limit: MAX_LOCATION,
                offset: offset(MAX_LOCATION),
            }));
        }
        let all = Piece::new("location", recorded);
        if let Some(nul) = recorded.iter().position(|byte| *byte == 0) {
            return Err(all.broken_at(nul, "a NUL byte"));
        }
        let mut location = parse(all)?;
        location.keep_text(recorded);
        Ok(location)
    }
}

fn parse(all: Piece<'_>) -> Result<Location, Error> {
    let Some((name, rest)) = all.split_once(b':').filter(|_| has_protocol(all.bytes)) else {
        return Ok(local::plain(all));
    };
    match name.bytes {
        b"file" => Ok(local::file(rest)),
        b"fat" => local::fat(rest.of("fat")),
        b"json" => drivers::parse(rest.of("json")),
        b"nvme" => nvme::parse(rest.of("nvme")),
        _ if rest.bytes.starts_with(b"//") => remote::parse(all),
        b"nbd" | b"rbd" if rest.bytes.windows(3).any(|part| part == b"://") => {
            // libvirt searches the whole string for `://`.
            Err(rest.broken("contains ://, so that libvirt parses it as a URI"))
        }
        b"nbd" => nbd::parse(rest.of("nbd")),
        b"rbd" => rbd::parse(rest.of("rbd")),
        _ => match Protocol::from_bytes(name.bytes) {
            // Sheepdog once had a form without `//`, which no current program reads.
            Some(Protocol::Sheepdog) | None => Ok(remote::unknown(name, rest)),
            Some(_) => Err(rest.broken("no // after the protocol")),
        },
    }
}
