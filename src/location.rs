// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a recorded location names: the grammar of backing locations, on bytes alone.
//!
//! Nothing is opened or looked up, and no name is tidied: `..`, doubled slashes and symbolic links
//! stay as they are, because to resolve them is to say which file is meant.
//!
//! QEMU and libvirt each have a reader of these strings. What libvirt reads from one is the answer
//! here, unless it is an accident; what QEMU reads otherwise is an error, because such a string
//! would name one place to who checks it and another to who opens it. The few strings that only
//! QEMU understands are marked.

mod details;
mod drivers;
mod http;
mod local;
mod nbd;
mod neutral;
mod nvme;
mod options;
mod parsed;
mod parts;
mod piece;
mod rbd;
mod relative;
mod remote;
mod same;
mod servers;
mod target;
mod uri;

pub(crate) use parsed::TopNode;
pub use parsed::{Cookies, Hosts, IgnoredOptions, Location};
#[cfg(feature = "capi")]
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
    /// What the location names that an image records: for a relative path, seen from that image.
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
    /// [`InvalidLocation`](crate::ErrorKind::InvalidLocation) where the text does not follow the
    /// rules of its syntax, and [`LimitExceeded`](crate::ErrorKind::LimitExceeded) where it is too
    /// long or lists too much. A syntax that is not known is no error: see
    /// [`Location::kind`].
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
            // libvirt looks for this anywhere.
            Err(rest.broken("a part of it makes it a URI"))
        }
        b"nbd" => nbd::parse(rest.of("nbd")),
        b"rbd" => rbd::parse(rest.of("rbd")),
        _ => match Protocol::from_bytes(name.bytes) {
            // This one has had such a form, and no program of today reads it.
            Some(Protocol::Sheepdog) | None => Ok(remote::unknown(name, rest)),
            Some(_) => Err(rest.broken("no // behind the protocol")),
        },
    }
}
