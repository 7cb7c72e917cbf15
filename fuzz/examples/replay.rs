// SPDX-License-Identifier: MIT OR Apache-2.0
//! Runs every input of a corpus once, to measure what of the code they reach.
//!
//! cargo run --example replay -- CORPUS (which holds a directory for each target)

/// What the tool shows to people, in its own code.
#[allow(dead_code)]
#[path = "../../cli/src"]
mod tool {
    pub(crate) mod info {
        pub(crate) mod human;
    }
    pub(crate) mod text;
}

use diskprobe::location::{DiskTarget, Location};
use diskprobe::{probe_buffer, Error, Image, Options};
use diskprobe_fuzz::object::{asked, Object};
use diskprobe_fuzz::whole::{look_closely, looked_at};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use tool::text;

fn main() {
    let corpus = std::env::args().nth(1).expect("a corpus");
    let each = |target: &str, run: fn(&[u8])| {
        let entries = std::fs::read_dir(Path::new(&corpus).join(target));
        let inputs = entries.into_iter().flatten();
        let inputs = inputs.filter_map(|entry| std::fs::read(entry.ok()?.path()).ok());
        inputs.map(|input| run(&input)).count()
    };
    let counts = [
        each("auto", |input| look_closely(input, &looked_at(input))),
        each("given", |input| {
            if let Some((choice, image)) = input.split_first() {
                let options = Options::new()
                    .format(asked(*choice))
                    .thorough(*choice >= 128);
                read(&probe_buffer(
                    image,
                    u64::try_from(image.len()).ok(),
                    &options,
                ));
            }
        }),
        each("json", |input| {
            if let Some((&[choice, length], rest)) = input.split_first_chunk() {
                let (name, bytes) = rest.split_at(usize::from(length).min(rest.len()));
                told(choice, name, bytes);
            }
        }),
        each("windows", object),
        each("facts", object),
        each("verdict", object),
        each("location", |input| {
            let _ = DiskTarget::parse(input);
            let _ = match Location::parse(input) {
                Ok(location) => {
                    let relative = Location::parse_relative_to(b"../x", &location);
                    let others = [
                        relative.ok(),
                        location.local_path().map(Location::from_path),
                    ];
                    let others = others.iter().flatten();
                    let alike = others.filter(|other| location.is_equivalent(other));
                    let (details, hosts) = (location.details(), location.hosts());
                    format!("{location:?} {details:?} {hosts:?} {}", alike.count())
                }
                Err(error) => error.to_string(),
            };
        }),
    ];
    println!("{} inputs", counts.iter().sum::<usize>());
}

/// What the tool says of an image.
fn told(choice: u8, name: &[u8], bytes: &[u8]) {
    let options = Options::new().format(asked(choice)).thorough(choice >= 128);
    let length = u64::try_from(bytes.len()).ok();
    let file = OsStr::from_bytes(name);
    let _ = match probe_buffer(bytes, length, &options.file_name(file)) {
        Ok(image) => {
            let shown = tool::info::human::image(name, &image);
            image.json(file, None).to_string() + &shown
        }
        Err(error) => Image::failure_json(file, &error).to_string(),
    };
    for text in [name, bytes] {
        let _ = match Location::parse(text) {
            Ok(location) => location.json().to_string(),
            Err(error) => Location::failure_json(text, &error).to_string(),
        };
    }
}

/// Formats everything that can be formatted.
fn read(answer: &Result<Image, Error>) {
    let _ = match answer {
        Ok(image) => {
            let lists = (image.details(), image.references(), image.extents());
            format!(
                "{image:?} {:?} {lists:?}",
                image.findings().collect::<Vec<_>>()
            )
        }
        Err(error) => error.to_string(),
    };
}

fn object(input: &[u8]) {
    if let Some(object) = Object::decoded(input) {
        read(&object.probed());
        let _ = diskprobe::probe_source(&mut &object, &object.options());
    }
}
