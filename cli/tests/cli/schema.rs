// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON Schemas in `docs/schema/`. `Tool::run` validates what the tool prints.

use crate::TOOL;
use diskprobe::chain::FormatSource;
use diskprobe::location::{Location, LocationKind, Protocol, Transport};
use diskprobe::scan::graph::Remark;
use diskprobe::{Content, EncryptionFormat, ErrorKind, Finding, Format, Image, Options, Policy};
use diskprobe::{ReferenceKind, Tool, Verdict, ViolationKind};
use diskprobe_test_support::case::Case;
use diskprobe_test_support::probe::probe_with;
use diskprobe_test_support::schema::{assert_valid, compile, faults, read, NAMES};
use diskprobe_test_support::tool::{overlay, with_backing};
use diskprobe_test_support::{cases, document, root};
use serde_json::{json, Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;

/// Asserts that an enumeration in a schema has these tokens, in this order.
#[track_caller]
fn assert_enum<T: AsRef<str>>(schema: &str, pointer: &str, tokens: impl IntoIterator<Item = T>) {
    let schema = read(schema);
    let tokens: Vec<_> = tokens
        .into_iter()
        .map(|token| token.as_ref().to_owned())
        .collect();
    let found = schema.pointer(pointer).expect("an enumeration");
    assert_eq!(*found, json!(tokens), "{pointer}");
}

#[test]
fn enumerations_list_the_tokens_of_the_code() {
    let common = |name, tokens: Vec<&str>| {
        assert_enum("common", &format!("/$defs/{name}/enum"), tokens);
    };
    macro_rules! tokens {
        ($enumeration:ty) => {
            <$enumeration>::ALL.iter().map(|one| one.as_str())
        };
    }
    common("format", tokens!(Format).collect());
    common("encryption-format", tokens!(EncryptionFormat).collect());
    common("reference-kind", tokens!(ReferenceKind).collect());
    common("content", tokens!(Content).collect());
    common("finding", tokens!(Finding).collect());
    common("error-code", tokens!(ErrorKind).collect());
    let source = "/$defs/element/properties/format-source/enum";
    // Data files, whose format is implied, are not elements in JSON.
    let sources = tokens!(FormatSource).filter(|source| *source != "implied");
    assert_enum("chain", source, sources);
    let rules = tokens!(ViolationKind).filter(|kind| *kind != "finding");
    assert_enum("check", "/$defs/rule/enum", rules);
    assert_enum("location", "/$defs/protocol/enum", tokens!(Protocol));
    let kinds = tokens!(LocationKind).chain(["unknown"]);
    assert_enum("location", "/$defs/named/properties/type/enum", kinds);
    let transport = "/$defs/named/properties/hosts/items/properties/transport/enum";
    assert_enum("location", transport, tokens!(Transport));
    assert_enum("graph", "/$defs/remark/enum", tokens!(Remark));
    let info = read("info");
    let tools = info["$defs"]["detected-as"]["properties"].as_object();
    let tools: BTreeSet<_> = tools
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(tools, tokens!(Tool).collect());
}

/// Calls `visit` with each object in the value.
fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            let values = object.values_mut();
            values.for_each(|value| each_object(value, visit));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| each_object(value, visit)),
        _ => {}
    }
}

/// Returns the keys that a schema allows, and whether each one has a description.
fn keys(schema: &Value) -> BTreeMap<String, bool> {
    let common = read("common");
    let mut keys = BTreeMap::new();
    each_object(&mut schema.clone(), &mut |object| {
        let properties = object.get("properties").and_then(Value::as_object);
        for (key, about) in properties.into_iter().flatten() {
            let target = about["$ref"]
                .as_str()
                .and_then(|target| target.split_once('#'));
            let target = target.and_then(|(file, pointer)| match file {
                "common.json" => common.pointer(pointer),
                _ => schema.pointer(pointer),
            });
            let is_described = [Some(about), target];
            let mut is_described = is_described.into_iter().flatten();
            let is_described = is_described.any(|one| one["description"].is_string());
            *keys.entry(key.clone()).or_default() |= is_described;
        }
    });
    keys
}

#[test]
fn every_key_has_a_description() {
    for name in NAMES {
        let keys = keys(&read(name));
        let undescribed: Vec<_> = keys.iter().filter(|(_, described)| !**described).collect();
        assert!(
            !keys.is_empty() && undescribed.is_empty(),
            "{name}: {undescribed:?}"
        );
    }
}

#[test]
fn every_key_is_in_a_document() {
    let documents = ["info", "safety", "scan", "location"];
    let documents = documents.map(|name| document::read(&format!("docs/{name}.md")));
    let documents = documents.concat();
    // Only `verify` reads receipts, and QEMU documents its own keys.
    for name in NAMES.iter().filter(|name| **name != "receipt") {
        let mut schema = read(name);
        let definitions = schema["$defs"].as_object_mut().expect("definitions");
        let of_qemu = ["luks", "qcow2", "vmdk"];
        definitions.retain(|name, _| !of_qemu.contains(&name.as_str()));
        let keys = keys(&schema);
        let missing = keys
            .keys()
            .filter(|key| !documents.contains(&format!("`{key}`")));
        assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "{name}");
    }
}

