// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of each protocol.

use super::json::{self, text, Options};
use diskprobe_test_support::random::Random;

/// Returns a usual part, or once in a while an unusual one.
fn part<'a>(random: &mut Random, usual: &[&'a str], unusual: &[&'a str]) -> &'a str {
    match random.once_in(8) {
        true => random.choose::<&str>(unusual),
        false => random.choose::<&str>(usual),
    }
}

fn joined(random: &mut Random, parts: &[(&[&str], &[&str])]) -> String {
    let parts = parts
        .iter()
        .map(|(usual, unusual)| part(random, usual, unusual));
    parts.collect()
}

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

/// Returns the host and the port of a `json:` location.
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

fn maybe(random: &mut Random, options: &mut Options, name: &str, usual: &[&str], odd: &[&str]) {
    if random.once_in(3) {
        text(options, name, part(random, usual, odd));
    }
}

/// Adds a number, sometimes as a text.
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

pub(super) fn rbd(random: &mut Random) -> String {
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

pub(super) fn iscsi(random: &mut Random) -> String {
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

pub(super) fn nfs(random: &mut Random) -> String {
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

pub(super) fn ssh(random: &mut Random) -> String {
    // The hash that the replaced library returns for every key.
    let (kind, length) = *random.choose(&[("md5", 16), ("sha1", 20), ("sha256", 32)]);
    let zeros = "00".repeat(length);
    let hash = format!("{kind}:{zeros}");
    if random.once_in(2) {
        let check = format!("?host_key_check={hash}");
        return joined(
            random,
            &[
                (&["ssh://"], &["ssh+tcp://", "ssh+unix://", "ssh:"]),
                USERS,
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

pub(super) fn gluster(random: &mut Random) -> String {
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
