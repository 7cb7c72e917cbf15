// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of GlusterFS: URIs and `json:`.

use super::super::json::{self, text, Options};
use super::{joined, part, server, HOSTS, PORTS, USERS};
use diskprobe_test_support::random::Random;

fn gluster_uri(random: &mut Random) -> String {
    let is_unix = random.once_in(5);
    let (start, hosts, ports, query): (&[&str], _, _, &[&str]) = match is_unix {
        true => (
            &["gluster+unix://"],
            (&[""][..], HOSTS.0),
            (&[""][..], PORTS.1),
            &["?socket=/s"],
        ),
        false => (&["gluster://", "gluster+tcp://"], HOSTS, PORTS, &[""]),
    };
    joined(
        random,
        &[
            (start, &["gluster+rdma://", "gluster+x://", "gluster:"]),
            (&[""], USERS.1),
            hosts,
            ports,
            (
                &["/v/p", "/v/a/b"],
                &[
                    "//v/p",
                    "/v//p",
                    "/v///p",
                    "/v/",
                    "/v",
                    "/v%2Fp/x",
                    "/v/%41",
                    "/v/a//b",
                    "/v/../w/p",
                    "/v/a/../b",
                    "",
                ],
            ),
            (
                query,
                &[
                    "",
                    "?",
                    "?socket=/s",
                    "?socket=/s%20t",
                    "?socket=/s&a=b",
                    "?x=1",
                    "?socket",
                ],
            ),
        ],
    )
}

/// Returns a random location.
pub(in super::super) fn gluster(random: &mut Random) -> String {
    if random.once_in(2) {
        return gluster_uri(random);
    }
    let mut options = Options::new();
    if random.once_in(6) {
        text(&mut options, "filename", gluster_uri(random));
        return json::location(random, "gluster", options);
    }
    text(&mut options, "volume", part(random, &["v"], &["", "a/b"]));
    text(
        &mut options,
        "path",
        part(random, &["p", "a/b", "/p"], &["", "//p"]),
    );
    for index in 0..1 + random.below(3) {
        let prefix = format!("server.{index}.");
        if random.once_in(3) {
            text(&mut options, &format!("{prefix}type"), "unix");
            let name = part(random, &["path", "socket"], &["host"]);
            text(
                &mut options,
                &format!("{prefix}{name}"),
                part(random, &["/s"], &["", "s"]),
            );
        } else {
            let kind = part(random, &["inet", "tcp"], &["", "rdma", "vsock"]);
            text(&mut options, &format!("{prefix}type"), kind);
            server(random, &mut options, &prefix);
        }
    }
    json::location(random, "gluster", options)
}
