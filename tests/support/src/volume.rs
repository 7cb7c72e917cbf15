// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the XML of a volume in a libvirt storage pool says, fact by fact.

use std::collections::BTreeMap;

/// The facts by name. A missing fact has no entry.
pub type Facts = BTreeMap<&'static str, String>;

/// The features in the XML of a volume, and our names for them.
pub const FEATURES: [(&str, &str); 3] = [
    ("lazy_refcounts", "lazy-refcounts"),
    ("extended_l2", "extended-l2"),
    ("data_file", "data-file"),
];

/// Returns the facts that the XML of a volume gives.
pub fn of_volume(xml: &str) -> Facts {
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
        let has = features.contains(&format!("<{tag}/>"));
        fact(name, has.then(|| "yes".to_owned()));
    }
    if let Some(backing) = backing {
        fact("backing", element(backing, "path"));
        fact("backing-format", attribute(backing, "<format type="));
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

/// The quoted text after `start`.
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
