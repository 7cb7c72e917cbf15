// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that include/diskprobe.h is generated from the whole C layer. `UPDATE_HEADER=1` writes
//! it.
#![cfg(feature = "header")]

use std::collections::BTreeSet;
use std::fs::read_to_string;
use std::path::{Path, PathBuf};
use std::process::Command;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn generated() -> String {
    read_to_string(concat!(env!("OUT_DIR"), "/diskprobe.h")).unwrap()
}

#[test]
fn the_checked_in_header_is_up_to_date() {
    let path = here("include/diskprobe.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&path, generated()).unwrap();
    }
    let checked_in = read_to_string(&path).unwrap_or_default();
    let differing = generated()
        .lines()
        .zip(checked_in.lines())
        .position(|(new, old)| new != old);
    assert!(
        generated() == checked_in,
        "include/diskprobe.h is out of date from line {} on; run\n\
         UPDATE_HEADER=1 cargo test --features header --test header",
        differing.map_or(0, |line| line + 1)
    );
}

/// Returns every `extern "C"` function of the C layer, from `#[no_mangle]` to its body.
fn exported_functions() -> Vec<String> {
    let mut functions = Vec::new();
    let mut folders = vec![here("src/ffi")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = read_to_string(path).unwrap();
            let items = text.split("#[no_mangle]").skip(1);
            functions.extend(items.map(|item| item.split_once(" {\n").unwrap().0.to_owned()));
        }
    }
    functions
}

/// build.rs lists the source files of the header. This test fails if one is missing.
#[test]
fn every_exported_function_is_declared_with_its_version() {
    let header = generated();
    let functions = exported_functions();
    for name in functions.iter().map(|function| name_of(function)) {
        assert!(header.contains(&format!("{name}(")), "{name}");
    }
    assert!(!functions.is_empty());
    assert_eq!(header.matches(" * @since ").count(), functions.len());
}

#[test]
fn a_returned_status_or_handle_must_be_used() {
    for function in exported_functions() {
        let (_, result) = function.rsplit_once(')').unwrap();
        let is_handle = result.contains('*') && !result.contains("const c_char");
        if is_handle || result.contains("diskprobe_status") {
            assert!(function.contains("#[must_use]"), "{function}");
        }
    }
    let attribute = "__attribute__((warn_unused_result))";
    assert_eq!(generated().matches(attribute).count(), 1);
}

#[test]
fn a_returned_handle_or_text_that_the_caller_owns_names_the_function_that_frees_it() {
    let header = generated();
    let mut owned = 0;
    for function in exported_functions() {
        let (_, result) = function.rsplit_once(')').unwrap();
        let Some((_, result)) = result.split_once("*mut ") else {
            continue;
        };
        let (result, freed_by) = match result {
            "c_char" => ("char", "diskprobe_string_free".to_owned()),
            handle => (handle, format!("{handle}_free")),
        };
        let name = name_of(&function);
        let declaration = format!("\nDISKPROBE_FREED_BY({freed_by})\n{result} *{name}(");
        assert!(header.contains(&declaration), "{declaration}");
        owned += 1;
    }
    assert_eq!(header.matches("\nDISKPROBE_FREED_BY(").count(), owned);
}

/// With a count, a caller can check an index before the call.
#[test]
fn every_getter_by_index_has_a_count() {
    let header = generated();
    let functions = exported_functions();
    let by_index = functions
        .iter()
        .filter(|function| function.contains("    index: usize,"));
    let mut checked = 0;
    for function in by_index {
        let (_, documented) = header
            .split_once(&format!("{}(const ", name_of(function)))
            .map(|(before, _)| before.rsplit_once("/**").unwrap())
            .unwrap();
        let (_, count) = documented.split_once("@param index").unwrap();
        let (_, count) = count.split_once(" below ").unwrap();
        let (count, _) = count.split_once("()").unwrap();
        assert!(header.contains(&format!("size_t {count}(")), "{count}");
        checked += 1;
    }
    assert!(checked > 20);
}

fn name_of(function: &str) -> &str {
    let (_, function) = function.split_once("extern \"C\" fn ").unwrap();
    function.split_once('(').unwrap().0
}

/// The C tests compare each number with the header. src/base/named.rs compares them with Rust.
#[test]
fn abi_c_lists_every_value_of_every_enumeration() {
    let listed = read_to_string(here("ffi-tests/abi.c")).unwrap();
    let header = generated();
    let values = header.lines().filter_map(|line| {
        let value = line.strip_prefix("    DISKPROBE_")?.strip_suffix(',')?;
        value.split_once(" = ")
    });
    let mut checked = 0;
    for (name, number) in values {
        let line = format!("\nIS({name}, {number});\n");
        assert!(listed.contains(&line), "append to ffi-tests/abi.c: {line}");
        checked += 1;
    }
    assert_eq!(checked, listed.matches("\nIS(").count());
}

