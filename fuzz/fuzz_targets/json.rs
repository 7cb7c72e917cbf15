// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is written of any image, chain, graph, verdict, location or error: JSON is JSON, laid out
//! as by serde_json, with nothing in it that a terminal acts on, and with the exact bytes of every
//! name. What the command line tool shows to people has no such character either.
//!
//! The input is a format, the size of a name, the name, and the image.
#![no_main]

#[path = "json/chain.rs"]
mod chain;
#[path = "json/graph.rs"]
mod graph;
#[path = "json/oracle.rs"]
mod oracle;
/// What the tool shows to people, in its own code.
#[path = "../../cli/src"]
mod tool {
    pub(crate) mod info {
        pub(crate) mod human;
    }
    pub(crate) mod scan {
        pub(crate) mod graph;
    }
    pub(crate) mod text;
}

use diskprobe::location::{without_credentials, Location};
use diskprobe::{probe_buffer, Detail, Finding, Format, Image, Options, Policy, Verdict};
use diskprobe_fuzz::object::asked;
use libfuzzer_sys::fuzz_target;
use oracle::{assert_shown, assert_text, written};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
// Where that code has it.
use tool::text;

/// Where the next image starts in the input, in each.
const APART: usize = 512;
/// A directory of policies.
const DIRECTORY: &str = "/srv";

fuzz_target!(|input: &[u8]| {
    let Some((&[choice, length], rest)) = input.split_first_chunk() else {
        return;
    };
    let (name, bytes) = rest.split_at(usize::from(length).min(rest.len()));
    let options = Options::new()
        .format(asked(choice))
        .thorough(choice >= 128)
        .file_name(OsStr::from_bytes(name));
    match probe_buffer(bytes, u64::try_from(bytes.len()).ok(), &options) {
        Ok(image) => of_image(name, &image),
        Err(error) => {
            let file = OsStr::from_bytes(name);
            let object = written(Image::failure_json(file, &error));
            assert_text(&object, "filename", Some(name));
            assert_eq!(object["error"]["message"], error.to_string());
            let object = written(Verdict::failure_json(file, &error));
            assert_eq!(object["accepted"], false);
        }
    }
    of_location(name);
    of_location(bytes);
    chain::walked(name, bytes, &options);
    // Files are many times slower.
    if length % 8 == 0 {
        graph::collected(name, bytes, &options);
    }
});

fn of_image(name: &[u8], image: &Image) {
    let file = OsStr::from_bytes(name);
    let object = written(image.json(file, Some(4096)));
    assert_eq!(object["actual-size"], 4096);
    assert_text(&object, "filename", Some(name));
    let backing = image.backing().map(|backing| backing.location);
    assert_text(
        &object,
        "backing-filename",
        backing.map(without_credentials).as_deref(),
    );
    for key in ["creator", "comment", "adapter-type"] {
        let mut details = image.details().into_iter();
        let detail = details.find(|detail| detail.name() == key);
        let detail = detail.as_ref();
        assert_text(&object, key, detail.map(Detail::text));
    }
    if let Some(data_file) = image.data_file() {
        let name = data_file.location.map(without_credentials);
        assert_text(&object["data-file"], "filename", name.as_deref());
    }
    if let Some(parent) = image.parent() {
        assert_text(&object["parent"], "location", parent.location);
    }
    for (number, extent) in image.extents().enumerate() {
        let object = &object["extents"][number];
        assert_text(object, "filename", Some(extent.location));
        assert_text(object, "type", Some(extent.kind));
    }
    for (number, reference) in image.references().enumerate() {
        let object = &object["references"][number];
        assert_text(
            object,
            "location",
            Some(&without_credentials(reference.location)),
        );
    }
    let policy = Policy::new().allow_format(Format::Qcow2);
    let policy = policy.deny(Finding::Encrypted).max_virtual_size(1 << 20);
    let policy = policy
        .allow_backing_under(DIRECTORY)
        .expect("an absolute name");
    let verdict = policy.evaluate(image, Some(Path::new(file)));
    let object = written(verdict.json(file, image));
    assert_eq!(object["accepted"], verdict.is_accepted());
    assert_shown(&tool::info::human::image(name, image));
}

fn of_location(bytes: &[u8]) {
    match Location::parse(bytes) {
        Ok(location) => {
            let object = written(location.json());
            assert_text(&object, "input", Some(location.masked()));
            assert_text(&object, "path", location.path());
            assert_text(&object, "relpath", location.relative_name());
        }
        Err(error) => {
            let object = written(Location::failure_json(bytes, &error));
            assert_text(&object, "input", Some(&without_credentials(bytes)));
        }
    }
}
