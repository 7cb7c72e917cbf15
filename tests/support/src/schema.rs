// SPDX-License-Identifier: MIT OR Apache-2.0
//! Validates JSON output against the schemas in `docs/schema/`.

use jsonschema::{Registry, Validator};
use serde_json::{Deserializer, Value};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The names of the schemas, without `.json`. The first one has only definitions.
pub const NAMES: [&str; 8] = [
    "common", "info", "chain", "check", "location", "scan", "graph", "receipt",
];

/// Returns a schema.
pub fn read(name: &str) -> Value {
    let text = crate::document::read(&format!("docs/schema/{name}.json"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compiles every schema. `change` can edit each one first.
pub fn compile(change: impl Fn(&str, &mut Value)) -> BTreeMap<&'static str, Validator> {
    // The schemas refer to each other by file name.
    let address = |name| format!("https://diskprobe.invalid/{name}.json");
    let schemas = NAMES.map(|name| {
        let mut schema = read(name);
        change(name, &mut schema);
        (name, schema)
    });
    let mut registry = Registry::new();
    for (name, schema) in &schemas {
        registry = registry.add(address(name), schema).expect("a schema");
    }
    let registry = registry.prepare().expect("schemas");
    let compiled = schemas.iter().map(|(name, schema)| {
        let options = jsonschema::draft202012::options();
        let options = options
            .with_base_uri(address(name))
            .with_registry(&registry);
        let validator = options.build(schema);
        let validator = validator.unwrap_or_else(|error| panic!("{name}: {error}"));
        (*name, validator)
    });
    compiled.collect()
}

/// Returns each violation of the schema: the path of the value, and the rule.
pub fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    let faults = validator.iter_errors(value);
    faults
        .map(|fault| {
            let (path, rule) = (fault.instance_path(), fault.evaluation_path());
            format!("at {path:?}: {fault} (schema: {rule})")
        })
        .collect()
}

/// Asserts that a value matches the schema with this name.
#[track_caller]
pub fn assert_valid(name: &str, value: &Value) {
    static COMPILED: OnceLock<BTreeMap<&'static str, Validator>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| compile(|_, _| {}));
    let faults = faults(&compiled[name], value);
    let faults = faults.join("\n");
    assert!(
        faults.is_empty(),
        "docs/schema/{name}.json:\n{faults}\n{value}"
    );
}

/// Asserts that a text is a sequence of JSON values that match the schema with this name.
#[track_caller]
pub fn assert_text(name: &str, text: &[u8]) {
    for value in Deserializer::from_slice(text).into_iter() {
        let value = value.unwrap_or_else(|error| panic!("{error}: {text:?}"));
        assert_valid(name, &value);
    }
}

/// Asserts that the JSON output of a command of the tool, and the receipt that it wrote, match
/// their schemas.
#[track_caller]
pub fn assert_run(command: &Command, output: &Output) {
    let arguments: Vec<_> = command.get_args().filter_map(OsStr::to_str).collect();
    let has = |option| arguments.contains(&option);
    let commands = ["info", "check", "location", "scan"];
    match arguments.iter().find(|one| commands.contains(one)) {
        Some(_) if has("--graph=json") => assert_text("graph", &output.stdout),
        Some(_) if !has("--output=json") => {}
        Some(_) if has("--backing-chain") => assert_text("chain", &output.stdout),
        Some(name) => assert_text(name, &output.stdout),
        None => {}
    }
    let mut receipts = arguments
        .iter()
        .filter_map(|one| one.strip_prefix("--receipt="));
    if let Some(receipt) = receipts.next().filter(|_| output.status.success()) {
        let directory = command.get_current_dir().unwrap_or(Path::new("."));
        let text = std::fs::read(directory.join(receipt)).expect("a receipt");
        assert_text("receipt", &text);
    }
}
