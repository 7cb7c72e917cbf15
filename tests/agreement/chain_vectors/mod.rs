// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares chains, probes and lookups with recorded answers of libvirt 11.3. Each difference has a
//! class that docs/chain.md explains. The answers are not part of this repository.

mod differences;
mod facts;
mod lookup;
mod probe;

use differences::Differences;
use diskprobe::chain::{
    Chain, ChainError, ChainOptions, DataFileDirectory, Element, ElementKind, ElementState,
    OpenRequest, Opened, Opener, UnrecordedFormat,
};
use diskprobe::{Error, ErrorKind, Format, Options};
use diskprobe_test_support::chain::images as images_of;
use diskprobe_test_support::oracle::{trial, Need, VECTORS};
use diskprobe_test_support::vectors::{self, text};
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

const PYTHON: Need = Need::Program("python3", "python3");

pub(crate) fn trials() -> Vec<Trial> {
    let needs = [VECTORS, PYTHON];
    let mut trials = trials![needs; chains_differ_only_for_known_reasons];
    let name = "chain_vectors::probes_differ_only_for_known_reasons";
    trials.push(trial(name, &needs, probe::compare));
    trials.push(trial(lookup::NAME, &needs, lookup::compare));
    let name = "chain_vectors::the_document_explains_each_class";
    trials.push(trial(name, &[], differences::assert_explained));
    trials
}

/// The images, found by the paths they had when the answers were recorded.
struct Unpacked {
    directories: [(&'static str, PathBuf); 2],
}

impl Unpacked {
    fn new(images: &Images) -> Self {
        let directories = ["own", "libvirt"].map(|name| images.path(name));
        for directory in &directories {
            std::fs::create_dir(directory).expect("a directory");
        }
        let [own, of_libvirt] = directories;
        vectors::unpack(&[&own, &of_libvirt]);
        let directories = [(vectors::DIRECTORY, own), (facts::OF_LIBVIRT, of_libvirt)];
        Unpacked { directories }
    }

    /// Returns the current path of the file with this recorded path.
    fn path(&self, path: &Path) -> PathBuf {
        let moved = self.directories.iter().find_map(|(said, directory)| {
            let name = path.strip_prefix(said).ok()?;
            Some(directory.join(name))
        });
        moved.unwrap_or_else(|| path.to_owned())
    }
}

impl Opener for &Unpacked {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        match request.location().local_path() {
            Some(path) => Ok(Opened::fd(File::open(self.path(path))?)),
            None => Ok(Opened::unopened()),
        }
    }
}

/// Walks the chain with libvirt's rules: unrecorded formats are probed, and the top is raw unless a
/// format is given.
fn walk(unpacked: &Unpacked, vector: &Value) -> Result<Chain, ChainError> {
    let format = text(&vector["format"]).parse::<Format>().ok();
    let max_depth = vector["max_depth"].as_u64().expect("a depth");
    let options = ChainOptions::new()
        .image_options(Options::new().format(Some(format.unwrap_or(Format::Raw))))
        .unrecorded_format(UnrecordedFormat::Probe)
        .data_file_directory(DataFileDirectory::Image)
        .max_images(u32::try_from(max_depth).expect("small"))
        .expect("within the limit");
    let mut opener = unpacked;
    Chain::open(facts::top(&vector["start"]), &mut opener, &options)
}

/// Returns whether libvirt's walk fails at an image with an error. Otherwise the walk ends before
/// that image.
fn reports_broken(vector: &Value) -> bool {
    let fails = vector["rc"] == -1;
    vector["report_broken"].as_bool().expect("a flag") || fails
}

fn chains_differ_only_for_known_reasons() {
    let images = Images::new();
    let unpacked = Unpacked::new(&images);
    let vectors = vectors::read("chain.jsonl");
    let mut differences = Differences::new("chain.jsonl", "chain-");
    for vector in &vectors {
        let walked = walk(&unpacked, vector);
        let found = compared(vector, &walked);
        differences.add(text(&vector["id"]), &found);
    }
    differences.check();
}

/// Returns the differences between our chain and libvirt's.
fn compared(vector: &Value, walked: &Result<Chain, ChainError>) -> String {
    let (chain, is_refused) = match walked {
        Ok(chain) => (chain, false),
        Err(broken) => (broken.partial_chain(), true),
    };
    let theirs = vector["chain"].as_array().expect("elements");
    let (ends, theirs): (Vec<_>, Vec<_>) = theirs
        .iter()
        .partition(|element| element["terminator"] == true);
    let images: Vec<&Element> = images_of(chain).collect();
    match (vector["rc"] == -1, is_refused) {
        (true, true) => {
            let error = chain.elements().last().and_then(error_of);
            let found = reason(&vector["error"], error.expect("an error").kind());
            // On failure libvirt still reports the top, if it was read.
            let top = images.first().filter(|top| top.image().is_some());
            let of_top = top.map_or_else(String::new, |top| element(chain, 0, top, theirs[0]));
            return [found, of_top].concat();
        }
        (true, false) => return "accepted".into(),
        (false, true) if reports_broken(vector) => {
            let error = chain.elements().last().and_then(error_of);
            return format!("refused: {}", error.expect("an error").kind());
        }
        (false, _) => {}
    }
    // libvirt omits an image with an error.
    let images: Vec<_> = images
        .into_iter()
        .filter(|image| error_of(image).is_none())
        .collect();
    if images.len() != theirs.len() {
        return format!("{} images for {}", images.len(), theirs.len());
    }
    let mut found: Vec<String> = Vec::new();
    for (index, (image, theirs)) in images.iter().zip(&theirs).enumerate() {
        found.push(element(chain, index, image, theirs));
    }
    let is_whole = !is_refused && images.iter().all(|image| image.image().is_some());
    if is_whole == ends.is_empty() {
        found.push("the end".into());
    }
    found.retain(|found| !found.is_empty());
    found.join("; ")
}

fn error_of(element: &Element) -> Option<&Error> {
    match element.state() {
        ElementState::Failed(error) => Some(error),
        _ => None,
    }
}

/// Returns an empty text if libvirt fails for the same reason.
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

fn element(chain: &Chain, index: usize, image: &Element, theirs: &Value) -> String {
    let prefix = format!("{index}.");
    let mut found = facts::differing(&prefix, &facts::ours(image), &facts::theirs(theirs));
    let data_file = chain.elements().iter().find(|other| {
        let parent = chain.parent(other);
        other.kind() == ElementKind::DataFile
            && parent.is_some_and(|parent| std::ptr::eq(parent, image))
            && error_of(other).is_none()
    });
    match (data_file, &theirs["data_file"]) {
        (None, Value::Null) => {}
        (Some(ours), theirs) if !theirs.is_null() => {
            let prefix = format!("{prefix}data_file.");
            found.extend(facts::differing(
                &prefix,
                &facts::ours(ours),
                &facts::theirs(theirs),
            ));
        }
        _ => found.push(format!("{prefix}data_file")),
    }
    found.join("; ")
}
