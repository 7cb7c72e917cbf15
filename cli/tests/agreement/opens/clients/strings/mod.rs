// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of each protocol. Most parts are usual; some are unusual.

mod gluster;
mod iscsi;
mod nfs;
mod rbd;
mod ssh;

pub(super) use {gluster::gluster, iscsi::iscsi, nfs::nfs, rbd::rbd, ssh::ssh};

use super::json::{text, Options};
use diskprobe_test_support::random::Random;

/// Returns a usual part, or sometimes an unusual one.
fn part<'a>(random: &mut Random, usual: &[&'a str], unusual: &[&'a str]) -> &'a str {
    match random.once_in(8) {
        true => random.choose::<&str>(unusual),
        false => random.choose::<&str>(usual),
    }
}

/// Joins one usual or unusual choice of each part.
fn joined(random: &mut Random, parts: &[(&[&str], &[&str])]) -> String {
    let parts = parts
        .iter()
        .map(|(usual, unusual)| part(random, usual, unusual));
    parts.collect()
}

/// Usual and unusual hosts of a URI.
const HOSTS: (&[&str], &[&str]) = (
    &["h", "h.example", "127.0.0.1", "[::1]"],
    &[
        "",
        "[fe80::1%25lo]",
        "[fe80::1%lo]",
        "::1",
        "[::1",
        "h_h",
        "h,1",
        "h%41",
        "H",
    ],
);

const PORTS: (&[&str], &[&str]) = (
    &["", "", ":7", ":65535"],
    &[
        ":0",
        ":",
        ":07",
        ":65536",
        ":+7",
        ":x",
        ":2049",
        ":4294967303",
    ],
);

const USERS: (&[&str], &[&str]) = (
    &["", "", "chap@", "chap%s3cret@"],
    &[
        "@",
        "chap:s3cret@",
        "chap%@",
        "%s3cret@",
        "cha@p%s3cret@",
        "ch%41p@",
        "ch%20p%s3cret@",
    ],
);

/// Adds the host and the port of a server.
fn server(random: &mut Random, options: &mut Options, prefix: &str) {
    let hosts = &["h", "h.example", "127.0.0.1", "::1"];
    text(
        options,
        &format!("{prefix}host"),
        part(random, hosts, &["", "[::1]", "fe80::1%lo", "h h"]),
    );
    let name = format!("{prefix}port");
    let ports = &["7", "22", "24007", "65535"];
    let port = part(
        random,
        ports,
        &["0", "65536", "07", "", "x", " 7", "+7", "0x7"],
    );
    match random.below(8) {
        0 => {}
        1 | 2 if port.parse::<u64>().is_ok_and(|port| port > 9) => {
            options.push((name, port.to_owned()));
        }
        _ => text(options, &name, port),
    }
}

/// Adds an option with a probability of one in three.
fn maybe(random: &mut Random, options: &mut Options, name: &str, usual: &[&str], odd: &[&str]) {
    if random.once_in(3) {
        text(options, name, part(random, usual, odd));
    }
}

/// Adds an option with a number, sometimes as a string.
fn number(random: &mut Random, options: &mut Options, name: &str) {
    let numbers = &["0", "1", "65534", "1000"];
    let odd = &[
        "-1",
        "010",
        "0x10",
        "4294967296",
        "2147483648",
        "18446744073709551616",
        "1k",
        " 1",
        "+1",
        "",
    ];
    let value = part(random, numbers, odd);
    match value
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == value)
        && random.once_in(2)
    {
        true => options.push((name.to_owned(), value.to_owned())),
        false => text(options, name, value),
    }
}
