// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elements by the names that users give: chains of three images, of which only the names and the
//! identities of the files count.

use super::differences::Differences;
use diskprobe::chain::{Chain, ChainOptions, Identity, Lookup, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::Error;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::Bytes;
use diskprobe_test_support::vectors::{read, text};
use diskprobe_test_support::Images;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Opens images in memory, with the identities of the files of their names.
struct Named<'a> {
    directory: &'a Path,
    images: Vec<Vec<u8>>,
    opened: usize,
}

impl Opener for Named<'_> {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        let path = location.local_path().expect("a path");
        let identity = identify(self.directory, path);
        assert!(identity.is_some(), "{location:?}");
        let image = &self.images[self.opened];
        self.opened += 1;
        Ok(Opened::Source {
            length: Some(image.len() as u64),
            source: Box::new(Bytes(image)),
            identity,
        })
    }
}

/// Returns the identity of a file. A relative name is in the directory, as if it were the current
/// one.
fn identify(directory: &Path, path: &[u8]) -> Option<Identity> {
    let path = directory.join(Path::new(std::ffi::OsStr::from_bytes(path)));
    Identity::of_path(path.as_os_str().as_bytes())
}

/// Walks a chain whose elements are recorded by these names.
fn chain(images: &Images, names: &[String]) -> Chain {
    let directory = images.directory();
    let overlay = |name: &String| Qcow2::new(MIB).backing(name, "qcow2").bytes();
    let mut all: Vec<Vec<u8>> = names[1..].iter().map(overlay).collect();
    all.push(Qcow2::new(MIB).bytes());
    let mut opener = Named {
        directory,
        images: all,
        opened: 0,
    };
    let top = Location::of_path(names[0].as_bytes());
    let chain = Chain::open(top, &mut opener, &ChainOptions::new());
    chain.unwrap_or_else(|broken| panic!("{names:?}: {broken}"))
}

/// Compares all lookups.
pub(crate) fn compare() {
    let images = Images::new();
    let vectors = read("lookup.jsonl");
    std::fs::create_dir(images.path("sub")).expect("a directory");
    for name in ["wrap", "qcow2", "raw"] {
        images.write(name, b"");
    }
    symlink("../wrap", images.path("sub/link2")).expect("a link");
    let directory = images.directory().to_str().expect("UTF-8");
    let here = |name: &Value| text(name).replace("@DIR@", directory);

    let mut chains = BTreeMap::new();
    let mut differences = Differences::new("lookup.jsonl", "lookup-");
    for vector in &vectors {
        let elements = vector["chain"].as_array().expect("elements");
        let recorded = |element: &Value| match &element["relpath"] {
            Value::Null => here(&element["path"]),
            relative => here(relative),
        };
        let names: Vec<String> = elements.iter().map(recorded).collect();
        let chain = chains
            .entry(names)
            .or_insert_with_key(|names| chain(&images, names));
        let name = vector["name"].as_str().map(|_| here(&vector["name"]));
        let index = |value: &Value| value.as_u64().and_then(|index| usize::try_from(index).ok());
        let lookup = Lookup {
            name: name.as_deref().map(str::as_bytes),
            disk: vector["target"].as_str().map(str::as_bytes),
            below: index(&vector["start_from"]),
        };
        let found = chain.find(&lookup, &mut |path| identify(images.directory(), path));
        let parent = found.and_then(|found| chain.elements()[found].parent());
        let expected = (index(&vector["found"]), index(&vector["parent"]));
        let differs = match (found, parent) == expected {
            true => String::new(),
            false => format!("{found:?} below {parent:?} for {expected:?}"),
        };
        differences.add(text(&vector["id"]), &differs);
    }
    differences.check();
}
