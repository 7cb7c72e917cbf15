// SPDX-License-Identifier: MIT OR Apache-2.0
//! Elements by the names that users give: chains of three images, of which only the names and the
//! identities of the files count.

use super::differences::Differences;
use diskprobe::chain::{Chain, ChainOptions, Element, Identity, Lookup};
use diskprobe::chain::{OpenRequest, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::Error;
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::vectors::{read, text};
use diskprobe_test_support::Images;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::process::Command;

/// The name of the test.
pub(crate) const NAME: &str = "chain_vectors::lookups_differ_only_for_known_reasons";

/// Opens images in memory, with the identities of the files of their names.
struct Named {
    images: Vec<Vec<u8>>,
    opened: usize,
}

impl Opener for Named {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let path = request.location().local_path().expect("a path");
        let identity = Identity::from_path(path).expect("a file");
        let image = self.images[self.opened].as_slice();
        self.opened += 1;
        Ok(Opened::source(Box::new(image)).identity(identity))
    }
}

/// Walks a chain whose elements are recorded by these names.
fn chain(names: &[String]) -> Chain {
    let overlay = |name: &String| Qcow2::new(MIB).backing(name, "qcow2").bytes();
    let mut all: Vec<Vec<u8>> = names[1..].iter().map(overlay).collect();
    all.push(Qcow2::new(MIB).bytes());
    let mut opener = Named {
        images: all,
        opened: 0,
    };
    let top = Location::from_path(&names[0]);
    let chain = Chain::open(top, &mut opener, &ChainOptions::new());
    chain.unwrap_or_else(|broken| panic!("{names:?}: {broken}"))
}

/// Set in the process that compares.
const INSIDE: &str = "DISKPROBE_LOOKUPS_HERE";

/// Compares all lookups, in a process whose current directory has the files.
pub(crate) fn compare() {
    if std::env::var_os(INSIDE).is_some() {
        return compare_here();
    }
    let images = Images::new();
    std::fs::create_dir(images.path("sub")).expect("a directory");
    for name in ["wrap", "qcow2", "raw"] {
        images.write(name, b"");
    }
    symlink("../wrap", images.path("sub/link2")).expect("a link");
    let mut inside = Command::new(std::env::current_exe().expect("a path"));
    inside.args(["--exact", NAME]).env(INSIDE, "1");
    let output = inside.current_dir(images.directory()).output();
    let output = output.expect("the test starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("1 passed"), "{text}{errors}");
}

fn compare_here() {
    let vectors = read("lookup.jsonl");
    let directory = std::env::current_dir().expect("a directory");
    let directory = directory.to_str().expect("UTF-8");
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
        let chain = chains.entry(names).or_insert_with_key(|names| chain(names));
        let name = vector["name"].as_str().map(|_| here(&vector["name"]));
        let index = |value: &Value| value.as_u64().and_then(|index| usize::try_from(index).ok());
        let named = name.as_deref().map(|name| Lookup::name(name.as_bytes()));
        let mut lookup = named.unwrap_or_else(Lookup::last);
        if let Some(disk) = vector["target"].as_str() {
            lookup = lookup.disk(disk.as_bytes());
        }
        if let Some(above) = index(&vector["start_from"]) {
            lookup = lookup.below(&chain.elements()[above]);
        }
        let found = chain.find(&lookup);
        let parent = found.and_then(|found| chain.parent(found));
        let (found, parent) = (found.map(Element::index), parent.map(Element::index));
        let expected = (index(&vector["found"]), index(&vector["parent"]));
        let differs = match (found, parent) == expected {
            true => String::new(),
            false => format!("{found:?} below {parent:?} for {expected:?}"),
        };
        differences.add(text(&vector["id"]), &differs);
    }
    differences.check();
}
