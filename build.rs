// SPDX-License-Identifier: MIT OR Apache-2.0
//! If the feature `header` is on, generates the C header that tests/header.rs compares with
//! include/diskprobe.h. Packagers use the header in include/ and do not need this feature.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "header")]
    header::generate();
}

#[cfg(feature = "header")]
mod header {
    use cbindgen::{Builder, Config, ItemType};
    use std::fmt::Write;
    use std::path::Path;
    use std::{env, fs};

    /// A group of functions in the header. Groups are in the order of the header.
    struct Group {
        name: &'static str,
        title: &'static str,
        about: &'static str,
        /// Files of src/ffi, without their extension.
        sources: &'static [&'static str],
    }

    const GROUPS: &[Group] = &[
        Group {
            name: "probe",
            title: "Probing",
            about: "Reads an image by path, descriptor, buffer or callback.",
            sources: &["probe", "options"],
        },
        Group {
            name: "facts",
            title: "Facts",
            about: "The results of a probe.",
            sources: &[
                "image",
                "image/facts",
                "image/related",
                "image/findings",
                "format",
                "text",
            ],
        },
        Group {
            name: "chain",
            title: "Chains",
            about: "A disk image with its backing files and data files.",
            sources: &[
                "chain",
                "chain/elements",
                "chain/lookup",
                "chain/chain_options",
                "chain/open_request",
            ],
        },
        Group {
            name: "location",
            title: "Locations",
            about: "Parsed backing locations.",
            sources: &["location"],
        },
        Group {
            name: "policy",
            title: "Policies",
            about: "Rules for accepting an image.",
            sources: &["policy", "policy/verdict", "policy/receipt"],
        },
        Group {
            name: "scan",
            title: "Scans",
            about: "Probes of all images in directories.",
            sources: &["scan", "scan/scan_options"],
        },
        Group {
            name: "prober",
            title: "Probers",
            about: "Probes for programs with their own I/O.",
            sources: &["prober"],
        },
        Group {
            name: "errors",
            title: "Errors",
            about: "The reason why a call failed.",
            sources: &["error"],
        },
        Group {
            name: "version",
            title: "Version",
            about: "The versions of this header and of the loaded library.",
            sources: &["version"],
        },
    ];

    /// The types of all groups come first, because functions use types of other groups.
    const TYPES: &[ItemType] = &[
        ItemType::Constants,
        ItemType::Enums,
        ItemType::Structs,
        ItemType::OpaqueItems,
    ];
    const FUNCTIONS: &[ItemType] = &[ItemType::Typedefs, ItemType::Functions];

    pub(super) fn generate() {
        println!("cargo::rerun-if-changed=src");
        println!("cargo::rerun-if-changed=cbindgen.toml");
        let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
        let root = Path::new(&root);
        let out = env::var("OUT_DIR").expect("cargo sets it");
        let out = Path::new(&out);
        let mut config = Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
        let preamble = config.header.take().expect("the comment at the top");
        let macros = config.after_includes.take().expect("the macros");
        let enumerations = enumerations(&root.join("src"));

        let mut header =
            format!("{preamble}\n\n#ifndef DISKPROBE_H\n#define DISKPROBE_H\n\n{macros}\n");
        header += "#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
        for items in [TYPES, FUNCTIONS] {
            for group in GROUPS {
                let sources = group.sources.iter();
                let sources: Vec<_> = sources
                    .map(|source| root.join(format!("src/ffi/{source}.rs")))
                    .collect();
                // An enumeration belongs to the group with its `_to_string` function.
                let text: String = sources.iter().map(|source| read(source)).collect();
                let enumerations = enumerations.iter();
                let enumerations = enumerations
                    .filter(|(c_type, _)| text.contains(&format!("fn {c_type}_to_string(")));
                let enumerations: String = enumerations.map(|(_, source)| &**source).collect();
                let file = out.join(format!("{}.rs", group.name));
                fs::write(&file, enumerations).expect("cargo's directory is writable");

                config.export.item_types = items.to_vec();
                let builder = Builder::new().with_config(config.clone()).with_src(file);
                let builder = sources.iter().fold(builder, Builder::with_src);
                let bindings = builder.generate().expect("the C layer can be put into C");
                let mut part = Vec::new();
                bindings.write(&mut part);
                let part = with_attributes(&String::from_utf8(part).expect("the header is text"));
                let Group {
                    name, title, about, ..
                } = group;
                let opening = match items == TYPES {
                    true => format!("@defgroup diskprobe_{name} {title}\n * {about}"),
                    false => format!("@addtogroup diskprobe_{name}"),
                };
                write!(
                    header,
                    "\n/**\n * {opening}\n * @{{\n */\n\n{}\n\n/** @}} */\n",
                    part.trim()
                )
                .expect("memory");
            }
        }
        header += "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
        fs::write(out.join("diskprobe.h"), one_line_comments(&header))
            .expect("cargo's directory is writable");
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Collects the enumerations that `named_enum!` defines under a folder: the C type of each, and
    /// a definition in Rust for cbindgen, which does not expand macros.
    fn enumerations(folder: &Path) -> Vec<(String, String)> {
        let mut entries: Vec<_> = fs::read_dir(folder)
            .expect("a folder of the sources")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        entries
            .iter()
            .flat_map(|path| match path.is_dir() {
                true => enumerations(path),
                false => read(path)
                    .split("\nnamed_enum! {\n")
                    .skip(1)
                    .filter_map(enumeration)
                    .collect(),
            })
            .collect()
    }

    /// Translates one invocation of `named_enum!`. base/named.rs describes its lines.
    fn enumeration(text: &str) -> Option<(String, String)> {
        let (text, _) = text
            .split_once("\n}\n")
            .expect("an invocation ends with a brace");
        let c_type = text.lines().find_map(|line| line.strip_prefix("    C "))?;
        let c_type = c_type.trim_end_matches(" {");
        let (mut about, mut docs, mut zero, mut values) =
            (String::new(), String::new(), String::new(), String::new());
        for line in text.lines().map(str::trim) {
            if line.starts_with("///") {
                docs += line;
                docs += "\n";
            } else if let Some((value, name)) = line.split_once(" => ") {
                let (value, number) = value.split_once(" = ").expect("VALUE = NUMBER => NAME");
                let name = name.trim_matches(['"', ',']).replace('-', "_");
                // A value in capitals exists only in C.
                let (constant, list) = match value.contains(char::is_lowercase) {
                    true => (&*name, &mut values),
                    false => (value, &mut zero),
                };
                let constant = format!("{c_type}_{constant}").to_uppercase();
                *list += &format!("{docs}{constant} = {number},\n");
                docs.clear();
            } else if line.ends_with('{') && about.is_empty() {
                about = std::mem::take(&mut docs);
            }
        }
        let appended = "///\n/// New values are only appended.\n";
        let body = format!("{about}{appended}#[repr(C)]\npub enum {c_type} {{\n{zero}{values}}}\n");
        Some((c_type.to_owned(), body))
    }

    /// Adds what cbindgen cannot write: the names and types of enumerations, and the functions that
    /// free the results of others.
    fn with_attributes(part: &str) -> String {
        let mut enumerations = part.split("typedef enum {");
        let mut named = enumerations.next().unwrap_or_default().to_owned();
        for values in enumerations {
            let (_, end) = values
                .split_once("\n} ")
                .expect("the end of an enumeration");
            let (name, _) = end.split_once(';').expect("its name");
            write!(named, "typedef enum {name} DISKPROBE_ENUM_TYPE {{{values}").expect("memory");
        }
        let lines = named.lines().map(|line| match freed_by(line) {
            Some(freed_by) => format!("DISKPROBE_FREED_BY({freed_by})\n{line}\n"),
            None => format!("{line}\n"),
        });
        lines.collect()
    }

    /// Returns the function that frees the result of the function that a line declares. C owns a
    /// handle or text that is not `const`.
    fn freed_by(line: &str) -> Option<String> {
        let (result, _) = line.split_once(" *diskprobe_")?;
        match result {
            "char" => Some("diskprobe_string_free".to_owned()),
            handle if handle.starts_with("diskprobe_") && !handle.contains(' ') => {
                Some(format!("{handle}_free"))
            }
            _ => None,
        }
    }

    /// Writes a one-line comment on one line; cbindgen uses three.
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
}
