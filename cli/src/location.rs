// SPDX-License-Identifier: MIT OR Apache-2.0
//! `diskprobe location`: the contents of recorded locations.

use crate::answers::Answers;
use crate::text::{exact, joined, shown, Rows};
use crate::values::Output;
use crate::{complain, Failure};
use diskprobe::location::Transport;
use diskprobe::location::{without_credentials, Host, Location, LocationKind, Nvme, Slice};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Show which object each recorded backing location names, without opening anything
#[derive(clap::Args)]
#[command(name = "location", after_help = NOTES)]
pub(crate) struct Args {
    /// Output format: text, or JSON (one object; for several strings, one object per line)
    #[arg(long, value_name = "HOW", default_value = "human")]
    output: Output,

    /// The image that records the locations: relative paths are joined to its directory
    #[arg(long, value_name = "FILE")]
    relative_to: Option<OsString>,

    /// Locations, as shown by diskprobe info in backing-filename
    #[arg(value_name = "STRING", required = true)]
    strings: Vec<OsString>,
}

const NOTES: &str = "\
Examples:
  diskprobe location nbd://host/export
  diskprobe location --relative-to=/srv/disk.qcow2 ../base.img
  diskprobe location --output=json 'json:{\"driver\":\"file\",\"filename\":\"/srv/base.img\"}'

Credentials are never shown. A malformed location is not shown either, because it can contain them.

Exit status:
  0  all locations are valid
  1  a location is malformed, or has an unknown protocol or driver
  2  wrong usage";

/// Runs the command. Returns whether all locations are valid, with known protocols and drivers.
pub(crate) fn run(args: &Args) -> Result<bool, Failure> {
    let image = args.relative_to.as_ref().map(|image| {
        let name = image.as_bytes();
        match Location::parse(name) {
            // The path can have a colon that does not end a protocol.
            Ok(location) if location.kind().is_none() && !may_have_credentials(name) => {
                Ok(Location::from_path(image))
            }
            parsed => parsed.map_err(|error| complain(&without_credentials(name), error)),
        }
    });
    let Ok(image) = image.transpose() else {
        return Ok(false);
    };
    let mut answers = Answers::new(args.output, args.strings.len(), "\n");
    let mut all_understood = true;
    for string in &args.strings {
        let string = string.as_bytes();
        let parsed = match &image {
            Some(image) => Location::parse_relative_to(string, image),
            None => Location::parse(string),
        };
        all_understood &= matches!(&parsed, Ok(location) if location.kind().is_some());
        match parsed {
            Ok(location) => {
                answers.write(|| human(&location), location.json())?;
                if location.kind().is_none() {
                    let name = shown(location.protocol_name().unwrap_or_default());
                    complain(
                        location.masked(),
                        format!("unknown protocol or driver: {name}"),
                    );
                }
            }
            Err(error) => {
                answers.write_failure(Location::failure_json(string, &error))?;
                complain(&without_credentials(string), error);
            }
        }
    }
    Ok(all_understood)
}

/// Returns whether a string with an unknown protocol could have a user and a password.
fn may_have_credentials(name: &[u8]) -> bool {
    name.contains(&b'@') || name.windows(3).any(|part| part == b"://")
}

fn human(location: &Location) -> String {
    let text = |text: Option<&[u8]>| text.map(shown);
    let kind = location.kind().map_or("unknown", LocationKind::as_str);
    let cookies = location.cookies().map(|cookie| shown(cookie.name()));
    let timeout = location.timeout();
    let qemu_only = location.is_qemu_only();
    let credentials = location.has_credentials();
    Rows::default()
        .row("location", Some(shown(location.masked())))
        .row("type", Some(kind))
        .row("protocol", text(location.protocol_name()))
        .list("hosts", location.hosts().map(host))
        .row("volume", text(location.volume()))
        .row("path", text(location.path()))
        .row("snapshot", text(location.snapshot()))
        .row("format", location.format())
        .row("slice", location.slice().map(slice))
        .row("nvme", location.nvme_namespace().map(nvme))
        .row("config file", text(location.config_file()))
        .row("query", text(location.query()))
        .row("cookies", joined(cookies))
        .row("sslverify", location.sslverify())
        .row("readahead", location.readahead().map(exact))
        .row(
            "timeout",
            timeout.map(|timeout| format!("{} seconds", timeout.as_secs())),
        )
        .row("ssh user", text(location.ssh_user()))
        .row("ssh host key check", text(location.ssh_host_key_check()))
        .row("rbd namespace", text(location.rbd_namespace()))
        .row("rbd user", text(location.rbd_user()))
        .row("nfs user", text(location.nfs_user()))
        .row("nfs group", text(location.nfs_group()))
        .row("ignored", joined(location.ignored().map(shown)))
        .row("understood by", qemu_only.then_some("QEMU, not libvirt"))
        .row("credentials", credentials.then_some("yes, not shown"))
        .take()
}

fn host(host: Host<'_>) -> String {
    let name = host.name.or(host.socket).map(shown).unwrap_or_default();
    let is_ipv6 = name.contains(':') && !name.starts_with('[');
    let name = match is_ipv6 && host.transport != Transport::Unix {
        true => format!("[{name}]"),
        false => name,
    };
    match host.port {
        Some(port) => format!("{name}:{port} ({})", host.transport),
        None => format!("{name} ({})", host.transport),
    }
}

fn nvme(nvme: Nvme<'_>) -> String {
    format!("namespace {} of {}", nvme.namespace, shown(nvme.address))
}

pub(crate) fn slice(slice: Slice) -> String {
    match slice.size {
        None => format!("from offset {} on", slice.offset),
        Some(size) => format!("{} from offset {} on", exact(size), slice.offset),
    }
}
