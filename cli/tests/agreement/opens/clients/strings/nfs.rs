// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of NFS: URIs and `json:`.

use super::super::json::{self, text, Options};
use super::{joined, number, part, server, HOSTS, PORTS};
use diskprobe_test_support::random::Random;

/// Returns a random location.
pub(in super::super) fn nfs(random: &mut Random) -> String {
    if random.once_in(2) {
        return joined(
            random,
            &[
                (&["nfs://"], &["nfs+tcp://", "nfs:"]),
                (&[""], &["chap@", "chap:s3cret@"]),
                HOSTS,
                (&[""], PORTS.1),
                (
                    &["/export/x", "/x", "/e/a%20b"],
                    &[
                        "",
                        "/",
                        "//x",
                        "/a/",
                        "/a/../x",
                        "/a%2Fb",
                        "/a:b",
                        "/a//b",
                        "/a/./b",
                        "/a/%2e%2e/b",
                        "/..",
                    ],
                ),
                (
                    &["", "", "?uid=1", "?uid=1&gid=2", "?gid=65534"],
                    &[
                        "?",
                        "?gid=0x10",
                        "?uid=010",
                        "?uid=0",
                        "?readahead=1024",
                        "?debug=1&uid=3",
                        "?tcp-syncnt=1",
                        "?pagecache=5",
                        "?uid",
                        "?uid=",
                        "?x=1",
                        "?socket=/s",
                        "?uid=-1",
                        "?uid=4294967297",
                        "?uid=1&uid=2",
                        "?%75id=4",
                        "?uid=%34",
                        "?uid=1;gid=2",
                        "?uid=1&",
                    ],
                ),
            ],
        );
    }
    let mut options = Options::new();
    text(
        &mut options,
        "path",
        part(
            random,
            &["/e/x", "/x"],
            &["", "/", "x", "e/x", "//x", "/a%41"],
        ),
    );
    server(random, &mut options, "server.");
    if !random.once_in(8) {
        options.retain(|(name, _)| name != "server.port");
    }
    if !random.once_in(8) {
        text(
            &mut options,
            "server.type",
            part(random, &["inet"], &["tcp", "unix", ""]),
        );
    }
    for name in ["user", "group"] {
        if random.once_in(2) {
            number(random, &mut options, name);
        }
    }
    json::location(random, "nfs", options)
}
