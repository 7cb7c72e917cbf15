// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reasons for locations that only QEMU or only the tool accepts: a part of the error message, and
//! the start of the row of docs/location.md that states the reason.

use crate::opens;

/// Parts of the tool's messages, with their rows.
const REFUSED: &[(&str, &str)] = &[
    ("is not a string", "`json:` option whose value"),
    (
        "is not a whole number below 2^64",
        "`json:` option whose value",
    ),
    ("the option port is not", "`json:` option whose value"),
    ("is not a whole number below 2^32", "a port above 65535"),
    (
        "the port is not a number from 0 to 65535",
        "a port above 65535",
    ),
    ("the port is 0", "`nbd:h:0`"),
    ("no host", "a transport `unix` without"),
    ("no socket", "a transport `unix` without"),
    (
        "a host is specified, but the transport",
        "a transport `unix` without",
    ),
    (
        "invalid byte in the socket path",
        "`nbd+unix:///x?socket=/s%20t`",
    ),
    (
        "invalid byte in the host name",
        "a transport `unix` without",
    ),
    ("not an IPv6 address", "`nbd:fe80::1:7`"),
    ("the bracket is not closed", "`nbd:fe80::1:7`"),
    ("an IPv6 address must be in brackets", "`nbd:fe80::1:7`"),
    (
        "contains ://, so that libvirt parses it as a URI",
        "`rbd://…`",
    ),
    ("rbd does not support URIs", "`rbd://…`"),
    ("invalid byte in the URI", "`gluster:h/vol/img`"),
    ("no // after the scheme", "`gluster:h/vol/img`"),
    ("no // after the protocol", "`gluster:h/vol/img`"),
    ("URI: no path", "`rbd:pool/`"),
    ("no pool before the slash", "`rbd:pool/`"),
    ("no namespace between the slashes", "`rbd:pool/`"),
    ("rbd: no image", "`rbd:pool/`"),
    (
        "an @ in the options, but no snapshot",
        "`rbd:pool/img:conf=/a@b`",
    ),
    (
        "a slash in the options, but no pool",
        "`rbd:pool/img:conf=/a@b`",
    ),
    ("a slash in the name of the snapshot", "`rbd:pool@x/img`"),
    ("an escape in the name of the image", r"`rbd:po\:ol/img`"),
    ("an escape in the name of a file", r"`rbd:po\:ol/img`"),
    ("an escape in the name of the user", r"`rbd:po\:ol/img`"),
    ("rbd: an option without a value", "`rbd:pool/img:x`"),
    ("rbd: the option is not supported", "`rbd:p/i:log_file=/x`"),
    ("no port after the bracket", r"`rbd:p/i:mon_host=[\:\:1]`"),
    ("mon_host occurs twice", "`rbd:` with `mon_host`"),
    ("rbd: id occurs twice", "`rbd:` with `mon_host`"),
    ("a slash in the name of the image", "`json:` with a slash"),
    (
        "a slash in the name of the namespace",
        "`json:` with a slash",
    ),
    ("the lun is not a whole number", "`iscsi://h/t/01`"),
    ("an escape too close to another", "`iscsi://h/a%41%42b/0`"),
    ("an @ in the path", "`iscsi://h/a@b/0`"),
    ("longer than libiscsi reads", "`iscsi://` followed"),
    ("URI: the option is not supported", "`iscsi://h/t/0?iser`"),
    ("NFS has no port here", "`nfs://h:2049/x`"),
    ("not a whole number below 2^32", "`nfs://h/x?uid=010`"),
    (
        "URI: an option without a value",
        "`ssh://h/x?host_key_check=a`",
    ),
    ("SSH has no sockets", "`ssh://h/x?host_key_check=a`"),
    ("URI: the option occurs twice", "a URI with an option"),
    ("a path with the name . or ..", "`ssh://h/a/../b`"),
    ("no volume, or no path after it", "`gluster://h//vol/img`"),
    ("both server and host", "`json:` with `host` or `path`"),
    ("not a URI of the driver's own protocol", "any other option"),
    (
        "changes what is read, which is not supported here",
        "any other option",
    ),
    (
        "names, replaces or removes files, which is not supported here",
        "any other option",
    ),
];

/// Parts of QEMU's messages, with their rows.
const REFUSED_BY_QEMU: &[(&str, &str)] = &[
    ("Pool name is required", "`rbd:IMAGE`"),
    (
        "Need all of transport, portal and target",
        "`json:` for iscsi",
    ),
    (".port' is missing", "`json:` with a server that"),
    ("Parameter 'port' is missing", "`json:` with a server that"),
    (
        "Parameter 'server.type' is missing",
        "`json:` for nfs, with a server",
    ),
    (
        "Parameter 'type' does not accept value 'tcp'",
        "`json:` for nfs, with a server",
    ),
    (
        "Parameter 'server.type' is unexpected",
        "`json:` for nfs, with a server",
    ),
    ("Failed to parse URL", "`iscsi://HOST/TARGET`"),
    ("Unknown protocol", "`PROTOCOL+TRANSPORT://…`"),
    ("invalid URI gluster+", "`PROTOCOL+TRANSPORT://…`"),
    (
        "invalid URI gluster:",
        "`gluster://HOST/VOLUME/PATH?OPTION=VALUE`",
    ),
    ("Invalid header-digest setting", "an `ignored` option"),
    ("Failed to create iSCSI context", "an `ignored` option"),
    (
        "CHAP username specified but no password",
        "an `ignored` option",
    ),
    ("properties are mutually exclusive", "an `ignored` option"),
    ("No secret with id", "an `ignored` option"),
    (
        "Parameter 'null' does not accept value",
        "an `ignored` option",
    ),
    ("' expects ", "an `ignored` option"),
    ("Invalid node-name", "an `ignored` option"),
    // Some versions stop after this warning.
    ("RBD options encoded in the filename", "`json:` for iscsi"),
];

/// Returns whether the document states why the tool refuses a location that QEMU opens.
pub(super) fn is_refused(message: &str) -> bool {
    row(REFUSED, message).is_some() || opens::is_documented(message)
}

/// Returns the row of the document that states why QEMU refuses a location.
pub(super) fn qemu_refuses(message: &str) -> Option<&'static str> {
    row(REFUSED_BY_QEMU, message)
}

fn row(list: &[(&str, &'static str)], message: &str) -> Option<&'static str> {
    let document = include_str!("../../../../../docs/location.md");
    let (_, row) = list.iter().find(|(part, _)| message.contains(part))?;
    let start = format!("| {row}");
    let has_row = document.lines().any(|line| line.starts_with(&start));
    has_row.then_some(row)
}
