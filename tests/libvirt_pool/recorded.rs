// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers of libvirt 11.3 that were written down, with the images that they are of. They are not
//! part of this repository.

use crate::pair::Pair;
use crate::volume::{Facts, FEATURES};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Makes the images in the directory named first, from the list named second.
const UNPACK: &str = r#"
import base64, json, os, sys, zlib
for line in open(sys.argv[2]):
    image = json.loads(line)
    name = image["name"]
    if not name.startswith("@DIR@/") or "contains_absolute" in image:
        continue
    path = os.path.join(sys.argv[1], name[6:])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if image["kind"] == "dir":
        os.makedirs(path, exist_ok=True)
    elif image["kind"] == "symlink":
        os.symlink(image["target"], path)
    else:
        open(path, "wb").write(zlib.decompress(base64.b64decode(image["zlib_b64"])))
"#;

/// Each image with both answers, made in the directory. `None`: there are no such answers.
pub(crate) fn pairs(directory: &Path) -> Option<Vec<Pair>> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors");
    let answers = std::fs::read_to_string(vectors.join("pool.jsonl")).ok()?;
    let mut unpack = Command::new("python3");
    unpack
        .args(["-c", UNPACK])
        .arg(directory)
        .arg(vectors.join("images.jsonl"));
    let unpacked = unpack.status().expect("python3 is installed");
    assert!(unpacked.success(), "python3 unpacks the images");
    let lines = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let pair = |answer: Value| {
        let name = answer["name"]
            .as_str()
            .and_then(|name| name.strip_prefix("@DIR@/"));
        let path = directory.join(name.expect("a name"));
        let there = path.symlink_metadata().is_ok();
        let pair = || Pair::new(&path, facts(&answer, directory)).without("allocation");
        there.then(pair)
    };
    Some(lines.filter_map(pair).collect())
}

fn facts(answer: &Value, directory: &Path) -> Option<Facts> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.replace("@DIR@", directory.to_str().expect("UTF-8"))),
        other => Some(other.to_string()),
    };
    // Listed, but without an answer for it; or not even listed.
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
