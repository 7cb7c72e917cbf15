// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of `json:` locations, by the drivers of QEMU that have them: those that change neither
//! the files that are opened nor the bytes that are read, and those that do.
//!
//! An option that is in neither list is refused: QEMU refuses unknown options, and a later version
//! can give any name a meaning.

use super::parts::Protocol;
use crate::base::format::Format;

/// Options of every node.
pub(super) const NODE: &[&str] = &[
    "node-name",
    "read-only",
    "auto-read-only",
    "discard",
    "detect-zeroes",
    "force-share",
    "cache.direct",
    "cache.no-flush",
];

/// Options of the drivers `file`, `host_device` and `host_cdrom`.
pub(super) const FILE: &[&str] = &[
    "locking",
    "aio",
    "aio-max-batch",
    "x-check-cache-dropped",
    "drop-cache",
];

const CURL: &[&str] = &[
    "readahead",
    "timeout",
    "sslverify",
    "username",
    "password-secret",
    "proxy-username",
    "proxy-password-secret",
    "cookie",
    "cookie-secret",
];

/// Returns the options of a driver for a server. The caller first reads those that determine a fact
/// of the location.
pub(super) fn of_protocol(protocol: Protocol) -> &'static [&'static str] {
    match protocol {
        Protocol::Nbd => &[
            "tls-creds",
            "tls-hostname",
            "reconnect-delay",
            "open-timeout",
        ],
        Protocol::Http | Protocol::Https | Protocol::Ftp | Protocol::Ftps | Protocol::Tftp => CURL,
        Protocol::Iscsi => &[
            "initiator-name",
            "header-digest",
            "timeout",
            "password",
            "password-secret",
        ],
        Protocol::Rbd => &["auth-client-required.", "key-secret"],
        Protocol::Nfs => &[
            "tcp-syn-count",
            "readahead-size",
            "page-cache-size",
            "debug",
        ],
        Protocol::Gluster => &["debug"],
        Protocol::Ssh | Protocol::Sheepdog => &[],
        Protocol::Vxhs => &["tls-creds"],
    }
}

/// Returns the options of a format driver.
pub(super) fn of_format(format: Format) -> &'static [&'static str] {
    match format {
        Format::Luks => &["key-secret"],
        Format::Qcow => &["encrypt.format", "encrypt.key-secret"],
        Format::Qcow2 => &[
            "encrypt.format",
            "encrypt.key-secret",
            "lazy-refcounts",
            "pass-discard-request",
            "pass-discard-snapshot",
            "pass-discard-other",
            "discard-no-unref",
            "overlap-check",
            "overlap-check.",
            "cache-size",
            "l2-cache-size",
            "l2-cache-entry-size",
            "refcount-cache-size",
            "cache-clean-interval",
        ],
        Format::Parallels => &["prealloc-mode", "prealloc-size"],
        _ => &[],
    }
}

/// Options that are never ignored, and their effects.
pub(super) const REFUSED: [(&str, &str); 16] = [
    ("backing", FILES),
    ("data-file", FILES),
    ("extents", FILES),
    ("header", FILES),
    ("logfile", FILES),
    ("filename", FILES),
    ("offset", SLICE),
    ("size", SLICE),
    ("namespace", BYTES),
    ("encrypt", BYTES),
    ("force_size_calc", BYTES),
    ("x-dirty-bitmap", BYTES),
    ("snap-id", BYTES),
    ("tag", BYTES),
    (
        "abstract",
        "selects another socket, which is not supported here",
    ),
    ("pr-manager", "names an object, which is not supported here"),
];

const FILES: &str = "names, replaces or removes files, which is not supported here";
const BYTES: &str = "changes what is read, which is not supported here";
const SLICE: &str = "belongs to the driver raw, and not here";
