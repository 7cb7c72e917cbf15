// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations, each opened as the name of an image.

use super::chains::reason;
use super::{is_documented, number_and_seed, Classes, Opened, Tracer, TOOL};
use diskprobe_test_support::random::Random;
use diskprobe_test_support::Images;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Locations that one run of the tool parses.
const BATCH: usize = 50;
/// Locations for each chain of the other test.
const FOR_EACH_CHAIN: u64 = 5;

const OPTIONS: [&str; 16] = [
    r#""read-only":true"#,
    r#""cache":{"direct":false}"#,
    r#""locking":"auto""#,
    r#""discard":"ignore""#,
    r#""backing":null"#,
    r#""backing":{"driver":"file","filename":"b.raw"}"#,
    r#""backing.filename":"b.raw""#,
    r#""data-file.filename":"b.raw""#,
    r#""filename":"b.raw""#,
    r#""file.filename":"b.raw""#,
    r#""offset":512"#,
    r#""size":"512""#,
    r#""size":0"#,
    r#""path":"/b""#,
    r#""host":"b""#,
    r#""x":{}"#,
];

/// The files that exist.
const FILES: [&str; 6] = [
    "a.raw",
    "b.raw",
    "a:b.raw",
    "sub/a.raw",
    "nbd:a:1",
    "file:a.raw",
];

fn file_name(random: &mut Random, within: &str) -> String {
    let name = *random.choose(&FILES);
    match random.below(3) {
        0 => format!("{within}/{name}"),
        1 => format!("./{name}"),
        _ => name.to_owned(),
    }
}

fn server(random: &mut Random) -> String {
    let host = *random.choose(&["h", "h.example", "127.0.0.1", "::1"]);
    let port = 1 + random.below(65535);
    match random.below(5) {
        0 => r#""path":"/s""#.to_owned(),
        1 => r#""server":{"type":"unix","path":"/s"}"#.to_owned(),
        2 => format!(r#""server":{{"type":"inet","host":"{host}","port":"{port}"}}"#),
        3 => format!(r#""server.type":"inet","server.host":"{host}","server.port":"{port}""#),
        _ => format!(r#""host":"{host}","port":"{port}""#),
    }
}

/// Returns a protocol driver, sometimes with an option that it does not have.
fn node(random: &mut Random, within: &str) -> String {
    let mut node = match random.below(6) {
        0 => format!(r#""driver":"nbd",{}"#, server(random)),
        1 => format!(r#""filename":"{}""#, file_name(random, within)),
        2 => format!(
            r#""driver":"host_device","filename":"{}""#,
            file_name(random, within)
        ),
        _ => format!(
            r#""driver":"file","filename":"{}""#,
            file_name(random, within)
        ),
    };
    if random.once_in(4) {
        node = format!("{node},{}", random.choose(&OPTIONS));
    }
    node
}

fn location(random: &mut Random, within: &str) -> String {
    let port = 1 + random.below(65535);
    match random.below(14) {
        0 => file_name(random, within),
        1 => format!("file:{}", file_name(random, within)),
        2 => format!("nbd:h.example:{port}"),
        3 => format!(
            "nbd:unix:/s:exportname={}",
            random.choose(&["", "a:b", "a/b"])
        ),
        4 => format!(
            "nbd://{}/x",
            random.choose(&["h", "[::1]", "h:1", "u@h", "[::1]:7"])
        ),
        5 => "nbd+unix:///x?socket=/s".to_owned(),
        6 => format!("json:{{{}}}", node(random, within)),
        number => {
            let driver = random.choose(&["", r#""driver":"raw","#, r#""driver":"qcow2","#]);
            let mut file = format!("{{{}}}", node(random, within));
            if number == 7 {
                file = format!(r#"{{"driver":"raw","file":{file}}}"#);
            }
            let mut options = String::new();
            if random.once_in(3) {
                options = format!(",{}", random.choose(&OPTIONS));
            }
            format!(r#"json:{{{driver}"file":{file}{options}}}"#)
        }
    }
}

/// Returns whether the location names the opened files and servers. If the open failed, they can be
/// fewer.
fn is_named(found: &Value, opened: &Opened, working: &Path) -> bool {
    let mut files = BTreeSet::new();
    let mut servers = BTreeSet::new();
    match found["type"].as_str() {
        Some("network") => {
            for host in found["hosts"].as_array().into_iter().flatten() {
                servers.insert(match host["socket"].as_str() {
                    Some(socket) => format!("socket {socket}"),
                    None => {
                        let name = host["name"].as_str().expect("a name");
                        format!("host {name} {}", host["port"])
                    }
                });
            }
        }
        _ => {
            let path = working.join(found["path"].as_str().expect("a path"));
            files.extend(path.canonicalize().ok());
        }
    }
    match opened.is_ok {
        true => opened.files == files && opened.servers == servers,
        false => opened.files.is_subset(&files) && opened.servers.is_subset(&servers),
    }
}

pub(super) fn a_location_names_what_is_opened() {
    let (number, seed) = number_and_seed();
    let number = number * FOR_EACH_CHAIN;
    let tracer = Tracer::new();
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    for name in FILES {
        images.write(name, [0; 4096]);
    }
    let working = images.directory().canonicalize().expect("a directory");
    let within = working.to_str().expect("UTF-8");
    let all: Vec<String> = (0..number)
        .map(|index| location(&mut Random::of(seed, index), within))
        .collect();
    let mut classes = Classes::default();
    let mut wrong = Vec::new();
    for batch in all.chunks(BATCH) {
        let mut arguments = vec!["location", "--output=json", "--", "/always/two"];
        arguments.extend(batch.iter().map(String::as_str));
        let answers = TOOL.run(&working, &arguments).json_lines();
        for (string, found) in batch.iter().zip(&answers[1..]) {
            let opened = tracer.open(&working, &working, &[string]);
            let theirs = match (opened.is_ok, opened.servers.is_empty()) {
                (true, _) => "opened by QEMU",
                (false, true) => "refused by QEMU",
                (false, false) => "looked up by QEMU",
            };
            let kind = found["type"].as_str().unwrap_or("refused");
            let is_understood = !matches!(kind, "refused" | "unknown");
            if is_understood && !is_named(found, &opened, &working) {
                wrong.push(format!(
                    "{string}: {found}, opened {:?} {:?}, {}",
                    opened.files, opened.servers, opened.error
                ));
            }
            match (is_understood, opened.is_ok || !opened.servers.is_empty()) {
                (false, true) => {
                    let reason = found.get("error").map_or("", reason);
                    if !is_documented(reason) {
                        wrong.push(format!("{string}: not documented: {reason}"));
                    }
                    classes.add(format!("{kind}, {theirs}: {reason}"));
                }
                _ => classes.add(format!("{kind}, {theirs}")),
            }
        }
    }
    classes.print("locations", number, seed);
    classes.assert_none_differ(&wrong, number);
}
