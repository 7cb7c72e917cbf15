// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of iSCSI: URIs and `json:`.

use super::super::json::{self, text, Options};
use super::{joined, maybe, number, part, HOSTS, PORTS, USERS};
use diskprobe_test_support::random::Random;

fn iscsi_uri(random: &mut Random) -> String {
    let long = format!("/{}", "t".repeat(180 + random.below(100)));
    joined(
        random,
        &[
            (
                &["iscsi://", "iscsi://", "iser://"],
                &["iscsi+tcp://", "iscsi+unix://", "iscsi:"],
            ),
            USERS,
            HOSTS,
            PORTS,
            (
                &["/iqn.2001-04.com.example:disk", "/iqn%3Ax", "/t"],
                &[
                    "/iqn@x",
                    "/a%41%42b",
                    "/a%41b%42c",
                    "/a%41bc%42d",
                    "/a%2Fb",
                    "/",
                    "",
                    "/a@b@c",
                    "//t",
                    &long,
                ],
            ),
            (
                &["/0", "/5", "/255"],
                &[
                    "",
                    "/",
                    "/01",
                    "/+1",
                    "/0x1",
                    "/x",
                    "/4294967297",
                    "/1/2",
                    "/-1",
                    "/%31",
                    "/ 1",
                    "/1#x",
                ],
            ),
            (
                &[""],
                &[
                    "?",
                    "?target_user=u&target_password=s3cret",
                    "?header_digest=crc32c",
                    "?iser",
                    "?x=1&iser=1",
                    "?x=1",
                    "?a@b",
                    "?socket=/s",
                    "?%69ser",
                ],
            ),
        ],
    )
}

/// Returns a random location.
pub(in super::super) fn iscsi(random: &mut Random) -> String {
    if random.once_in(2) {
        return iscsi_uri(random);
    }
    let mut options = Options::new();
    if random.once_in(6) {
        text(&mut options, "filename", iscsi_uri(random));
        return json::location(random, "iscsi", options);
    }
    text(
        &mut options,
        "transport",
        part(random, &["tcp"], &["iser", "", "unix"]),
    );
    text(&mut options, "portal", joined(random, &[HOSTS, PORTS]));
    text(
        &mut options,
        "target",
        part(random, &["iqn.x:disk", "t"], &["", "a/b", "a%41", "a@b"]),
    );
    if !random.once_in(4) {
        number(random, &mut options, "lun");
    }
    if random.once_in(3) {
        text(&mut options, "user", "chap");
        text(&mut options, "password", "s3cret");
    }
    maybe(random, &mut options, "initiator-name", &["iqn.y"], &[""]);
    maybe(random, &mut options, "header-digest", &["none"], &["x"]);
    json::location(random, "iscsi", options)
}
