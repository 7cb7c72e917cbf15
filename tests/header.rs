// SPDX-License-Identifier: MIT OR Apache-2.0
//! include/diskprobe.h is what the C layer says, all of it. `UPDATE_HEADER=1` writes it anew.
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

/// build.rs lists the files to make the header from: none may be forgotten.
#[test]
fn every_exported_function_is_declared_and_says_since_when() {
    let header = generated();
    let mut functions = 0;
    let mut folders = vec![here("src/ffi")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for item in read_to_string(path).unwrap().split("#[no_mangle]").skip(1) {
                let (_, function) = item.split_once("extern \"C\" fn ").unwrap();
                let (name, _) = function.split_once('(').unwrap();
                assert!(header.contains(&format!("{name}(")), "{name}");
                functions += 1;
            }
        }
    }
    assert!(functions > 0);
    assert_eq!(header.matches(" * @since ").count(), functions);
}

/// The program in the header's first comment, as a reader copies it.
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

/// Documents name functions and constants that there are.
#[test]
fn what_the_documents_name_is_declared() {
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
