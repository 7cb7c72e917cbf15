// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains, probes and lookups, with what libvirt 11.3 makes of them. Each difference is of a class
//! that docs/chain.md explains; a new one is a failure. The collection is not part of this
//! repository.

mod common;
#[path = "chain_vectors/differences.rs"]
mod differences;
#[path = "chain_vectors/facts.rs"]
mod facts;
#[path = "chain_vectors/lookup.rs"]
mod lookup;
#[path = "chain/made.rs"]
#[allow(dead_code)] // Others use the rest.
mod made;
#[path = "chain_vectors/probe.rs"]
mod probe;
#[path = "common/vectors.rs"]
mod vectors;
#[path = "common/volume.rs"]
mod volume;

use common::Images;
use differences::Differences;
use diskprobe::chain::{
    Chain, ChainError, ChainOptions, Element, ElementKind, LocalFiles, Opened, Opener,
    UnrecordedFormat,
};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Format, Options};
use serde_json::Value;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use vectors::text;

/// The images, under the paths that they had where the answers were made.
struct Unpacked {
    directories: [(&'static str, PathBuf); 2],
}

impl Unpacked {
    fn new(images: &Images) -> Option<Self> {
        let directories = ["own", "libvirt"].map(|name| images.path(name));
        for directory in &directories {
            std::fs::create_dir(directory).expect("a directory");
        }
        let [own, of_libvirt] = directories;
        vectors::unpack(&[&own, &of_libvirt])?;
        let directories = [(vectors::DIRECTORY, own), (facts::OF_LIBVIRT, of_libvirt)];
        Some(Unpacked { directories })
    }

    /// Where the file of that path is.
    fn path(&self, path: &[u8]) -> PathBuf {
        let path = Path::new(std::ffi::OsStr::from_bytes(path));
        let moved = self.directories.iter().find_map(|(said, directory)| {
            let name = path.strip_prefix(said).ok()?;
            Some(directory.join(name))
        });
        moved.unwrap_or_else(|| path.to_owned())
    }
}

impl Opener for &Unpacked {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        let Some(path) = location.local_path() else {
            return Ok(Opened::Unopened);
        };
        let moved = Location::of_path(self.path(path).as_os_str().as_bytes());
        match LocalFiles::unrestricted().open(&moved)? {
            Opened::File(file) => Ok(Opened::File(file)),
            _ => unreachable!("a path"),
        }
    }
}

/// The walk that libvirt was asked for: its rule for formats that are not recorded, and a top
/// that is raw where no format is given.
fn walk(unpacked: &Unpacked, vector: &Value) -> Result<Chain, ChainError> {
    let format = text(&vector["format"]).parse::<Format>().ok();
    let max_depth = vector["max_depth"].as_u64().expect("a depth");
    let options = ChainOptions::new()
        .image(&Options::new().format(Some(format.unwrap_or(Format::Raw))))
        .unrecorded_format(UnrecordedFormat::Probe)
        .max_images(u32::try_from(max_depth).expect("small"))
        .expect("within the limit");
    let mut opener = unpacked;
    Chain::open(facts::top(&vector["start"]), &mut opener, &options)
}

/// Whether libvirt's walk fails where an image on the way is at fault, or ends above it.
fn reports_broken(vector: &Value) -> bool {
    let fails = vector["rc"] == -1;
    vector["report_broken"].as_bool().expect("a flag") || fails
}

#[test]
fn chains() {
    let images = Images::new();
    let Some(unpacked) = Unpacked::new(&images) else {
        return;
    };
    let vectors = vectors::read("chain.jsonl").expect("the collection");
    let mut differences = Differences::new("chain.jsonl", "chain-");
    for vector in &vectors {
        let walked = walk(&unpacked, vector);
        let found = compared(vector, &walked);
        differences.add(text(&vector["id"]), &found);
    }
    differences.check();
}

/// In what they differ.
fn compared(vector: &Value, walked: &Result<Chain, ChainError>) -> String {
    let (chain, is_refused) = match walked {
        Ok(chain) => (chain, false),
        Err(broken) => (broken.partial_chain(), true),
    };
    let theirs = vector["chain"].as_array().expect("elements");
    let (ends, theirs): (Vec<_>, Vec<_>) = theirs
        .iter()
        .partition(|element| element["terminator"] == true);
    let images: Vec<&Element> = chain.images().map(|(_, image)| image).collect();
    match (vector["rc"] == -1, is_refused) {
        (true, true) => {
            let error = chain.elements().last().and_then(Element::error);
            let found = reason(&vector["error"], error.expect("an error").kind());
            // libvirt shows the top then, if it was read.
            let top = images.first().filter(|top| top.image().is_some());
            let of_top = top.map_or_else(String::new, |top| element(chain, 0, top, theirs[0]));
            return [found, of_top].concat();
        }
        (true, false) => return "accepted".into(),
        (false, true) if reports_broken(vector) => {
            let error = chain.elements().last().and_then(Element::error);
            return format!("refused: {}", error.expect("an error").kind());
        }
        (false, _) => {}
    }
    // What is at fault is left out there.
    let images: Vec<_> = images
        .into_iter()
        .filter(|image| image.error().is_none())
        .collect();
    if images.len() != theirs.len() {
        return format!("{} images for {}", images.len(), theirs.len());
    }
    let mut found: Vec<String> = Vec::new();
    for (place, (image, theirs)) in images.iter().zip(&theirs).enumerate() {
        found.push(element(chain, place, image, theirs));
    }
    let is_whole = !is_refused && images.iter().all(|image| image.image().is_some());
    if is_whole == ends.is_empty() {
        found.push("the end".into());
    }
    found.retain(|found| !found.is_empty());
    found.join("; ")
}

/// Nothing, where libvirt fails for the same reason.
fn reason(theirs: &Value, ours: ErrorKind) -> String {
    use ErrorKind::{FormatNotRecorded, InvalidLocation, Io, LimitExceeded, Loop, NotFound};
    let message = text(&theirs["message"]);
    let means: [(&str, &[ErrorKind]); 6] = [
        ("No such file or directory", &[NotFound]),
        ("Too many levels of symbolic links", &[Io]),
        ("self-referential or too deeply", &[Loop, LimitExceeded]),
        ("was not specified", &[FormatNotRecorded]),
        ("invalid backing protocol", &[InvalidLocation]),
        ("invalid empty data-file", &[InvalidLocation]),
    ];
    let same = means.iter().find(|(words, _)| message.contains(words));
    match same.is_some_and(|(_, kinds)| kinds.contains(&ours)) {
        true => String::new(),
        false => format!("{ours} for {}", text(&theirs["code"])),
    }
}

fn element(chain: &Chain, place: usize, image: &Element, theirs: &Value) -> String {
    let place = format!("{place}.");
    let mut found = facts::differing(&place, &facts::ours(image), &facts::theirs(theirs));
    let data_file = chain.elements().iter().find(|other| {
        let parent = other
            .parent()
            .and_then(|parent| chain.elements().get(parent));
        other.kind() == ElementKind::DataFile
            && parent.is_some_and(|parent| std::ptr::eq(parent, image))
            && other.error().is_none()
    });
    match (data_file, &theirs["data_file"]) {
        (None, Value::Null) => {}
        (Some(ours), theirs) if !theirs.is_null() => {
            let place = format!("{place}data_file.");
            found.extend(facts::differing(
                &place,
                &facts::ours(ours),
                &facts::theirs(theirs),
            ));
        }
        _ => found.push(format!("{place}data_file")),
    }
    found.join("; ")
}
