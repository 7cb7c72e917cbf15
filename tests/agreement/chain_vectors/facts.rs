// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts of an element of a chain: libvirt's and ours.

use diskprobe::chain::{Element, ElementKind};
use diskprobe::location::Location;
use diskprobe::{Feature, Format, Image};
use diskprobe_test_support::vectors::{text, DIRECTORY};
use diskprobe_test_support::volume::FEATURES;
use serde_json::Value;
use std::collections::BTreeMap;

/// The directory that is recorded for images of libvirt's own tests.
pub(crate) const OF_LIBVIRT: &str = "/libvirt";

/// The facts by name. An absent fact has no entry.
pub(crate) type Facts = BTreeMap<String, String>;

/// Returns a path with the directories at the time of recording.
pub(crate) fn path(path: &str) -> String {
    let path = path.replace("@DIR@", DIRECTORY);
    path.replace("@VDIR@", OF_LIBVIRT)
}

/// Returns libvirt's facts of an element.
pub(crate) fn theirs(element: &Value) -> Facts {
    let mut facts = Facts::new();
    for name in [
        "type",
        "path",
        "relpath",
        "protocol",
        "format",
        "capacity",
        "cluster_size",
        "backing_raw",
        "backing_raw_format",
        "data_file_raw",
        "compat",
        "readonly",
        "id",
    ] {
        let value = match &element[name] {
            Value::Null => continue,
            Value::String(text) => path(text),
            other => other.to_string(),
        };
        facts.insert(name.to_owned(), value);
    }
    facts.retain(|name, value| name != "backing_raw_format" || value != "none");
    for host in element["hosts"].as_array().into_iter().flatten() {
        let (name, port) = (text(&host["name"]), &host["port"]);
        facts.insert("host".to_owned(), format!("{name}:{port}"));
    }
    let slice = &element["slice"];
    if !slice.is_null() {
        let slice = format!("{}+{}", slice["offset"], slice["size"]);
        facts.insert("slice".to_owned(), slice);
    }
    let encryption = &element["encryption"];
    if !encryption.is_null() {
        let sectors = encryption["payload_offset"].as_u64().expect("sectors");
        let encryption = format!("{} {}", text(&encryption["format"]), sectors * 512);
        facts.insert("encryption".to_owned(), encryption);
    }
    for feature in element["features"].as_array().into_iter().flatten() {
        facts.insert(text(feature).to_owned(), "yes".to_owned());
    }
    facts
}

/// Returns our facts of an element, in libvirt's words.
pub(crate) fn ours(element: &Element) -> Facts {
    let mut facts = Facts::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(location) = element.location() {
        fact("type", location.kind().map(|kind| kind.as_str().to_owned()));
        fact("path", location.path().map(text));
        fact("relpath", location.relative_name().map(text));
        fact("protocol", location.protocol_name().map(text));
        for host in location.hosts() {
            let (name, port) = (host.name.map(text), host.port);
            let (name, port) = (name.unwrap_or_default(), port.unwrap_or_default());
            fact("host", Some(format!("{name}:{port}")));
        }
        let slice = location.slice();
        let slice =
            slice.map(|slice| format!("{}+{}", slice.offset, slice.size.unwrap_or_default()));
        fact("slice", slice);
    }
    fact(
        "format",
        element.format().map(|format| format.as_str().into()),
    );
    // libvirt gives data files no index.
    let index = match element.kind() {
        ElementKind::DataFile => 0,
        _ => element.depth(),
    };
    fact("id", Some(index.to_string()));
    // A data file is writable if its image is.
    let is_written = match element.kind() {
        ElementKind::Backing => false,
        _ => element.depth() == 0,
    };
    fact("readonly", Some((!is_written).to_string()));
    if let Some(image) = element.image() {
        facts.extend(of_image(image));
    }
    facts
}

/// Returns our facts of an image, in libvirt's words.
pub(crate) fn of_image(image: &Image) -> Facts {
    let mut facts = Facts::new();
    let mut fact = |name: &str, value: Option<String>| {
        facts.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let is_qcow2 = image.format() == Format::Qcow2;
    // libvirt's chain walk does not set the size of a raw image. It reports the cluster size only
    // for qcow2, and never compat 0.10.
    let size = image
        .virtual_size()
        .filter(|_| image.format() != Format::Raw);
    fact("capacity", size.map(|size| size.to_string()));
    let cluster_size = image.cluster_size().filter(|_| is_qcow2);
    fact("cluster_size", cluster_size.map(|size| size.to_string()));
    let compat = image.compat().filter(|compat| *compat != "0.10");
    fact("compat", compat.map(str::to_owned));
    let backing = image.backing();
    fact(
        "backing_raw",
        backing.as_ref().map(|backing| text(backing.location)),
    );
    fact(
        "backing_raw_format",
        backing.map(|backing| {
            backing
                .format
                .map_or("auto".into(), |format| text(format.name()))
        }),
    );
    let data_file = image.data_file().and_then(|file| file.location);
    fact("data_file_raw", data_file.map(text));
    let encryption = image.encryption();
    fact(
        "encryption",
        encryption.map(|found| format!("{} {}", found.format, found.payload_offset.unwrap_or(0))),
    );
    for (theirs, name) in FEATURES {
        let feature = name.parse::<Feature>().expect("a feature");
        fact(theirs, image.has_feature(feature).then(|| "yes".to_owned()));
    }
    facts
}

/// Returns the top of a chain as a location.
pub(crate) fn top(start: &Value) -> Location {
    Location::from_path(path(text(start)))
}

/// Returns the facts that differ, with both values.
pub(crate) fn differing(prefix: &str, ours: &Facts, theirs: &Facts) -> Vec<String> {
    let mut names: Vec<_> = ours.keys().chain(theirs.keys()).collect();
    names.sort();
    names.dedup();
    let differing = names
        .into_iter()
        .filter(|name| ours.get(*name) != theirs.get(*name));
    let said = |facts: &Facts, name| facts.get(name).map_or("-".to_owned(), Clone::clone);
    differing
        .map(|name| {
            format!(
                "{prefix}{name} {} for {}",
                said(ours, name),
                said(theirs, name)
            )
        })
        .collect()
}
