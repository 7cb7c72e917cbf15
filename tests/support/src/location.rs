// SPDX-License-Identifier: MIT OR Apache-2.0
//! A location as one line, and tables of such lines.

use crate::message::assert_template;
use diskprobe::location::{Cookie, Location};
use diskprobe::ErrorKind;
use std::fmt::Write;

/// Writes a location on one line: its kind, and then each fact that it has.
pub fn line(location: &Location) -> String {
    line_with(location, |cookie| cookie.secret_value())
}

fn line_with(location: &Location, cookie_value: for<'a> fn(&Cookie<'a>) -> &'a [u8]) -> String {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let mut line = location
        .kind()
        .map_or("unknown", |kind| kind.as_str())
        .to_owned();
    let mut fact = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            write!(line, " {key}={value}").expect("memory");
        }
    };
    fact("protocol", location.protocol_name().map(text));
    for host in location.hosts() {
        let name = host.name.or(host.socket).map(text).unwrap_or_default();
        let port = host.port.map_or("-".into(), |port| port.to_string());
        fact(host.transport.as_str(), Some(format!("{name},{port}")));
    }
    fact("volume", location.volume().map(text));
    fact("path", location.path().map(text));
    fact("snapshot", location.snapshot().map(text));
    fact("format", location.format().map(str::to_owned));
    fact("conf", location.config_file().map(text));
    fact("query", location.query().map(text));
    for cookie in location.cookies() {
        fact(&text(cookie.name()), Some(text(cookie_value(&cookie))));
    }
    fact(
        "sslverify",
        location.sslverify().map(|value| value.to_string()),
    );
    fact(
        "readahead",
        location.readahead().map(|value| value.to_string()),
    );
    fact(
        "timeout",
        location.timeout().map(|value| value.as_secs().to_string()),
    );
    let slice = location.slice();
    fact(
        "slice",
        slice.map(|slice| match slice.size {
            Some(size) => format!("{}+{size}", slice.offset),
            None => format!("{}+", slice.offset),
        }),
    );
    let nvme = location.nvme_namespace();
    fact(
        "nvme",
        nvme.map(|nvme| format!("{}/{}", text(nvme.address), nvme.namespace)),
    );
    fact("user", location.ssh_user().map(text));
    fact("check", location.ssh_host_key_check().map(text));
    fact("namespace", location.rbd_namespace().map(text));
    fact("id", location.rbd_user().map(text));
    fact("uid", location.nfs_user().map(text));
    fact("gid", location.nfs_group().map(text));
    for name in location.ignored() {
        fact("ignored", Some(text(name)));
    }
    let yes = |holds: bool| holds.then(|| "yes".to_owned());
    fact("qemu-only", yes(location.is_qemu_only()));
    fact("credentials", yes(location.has_credentials()));
    line
}

/// Asserts what each location names.
#[track_caller]
pub fn assert_name(cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        let location = Location::parse(input.as_bytes());
        let location = location.unwrap_or_else(|error| panic!("{input}: {error}"));
        assert_eq!(line(&location), *expected, "{input}");
        if !location.has_credentials() && location.cookies().next().is_none() {
            assert_eq!(location.masked(), input.as_bytes());
        }
        // The masked text names the same. The values of cookies are masked.
        let again = Location::parse(location.masked()).expect(input);
        let shown = |location: &Location| line_with(location, |_| b"***");
        assert_eq!(
            (shown(&again), again.masked()),
            (shown(&location), location.masked())
        );
    }
}

/// Asserts the message for each malformed location.
#[track_caller]
pub fn assert_malformed(cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        let error = Location::parse(input.as_bytes()).map(|found| line(&found));
        let error = error.expect_err(input);
        assert_eq!(error.to_string(), *expected, "{input}");
        assert_template(&error);
        assert_eq!(error.kind(), ErrorKind::InvalidLocation, "{input}");
        assert!(
            error.offset().expect(input) <= input.len() as u64,
            "{input}"
        );
    }
}
