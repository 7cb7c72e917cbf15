// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recorded answers of libvirt 11.3 and their images. They are not part of this repository.

use super::pair::Pair;
use diskprobe_test_support::vectors;
use diskprobe_test_support::volume::{Facts, FEATURES};
use serde_json::Value;
use std::path::Path;

/// Unpacks the images into the directory. Returns each with both answers.
pub(crate) fn pairs(directory: &Path) -> Vec<Pair> {
    let answers = vectors::read("pool.jsonl");
    vectors::unpack(&[directory]);
    let pair = |answer: &Value| {
        let name = vectors::text(&answer["name"]).strip_prefix("@DIR@/");
        let path = directory.join(name.expect("a name"));
        Pair::new(&path, facts(answer, directory)).without("allocation")
    };
    answers.iter().map(pair).collect()
}

fn facts(answer: &Value, directory: &Path) -> Option<Facts> {
    // Two images name the directory of the recording.
    let directory = match vectors::text(&answer["name"]) {
        "@DIR@/bjson.qcow2" | "@DIR@/bjsonslice.qcow2" => vectors::DIRECTORY,
        _ => directory.to_str().expect("UTF-8"),
    };
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.replace("@DIR@", directory)),
        other => Some(other.to_string()),
    };
    // libvirt gave no answer if the format is missing.
    text(&answer["format"])?;
    let mut facts = Facts::new();
    for (name, value) in [
        ("format", &answer["format"]),
        ("capacity", &answer["capacity"]),
        ("physical", &answer["physical"]),
        ("cluster-size", &answer["cluster_size"]),
        ("compat", &answer["compat"]),
        ("encryption", &answer["encryption"]),
        ("backing", &answer["backing"]["path"]),
        ("backing-format", &answer["backing"]["format"]),
    ] {
        facts.extend(text(value).map(|value| (name, value)));
    }
    let features = answer["features"].as_array().into_iter().flatten();
    for feature in features {
        let known = FEATURES.iter().find(|(theirs, _)| feature == theirs);
        let (_, name) = known.expect("a feature");
        facts.insert(name, "yes".to_owned());
    }
    Some(facts)
}