/// The program in the first comment of the header, as a user copies it.
#[test]
fn the_example_compiles() {
    let header = generated();
    let (overview, _) = header.split_once("*/\n\n#ifndef").unwrap();
    let example: Vec<&str> = overview
        .lines()
        .skip_while(|line| !line.contains("#include"))
        .take_while(|line| !line.starts_with(" * Ownership"))
        .map(|line| line.strip_prefix(" *     ").unwrap_or_default())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("example.c");
    std::fs::write(&source, example.join("\n")).unwrap();
    let output = Command::new(std::env::var_os("CC").unwrap_or("cc".into()))
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-fsyntax-only", "-I"])
        .arg(here("include"))
        .arg(&source)
        .output()
        .expect("a C compiler, which Rust links with");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && example.len() > 20, "{said}");
}

/// Documents name only functions and constants that exist.
#[test]
fn names_in_documents_are_declared() {
    let header = generated();
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let known: BTreeSet<&str> = header.split(word).collect();
    let mut named = 0;
    for folder in ["docs", "docs/differences"] {
        for entry in here(folder).read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.extension() != Some("md".as_ref()) {
                continue;
            }
            let text = read_to_string(&path).unwrap();
            for name in text.split(word) {
                let ours = name.starts_with("diskprobe_") || name.starts_with("DISKPROBE_");
                if ours {
                    assert!(known.contains(name), "{path:?}: {name}");
                    named += 1;
                }
            }
        }
    }
    assert!(named > 0);
}

/// The verbs that the documentation of a function begins with.
const VERBS: [&str; 16] = [
    "Allows",
    "Answers",
    "Checks",
    "Creates",
    "Denies",
    "Ends",
    "Evaluates",
    "Feeds",
    "Finds",
    "Frees",
    "Lowers",
    "Parses",
    "Probes",
    "Returns",
    "Sets",
    "Walks",
];

/// The documentation of a function: what it does, its parameters in their order, the result, and
/// the version.
#[test]
fn functions_are_documented_in_the_same_order() {
    let header = generated();
    let mut functions = 0;
    for part in header.split("/**\n").skip(1) {
        let (doc, rest) = part.split_once(" */\n").expect("the end of a comment");
        let declaration = rest.split_inclusive(';').next().expect("a declaration");
        let (attribute, result) = declaration.split_once(")\n").unwrap_or_default();
        let declaration = match attribute.contains("DISKPROBE_FREED_BY(") {
            true => result,
            false => declaration,
        };
        let Some(start) = declaration.find("diskprobe_").filter(|_| {
            declaration.ends_with(");")
                && !declaration.starts_with(['#', '}'])
                && !declaration.starts_with("typedef")
        }) else {
            continue;
        };
        let (result, _) = declaration.split_at(start);
        let Some((head, arguments)) = declaration.split_once('(') else {
            continue;
        };
        let name = head.rsplit([' ', '*', '\n']).next().expect("a name");
        let lines: Vec<_> = doc
            .lines()
            .map(|line| line.trim_start_matches([' ', '*']))
            .collect();
        let verb = lines[0].split(' ').next().expect("a word");
        assert!(VERBS.contains(&verb), "{name}: {verb}");
        let tags: Vec<_> = lines
            .iter()
            .filter_map(|line| line.strip_prefix('@'))
            .collect();
        let mut words = tags.iter().map(|tag| tag.split_whitespace());
        for argument in arguments.trim_end_matches(");").split(',') {
            let argument = argument.trim_end_matches("[]").trim();
            if matches!(argument, "" | "void") {
                continue;
            }
            let expected = argument.rsplit([' ', '*']).next().expect("a name");
            let mut words = words.next().expect("a parameter");
            assert_eq!(
                (words.next(), words.next()),
                (Some("param"), Some(expected)),
                "{name}"
            );
        }
        let rest: Vec<_> = words.filter_map(|mut words| words.next()).collect();
        let returns = !(result.trim() == "void" || result.trim().ends_with(" void"));
        let expected: &[&str] = if returns {
            &["return", "since"]
        } else {
            &["since"]
        };
        assert_eq!(rest, expected, "{name}");
        functions += 1;
    }
    assert_eq!(functions, exported_functions().len());
}