#[test]
fn every_key_is_in_the_code() {
    let others = ["src/json", "src/policy/receipt", "cli/src/scan/totals"];
    let mut files = others.map(|file| format!("{file}.rs")).to_vec();
    let directory = std::fs::read_dir(root().join("src/json")).expect("a directory");
    let names = directory.map(|entry| entry.expect("an entry").file_name());
    files.extend(names.map(|name| format!("src/json/{}", name.to_string_lossy())));
    let mut code: String = files.iter().map(|file| document::read(file)).collect();
    code.extend(Tool::ALL.iter().map(|tool| format!("\"{tool}\"")));
    let code = code.replace("\\\"", "\"");
    for name in NAMES {
        let keys = keys(&read(name)).into_keys();
        let missing = keys.filter(|key| !code.contains(&format!("\"{key}\"")));
        assert_eq!(missing.collect::<Vec<_>>(), [""; 0], "{name}");
    }
}

fn parsed(text: impl Display) -> Value {
    serde_json::from_str(&text.to_string()).expect("JSON")
}

/// Returns the JSON that the library writes about an image.
fn of_image(case: &Case) -> Vec<(&'static str, Value)> {
    let options = Options::new().format(case.asked).thorough(true);
    let allowed = Finding::ALL.iter().copied();
    let policies = [Policy::new(), allowed.fold(Policy::new(), Policy::allow)];
    let path = Path::new("/images/disk");
    match probe_with(&case.bytes, &options.also_matches(true)) {
        Ok(image) => {
            let mut all = vec![("info", parsed(image.json(path, Some(512))))];
            for policy in policies {
                let verdict = policy.evaluate(&image, Some(path));
                all.push(("check", parsed(verdict.json(path, &image))));
                if let Ok(receipt) = policy.receipt(&image, Some(path)) {
                    all.push(("receipt", parsed(receipt)));
                }
            }
            all
        }
        Err(error) => vec![
            ("info", parsed(Image::failure_json(path, &error))),
            ("check", parsed(Verdict::failure_json(path, &error))),
        ],
    }
}

#[test]
fn library_output_has_its_schema() {
    let cases = cases::all().into_iter().flat_map(|(_, cases)| cases);
    let documents: Vec<_> = cases.flat_map(|case| of_image(&case)).collect();
    for (name, document) in &documents {
        assert_valid(name, document);
    }
    for name in ["info", "check", "receipt"] {
        assert!(documents.iter().any(|(of, _)| *of == name), "{name}");
    }
}

/// Returns sample output of every command.
fn samples() -> Vec<(&'static str, Value)> {
    let cases = cases::all().into_iter().flat_map(|(_, cases)| cases);
    let mut samples: Vec<_> = cases.flat_map(|case| of_image(&case)).collect();
    // One of each shape is enough.
    let mut shapes = BTreeSet::new();
    samples.retain(|(name, document)| shapes.insert((*name, shape(document))));
    let location = br#"json:{"driver":"raw","offset":512,"file":{"driver":"https",
        "url":"https://[::1]/x?y","cookie":"a=b","timeout":5,"readahead":1,"sslverify":false}}"#;
    let locations = [
        &location[..],
        b"nvme://0000:01:00.0/1",
        b"rbd:p/i@s:id=x:conf=/c",
        b"nbd:h:x",
    ];
    samples.extend(locations.map(|text| match Location::parse(text) {
        Ok(location) => ("location", parsed(location.json())),
        Err(error) => ("location", parsed(Location::failure_json(text, &error))),
    }));
    let images = overlay();
    with_backing(&images, "remote.qcow2", b"nbd://h/x");
    images.write("page", "<!DOCTYPE html>");
    let run = |arguments: &[&str]| TOOL.run(images.directory(), arguments);
    let chain = |name| run(&["info", "--backing-chain", "--output=json", name]).json();
    samples.push(("chain", chain("overlay.qcow2")));
    samples.push(("chain", chain("remote.qcow2")));
    let lines = run(&["scan", "--output=json", "."]).json_lines();
    samples.extend(lines.into_iter().map(|line| ("scan", line)));
    samples.push(("graph", run(&["scan", "--graph=json", "."]).json()));
    samples
}

/// Returns the keys of a value and of its nested values.
fn shape(value: &Value) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    each_object(&mut value.clone(), &mut |object| {
        keys.extend(object.keys().cloned())
    });
    keys
}

/// Neither the tool nor the schema can change alone.
#[test]
fn an_unknown_key_in_any_object_is_rejected() {
    let compiled = compile(|_, _| {});
    for (name, sample) in samples() {
        assert_eq!(faults(&compiled[name], &sample), [""; 0]);
        let mut count = 0;
        each_object(&mut sample.clone(), &mut |_| count += 1);
        for place in 0..count {
            let mut changed = sample.clone();
            let mut at = 0;
            each_object(&mut changed, &mut |object| {
                if at == place {
                    object.insert("made-up".into(), json!(1));
                }
                at += 1;
            });
            assert!(!compiled[name].is_valid(&changed), "{name}: {changed}");
        }
    }
}
