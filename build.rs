// SPDX-License-Identifier: MIT OR Apache-2.0
//! Generates the C header, for tests/header.rs to compare, if that is asked for. A packager
//! builds from the header in include/ and needs nothing of this.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "header")]
    header();
}

/// The files that the header is made from, in the order in which a reader wants it.
#[cfg(feature = "header")]
const SOURCES: &[&str] = &[
    "version.rs",
    "enums.rs",
    "names.rs",
    "libvirt_names.rs",
    "options.rs",
    "probe.rs",
    "prober.rs",
    "scan_options.rs",
    "scan.rs",
    "image.rs",
    "image/backing.rs",
    "image/encryption.rs",
    "image/references.rs",
    "image/content.rs",
    "image/extents.rs",
    "image/extras.rs",
    "image/findings.rs",
    "policy/violation.rs",
    "policy.rs",
    "policy/verdict.rs",
    "location/kinds.rs",
    "location/kind_names.rs",
    "location.rs",
    "location/hosts.rs",
    "location/details.rs",
    "chain/kinds.rs",
    "chain/kind_names.rs",
    "chain/walk_options.rs",
    "chain/opener.rs",
    "chain.rs",
    "chain/elements.rs",
    "chain/lookup.rs",
    "error.rs",
];

#[cfg(feature = "header")]
fn header() {
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    let config =
        cbindgen::Config::from_file(format!("{root}/cbindgen.toml")).expect("cbindgen.toml");
    let builder = cbindgen::Builder::new().with_config(config);
    let bindings = SOURCES
        .iter()
        .fold(builder, |builder, source| {
            builder.with_src(format!("{root}/src/ffi/{source}"))
        })
        .generate()
        .expect("the C layer can be put into C");
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = String::from_utf8(header).expect("the header is text");
    std::fs::write(format!("{out}/diskprobe.h"), one_line_comments(&header))
        .expect("cargo's directory is writable");
}

/// Puts each comment of one line on one line, where cbindgen takes three.
#[cfg(feature = "header")]
fn one_line_comments(header: &str) -> String {
    let lines: Vec<&str> = header.lines().collect();
    let mut rest = lines.as_slice();
    let mut result = String::new();
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        result += line;
        if let (Some(indent), [text, end, after @ ..]) = (line.strip_suffix("/**"), after) {
            let text = text
                .strip_prefix(indent)
                .and_then(|text| text.strip_prefix(" * "));
            if let (Some(text), " */") = (text, end.strip_prefix(indent).unwrap_or_default()) {
                result += &format!(" {text} */");
                rest = after;
            }
        }
        result += "\n";
    }
    result
}
