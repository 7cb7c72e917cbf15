// SPDX-License-Identifier: MIT OR Apache-2.0
//! A location as JSON.

use super::reason;
use crate::base::error::Error;
use crate::base::json::{any, json, Json};
use crate::location::{without_credentials, Host, Location, LocationKind, Slice};
use core::fmt::Display;

impl Location {
    /// Returns a JSON object with what the location names. `docs/location.md` explains every key.
    ///
    /// ```
    /// use diskprobe::location::Location;
    /// # fn main() -> Result<(), diskprobe::Error> {
    /// let json = Location::parse(b"/srv/base.img")?.json().to_string();
    /// assert_eq!(json, r#"{"input":"/srv/base.img","type":"file","path":"/srv/base.img"}"#);
    /// # Ok(())
    /// # }
    /// ```
    pub fn json(&self) -> impl Display + '_ {
        json(move |json| json.object(|object| named(object, self)))
    }

    /// Returns the JSON object for a location whose text, `recorded`, is malformed. It
    /// shows no credentials.
    pub fn failure_json<'a>(recorded: &'a [u8], error: &'a Error) -> impl Display + 'a {
        let members = move |object: &mut Json<'_>| {
            object
                .text("input", Some(without_credentials(recorded)))
                .member("error", Some(error), reason);
        };
        json(move |json| json.object(members))
    }
}

pub(super) fn named(object: &mut Json<'_>, location: &Location) {
    let is_remote = location.kind() == Some(LocationKind::Network);
    let kind = location.kind().map_or("unknown", LocationKind::as_str);
    let ignored = location.ignored();
    object
        .text("input", Some(location.masked()))
        .text("type", Some(kind))
        .text("path", location.path())
        .text("relpath", location.relative_name())
        .text("format", location.format())
        .text("protocol", location.protocol_name())
        .objects("hosts", is_remote.then(|| location.hosts()), host)
        .text("volume", location.volume())
        .text("snapshot", location.snapshot())
        .text("config_file", location.config_file())
        .text("query", location.query())
        .objects("cookies", any(location.cookies()), |object, cookie| {
            object.text("name", Some(cookie.name()));
            object.text("value", Some(cookie.secret_value()));
        })
        .value("sslverify", location.sslverify())
        .value("readahead", location.readahead())
        .value(
            "timeout",
            location.timeout().map(|timeout| timeout.as_secs()),
        )
        .member("slice", location.slice(), slice)
        .member("nvme", location.nvme_namespace(), |object, nvme| {
            object.value("namespace", Some(nvme.namespace));
            object.text("address", Some(nvme.address));
        })
        .text("ssh_user", location.ssh_user())
        .text("ssh_host_key_check", location.ssh_host_key_check())
        .text("rbd_namespace", location.rbd_namespace())
        .text("rbd_user", location.rbd_user())
        .text("nfs_user", location.nfs_user())
        .text("nfs_group", location.nfs_group())
        .texts("ignored", any(ignored))
        .value("qemu_only", location.is_qemu_only().then_some(true))
        .value("credentials", location.has_credentials().then_some(true));
}

pub(super) fn slice(object: &mut Json<'_>, slice: Slice) {
    object.value("offset", Some(slice.offset));
    object.value("size", Some(slice.size.unwrap_or(0)));
}

/// Adds all four facts of a host, `null` for those that are absent.
fn host(object: &mut Json<'_>, host: Host<'_>) {
    let null = |is_absent: bool| is_absent.then_some("null");
    object
        .text("transport", Some(host.transport.as_str()))
        .text("name", host.name)
        .value("name", null(host.name.is_none()))
        .value("port", host.port)
        .value("port", null(host.port.is_none()))
        .text("socket", host.socket)
        .value("socket", null(host.socket.is_none()));
}
