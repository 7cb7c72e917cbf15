// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of Ceph: the old syntax and `json:`.

use super::super::json::{self, text, Options};
use super::{joined, maybe, part, server};
use diskprobe_test_support::random::Random;

const RBD_OPTIONS: [&str; 37] = [
    ":id=u",
    ":id=u",
    ":conf=/x",
    ":key=s3cret==",
    r":mon_host=h1\:1\;h2\,h3\ h4",
    r":mon_host=[\:\:1]\:6789",
    r":mon_host=h",
    ":rbd_cache=false",
    ":rbd_cache_size=5",
    r":auth_supported=cephx\;none",
    ":auth_client_required=none",
    ":client_mount_timeout=5",
    ":id=u@x",
    r":id=a\:b",
    ":id=",
    r":conf=a\b",
    ":conf=/a@b",
    ":conf=",
    ":key=a/b@c=",
    r":mon_host=[\:\:1]",
    ":mon_host=h1,h2",
    r":mon_host=h\:70000",
    r":mon_host=h\:0",
    r":mon_host=h1\;",
    ":mon_host=",
    r":mon_host=v2\:h\:1",
    ":mon_host=[h]",
    r":mon host=evil\:1",
    ":mon-host=evil",
    ":log_file=/x",
    ":keyring=/k",
    r":rbd_cac\he=true",
    ":rbd cache=true",
    ":x",
    ":",
    ":=",
    ":conf=h://x",
];

fn rbd_string(random: &mut Random) -> String {
    let mut string = joined(
        random,
        &[
            (&["rbd:"], &["rbd:", "rbd:/", "rbd://"]),
            (
                &["p/", "pool/", "p/ns/"],
                &["", "p@x/", r"po\:ol/", "p q/", "p/a/b/", "p//", "p/n@s/"],
            ),
            (&["i", "img"], &["", r"i\@j", "i j", "i%41", "i.j"]),
            (&["", "", "@s"], &["@", "@a/b", "@s@t", r"@a\:b"]),
        ],
    );
    for _ in 0..random.below(4) {
        let end = if random.once_in(2) {
            12
        } else {
            RBD_OPTIONS.len()
        };
        string += RBD_OPTIONS[random.below(end)];
    }
    string
}

/// Returns a random location.
pub(in super::super) fn rbd(random: &mut Random) -> String {
    if random.once_in(2) {
        return rbd_string(random);
    }
    let mut options = Options::new();
    if random.once_in(6) {
        let string = rbd_string(random);
        let start = if random.once_in(8) { 4 } else { 0 };
        text(&mut options, "filename", &string[start..]);
        return json::location(random, "rbd", options);
    }
    text(
        &mut options,
        "pool",
        part(random, &["p", "pool"], &["", "p/q", "p@q", r"p\q"]),
    );
    text(
        &mut options,
        "image",
        part(random, &["i", "img"], &["", "a/b", "i@s", "i:j"]),
    );
    maybe(
        random,
        &mut options,
        "namespace",
        &["ns"],
        &["", "a/b", "n@s"],
    );
    maybe(
        random,
        &mut options,
        "snapshot",
        &["s"],
        &["", "a/b", "s@t"],
    );
    maybe(random, &mut options, "conf", &["/x"], &["", r"a\b"]);
    maybe(
        random,
        &mut options,
        "user",
        &["u"],
        &["", "u:v", "client.u"],
    );
    if random.once_in(4) {
        let modes = ["cephx", "none"];
        let name = part(
            random,
            &["auth-client-required.0"],
            &["auth-client-required"],
        );
        text(&mut options, name, modes[random.below(2)]);
    }
    for index in 0..random.below(3) {
        server(random, &mut options, &format!("server.{index}."));
    }
    json::location(random, "rbd", options)
}
