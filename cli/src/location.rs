// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe location`: what recorded locations name, one answer after another.

use crate::args::{self, Output};
use crate::human::{joined, Rows};
use crate::size::exact;
use crate::text::shown;
use crate::{complain, json};
use diskprobe::location::{has_protocol, Host, Location, LocationKind, Slice, Transport};
use diskprobe::Error;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Whether every location is understood; the error of writing to `out`.
pub(crate) fn run(args: &args::Location, out: &mut impl Write) -> io::Result<bool> {
    let image = match args.relative_to.as_ref().map(|image| image.as_bytes()) {
        Some(image) => match Location::parse(image) {
            Ok(location) => Some(location),
            Err(error) => {
                complain(start(image), &error);
                return Ok(false);
            }
        },
        None => None,
    };
    let several = args.strings.len() > 1;
    let mut all_understood = true;
    let mut gap = "";
    for string in &args.strings {
        let string = string.as_bytes();
        let parsed = match &image {
            Some(image) => Location::parse_relative_to(string, image),
            None => Location::parse(string),
        };
        match (&parsed, args.output) {
            (Ok(location), Output::Human) => {
                write!(out, "{gap}{}", human(location))?;
                gap = "\n";
            }
            (Ok(location), Output::Json) if several => {
                writeln!(out, "{}", json::line(&json::location::named(location))?)?;
            }
            (Ok(location), Output::Json) => {
                writeln!(out, "{}", json::pretty(&json::location::named(location))?)?;
            }
            (Err(error), Output::Json) if several => {
                let failure = json::location::failure(start(string), error);
                writeln!(out, "{}", json::line(&failure)?)?;
            }
            (Err(_), _) => {}
        }
        out.flush()?;
        all_understood &= judge(string, &parsed);
    }
    Ok(all_understood)
}

/// Whether the location is understood; if it is not, says why.
fn judge(string: &[u8], parsed: &Result<Location, Error>) -> bool {
    match parsed {
        Ok(location) if location.kind().is_some() => return true,
        Ok(location) => {
            let name = shown(location.protocol_name().unwrap_or_default());
            let reason = format!("no protocol or driver {name} is known");
            complain(location.text(), &reason);
        }
        Err(error) => complain(start(string), error),
    }
    false
}

/// What can be shown of a location that is malformed: where credentials are in it is not known.
pub(crate) fn start(string: &[u8]) -> &[u8] {
    match string.iter().position(|byte| *byte == b':') {
        Some(colon) if has_protocol(string) => string.get(..=colon).unwrap_or_default(),
        _ => string,
    }
}

fn human(location: &Location) -> String {
    let mut rows = Rows::default();
    let text = |text: Option<&[u8]>| text.map(shown);
    rows.row("location", shown(location.text()));
    rows.row(
        "type",
        location.kind().map_or("unknown", LocationKind::as_str),
    );
    rows.maybe("protocol", text(location.protocol_name()));
    for (number, listed) in location.hosts().enumerate() {
        rows.row(if number == 0 { "hosts" } else { "" }, host(listed));
    }
    rows.maybe("volume", text(location.volume()));
    rows.maybe("path", text(location.path()));
    rows.maybe("snapshot", text(location.snapshot()));
    rows.maybe("format", location.format());
    rows.maybe("slice", location.slice().map(slice));
    if let Some(nvme) = location.nvme_namespace() {
        let (address, namespace) = (shown(nvme.address), nvme.namespace);
        rows.row("nvme", format!("namespace {namespace} of {address}"));
    }
    rows.maybe("config file", text(location.config_file()));
    rows.maybe("query", text(location.query()));
    let cookies = location.cookies().map(|cookie| shown(cookie.name));
    rows.maybe("cookies", joined(cookies));
    rows.maybe("sslverify", location.sslverify());
    rows.maybe("readahead", location.readahead().map(exact));
    rows.maybe(
        "timeout",
        location.timeout().map(|s| format!("{s} seconds")),
    );
    rows.maybe("ssh user", text(location.ssh_user()));
    rows.maybe("ssh host key check", text(location.ssh_host_key_check()));
    rows.maybe("rbd user", text(location.rbd_user()));
    rows.maybe("nfs user", text(location.nfs_user()));
    rows.maybe("nfs group", text(location.nfs_group()));
    rows.maybe("ignored", joined(location.ignored().map(shown)));
    let yes = |holds: bool, yes: &'static str| holds.then_some(yes);
    rows.maybe(
        "understood by",
        yes(location.is_qemu_only(), "QEMU, not libvirt"),
    );
    rows.maybe(
        "credentials",
        yes(location.has_credentials(), "yes, not shown"),
    );
    rows.0
}

fn host(host: Host<&[u8]>) -> String {
    let name = host.name.or(host.socket).map(shown).unwrap_or_default();
    let name = match name.contains(':') && !name.starts_with('[') {
        true if host.transport != Transport::Unix => format!("[{name}]"),
        _ => name,
    };
    match host.port {
        Some(port) => format!("{name}:{port} ({})", host.transport),
        None => format!("{name} ({})", host.transport),
    }
}

fn slice(slice: Slice) -> String {
    match slice.size {
        0 => format!("from offset {} on", slice.offset),
        size => format!("{} from offset {} on", exact(size), slice.offset),
    }
}
