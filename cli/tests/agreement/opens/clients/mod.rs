// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random locations of the protocols for which QEMU uses a client library. The tool's answer must
//! match what QEMU passes to this library.
//!
//! A preloaded library replaces the functions of the client library, so that no server is needed.

mod documented;
mod json;
mod strings;
mod told;

use super::chains::reason;
use super::{number_and_seed, Classes, Opened, Tracer, CC, QEMU_IO, TOOL};
use diskprobe_test_support::oracle::{trial, Need};
use diskprobe_test_support::random::Random;
use libtest_mimic::Trial;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Number of locations that one run of the tool parses.
const BATCH: usize = 50;
/// Number of locations of each protocol, per chain of the other tests.
const FOR_EACH_CHAIN: u64 = 3;

/// A protocol, and the generator of its locations.
struct Client {
    name: &'static str,
    driver: Need,
    location: fn(&mut Random) -> String,
}

macro_rules! client {
    ($name:ident) => {
        Client {
            name: stringify!($name),
            driver: Need::Other(
                concat!(
                    "driver ",
                    stringify!($name),
                    " in qemu-io (package qemu-block-extra, in the version of qemu-utils)"
                ),
                || has_driver(stringify!($name)),
            ),
            location: strings::$name,
        }
    };
}

const CLIENTS: [Client; 5] = [
    client!(rbd),
    client!(iscsi),
    client!(nfs),
    client!(ssh),
    client!(gluster),
];

/// Returns whether `qemu-io` has a driver, built in or in a module.
fn has_driver(name: &str) -> bool {
    let location = format!(r#"json:{{"driver":"{name}"}}"#);
    let output = Command::new("qemu-io")
        .args(["-c", "quit", &location])
        .output();
    output.is_ok_and(|output| !String::from_utf8_lossy(&output.stderr).contains("Unknown driver"))
}

pub(super) fn trials() -> Vec<Trial> {
    let trials = CLIENTS.iter().map(|client| {
        let name = format!(
            "opens::clients::{}_is_told_what_the_location_says",
            client.name
        );
        trial(name, &[CC, QEMU_IO, client.driver], || is_told(client))
    });
    trials.collect()
}

fn is_told(client: &'static Client) {
    let (number, seed) = number_and_seed();
    let number = number * FOR_EACH_CHAIN;
    let tracer = Tracer::with_servers();
    let all: Vec<String> = (0..number)
        .map(|index| (client.location)(&mut Random::of(seed, index)))
        .collect();
    let mut classes = Classes::default();
    let mut wrong = Vec::new();
    let begun = std::time::Instant::now();
    for batch in all.chunks(BATCH) {
        let mut arguments = vec!["location", "--output=json", "--", "/always/two"];
        arguments.extend(batch.iter().map(String::as_str));
        let answers = TOOL.run(Path::new("/"), &arguments).json_lines();
        for (string, found) in batch.iter().zip(&answers[1..]) {
            let opened = tracer.open(Path::new("/"), Path::new("/none"), &[string]);
            match compare(string, found, &opened) {
                Ok(class) => classes.add(class),
                Err(difference) => wrong.push(format!("{string}: {difference}")),
            }
        }
    }
    classes.print(&format!("locations of {}", client.name), number, seed);
    println!("{:?}", begun.elapsed());
    classes.assert_none_differ(&wrong, number);
}

/// Returns the class of the agreement, or describes the difference.
fn compare(string: &str, found: &Value, opened: &Opened) -> Result<String, String> {
    let told = told::told(&opened.servers);
    let error = opened.error.as_str();
    match (told, found.get("error")) {
        (None, Some(_)) => Ok("refused by both".to_owned()),
        (None, None) if found["type"] == "unknown" => Ok("refused by QEMU, unknown".to_owned()),
        (None, None) => match documented::qemu_refuses(error) {
            Some(reason) => Ok(format!("refused by QEMU: {reason}")),
            None => Err(format!("QEMU refuses: {error}{found}")),
        },
        (Some(_), Some(error)) => match documented::is_refused(reason(error)) {
            true => Ok(format!("refused, opened by QEMU: {}", reason(error))),
            false => Err(format!("not documented: {}", reason(error))),
        },
        (Some(mut told), None) => {
            let named = told::named(string, found);
            // If the user name is a credential, the answer shows only that there are credentials.
            let is_hidden = matches!(found["protocol"].as_str(), Some("iscsi" | "ssh"))
                && found["credentials"] == true;
            told.retain(|line| !is_hidden || !line.starts_with("user "));
            if found["input"].as_str().expect("a text").contains("s3cret") {
                return Err(format!("a credential is shown: {found}"));
            }
            match named == told {
                true => Ok("the same".to_owned()),
                false => Err(format!("named {named:?}, told {told:?} {found}")),
            }
        }
    }
}
