// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a location names, as JSON. A fact that is absent has no key; a host has all four.

use super::object::{Object, Value};
use super::reason;
use diskprobe::location::{Cookie, Host, Location, LocationKind, Nvme, Slice};
use diskprobe::Error;

/// What the location names.
pub(crate) fn named(location: &Location) -> Object {
    let hosts = location.hosts().map(host).collect::<Value>();
    let is_remote = location.kind() == Some(LocationKind::Network);
    let yes = |holds: bool| holds.then_some(true);
    Object::new()
        .text("input", location.text())
        .with(
            "type",
            location.kind().map_or("unknown", LocationKind::as_str),
        )
        .maybe_text("path", location.path())
        .maybe_text("relpath", location.relative_name())
        .maybe("format", location.format())
        .maybe_text("protocol", location.protocol_name())
        .maybe("hosts", is_remote.then_some(hosts))
        .maybe_text("volume", location.volume())
        .maybe_text("snapshot", location.snapshot())
        .maybe_text("config_file", location.config_file())
        .maybe_text("query", location.query())
        .list("cookies", location.cookies().map(cookie))
        .maybe("sslverify", location.sslverify())
        .maybe("readahead", location.readahead())
        .maybe("timeout", location.timeout())
        .maybe("slice", location.slice().map(slice))
        .maybe("nvme", location.nvme_namespace().map(nvme))
        .maybe_text("ssh_user", location.ssh_user())
        .maybe_text("ssh_host_key_check", location.ssh_host_key_check())
        .maybe_text("rbd_user", location.rbd_user())
        .maybe_text("nfs_user", location.nfs_user())
        .maybe_text("nfs_group", location.nfs_group())
        .list("ignored", location.ignored().map(lossy))
        .maybe("qemu_only", yes(location.is_qemu_only()))
        .maybe("credentials", yes(location.has_credentials()))
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn host(host: Host<&[u8]>) -> Object {
    Object::new()
        .with("transport", host.transport.as_str())
        .text_or_null("name", host.name)
        .or_null("port", host.port.map(u32::from))
        .text_or_null("socket", host.socket)
}

fn cookie(cookie: Cookie<&[u8]>) -> Object {
    Object::new()
        .text("name", cookie.name)
        .text("value", cookie.value)
}

fn slice(slice: Slice) -> Object {
    Object::new()
        .with("offset", slice.offset)
        .with("size", slice.size)
}

fn nvme(nvme: Nvme<&[u8]>) -> Object {
    Object::new()
        .with("namespace", nvme.namespace)
        .text("address", nvme.address)
}

/// That the location which starts so names nothing, and why.
pub(crate) fn failure(start: &[u8], error: &Error) -> Object {
    Object::new()
        .text("input", start)
        .with("error", reason(error))
}
