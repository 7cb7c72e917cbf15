// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of SSH: URIs and `json:`.

use super::super::json::{self, text, Options};
use super::{joined, maybe, part, server, HOSTS, PORTS, USERS};
use diskprobe_test_support::random::Random;

/// Returns a random location.
pub(in super::super) fn ssh(random: &mut Random) -> String {
    // The hash that the replacement function returns for every key.
    let (kind, length) = *random.choose(&[("md5", 16), ("sha1", 20), ("sha256", 32)]);
    let zeros = "00".repeat(length);
    let hash = format!("{kind}:{zeros}");
    if random.once_in(2) {
        let check = format!("?host_key_check={hash}");
        return joined(
            random,
            &[
                (&["ssh://"], &["ssh+tcp://", "ssh+unix://", "ssh:"]),
                (&["", "chap@"], USERS.1),
                HOSTS,
                PORTS,
                (
                    &["/x", "/a/b", "/a%20b"],
                    &[
                        "", "/", "//x", "/~/x", "/a%2Fb", "/a@b", "/a/../b", "/a/.", "/..a",
                    ],
                ),
                (
                    &["", "", "?host_key_check=no", "?host_key_check=yes", &check],
                    &[
                        "?",
                        "?host_key_check",
                        "?host_key_check=",
                        "?host_key_check=x",
                        "?x=1",
                        "?x",
                        "?x&host_key_check=no",
                        "?x=1&host_key_check=no",
                        "?host_key_check=no&host_key_check=yes",
                        "?host%5Fkey_check=n%6F",
                        "?socket=/s",
                    ],
                ),
            ],
        );
    }
    let mut options = Options::new();
    text(
        &mut options,
        "path",
        part(random, &["/x", "a/b"], &["", "/", "/a%41"]),
    );
    let prefix = part(random, &["server.", "server.", ""], &["server.0."]);
    server(random, &mut options, prefix);
    maybe(random, &mut options, "user", &["chap"], &["", "a:b"]);
    match random.below(4) {
        0 => text(
            &mut options,
            "host_key_check",
            part(random, &["no", "yes", &hash], &["", "x"]),
        ),
        1 => {
            let modes = &["none", "known_hosts", "hash", "hash"];
            text(
                &mut options,
                "host-key-check.mode",
                part(random, modes, &["", "no"]),
            );
            maybe(random, &mut options, "host-key-check.type", &[kind], &["x"]);
            maybe(
                random,
                &mut options,
                "host-key-check.hash",
                &[&zeros],
                &[&zeros],
            );
        }
        _ => {}
    }
    maybe(random, &mut options, "server.type", &["inet"], &["unix"]);
    json::location(random, "ssh", options)
}
