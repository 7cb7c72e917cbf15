// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a pool's volume says of an image, and what we say of it, fact by fact.

use diskprobe::{Feature, Image};
use std::collections::BTreeMap;
use std::path::Path;

/// Each fact by its name; one that is not given has no entry.
pub(crate) type Facts = BTreeMap<&'static str, String>;

/// The facts that the XML of a volume gives.
pub(crate) fn of_volume(xml: &str) -> Facts {
    let mut facts = Facts::new();
    let mut fact = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    let (backing, own) = match xml.split_once("<backingStore>") {
        Some((before, rest)) => {
            let (backing, after) = rest.split_once("</backingStore>").expect("XML");
            (Some(backing), [before, after].concat())
        }
        None => (None, xml.to_owned()),
    };
    fact("format", attribute(&own, "<format type="));
    fact("capacity", element(&own, "capacity"));
    fact("physical", element(&own, "physical"));
    fact("allocation", element(&own, "allocation"));
    fact("cluster-size", element(&own, "clusterSize"));
    fact("compat", element(&own, "compat"));
    fact("encryption", attribute(&own, "<encryption format="));
    let features = element(&own, "features").unwrap_or_default();
    for (tag, name) in FEATURES {
        let there = features.contains(&format!("<{tag}/>"));
        fact(name, there.then(|| "yes".to_owned()));
    }
    if let Some(backing) = backing {
        fact("backing", element(backing, "path"));
        fact("backing-format", attribute(backing, "<format type="));
    }
    facts
}

/// The features that a volume's XML tells, and our names for them.
const FEATURES: [(&str, &str); 3] = [
    ("lazy_refcounts", "lazy-refcounts"),
    ("extended_l2", "extended-l2"),
    ("data_file", "data-file"),
];

/// The same facts as we give them of the image at `path`.
pub(crate) fn of_image(path: &Path, image: &Image) -> Facts {
    let mut facts = Facts::new();
    let mut fact = |name, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    fact("format", Some(image.format().name().to_owned()));
    fact("capacity", number(image.virtual_size()));
    fact("physical", number(image.physical_size()));
    fact("allocation", number(image.allocated_size()));
    fact("cluster-size", number(image.cluster_size()));
    fact("compat", image.compat().map(str::to_owned));
    let encryption = image.encryption();
    fact(
        "encryption",
        encryption.map(|encryption| encryption.format.name().to_owned()),
    );
    for (_, name) in FEATURES {
        let feature = Feature::from_name(name.as_bytes()).expect("a feature");
        fact(name, image.has_feature(feature).then(|| "yes".to_owned()));
    }
    if let Some(backing) = image.backing() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let own_name = path.to_str().expect("UTF-8").as_bytes();
        let name = diskprobe::location::backing_name(backing.location, own_name);
        fact("backing", Some(text(&name)));
        fact(
            "backing-format",
            backing.format.map(|format| text(format.text())),
        );
    }
    facts
}

/// The text of the first element of that name.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(unescaped(text))
}

/// The quoted text behind `start`.
fn attribute(xml: &str, start: &str) -> Option<String> {
    let (_, rest) = xml.split_once(start)?;
    let (text, _) = rest.strip_prefix('\'')?.split_once('\'')?;
    Some(unescaped(text))
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}
