// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that every format has each item that `docs/adding-a-format.md` lists, or an exemption
//! with a reason.

use diskprobe::Format;
use std::path::Path;

const DOCUMENT: &str = "docs/formats.md";
const GUIDE: &str = "docs/adding-a-format.md";
const TABLE: &str = "src/formats.rs";
const SAMPLES: &str = "cli/tests/agreement/readers/samples.txt";
const DIFFERENTIAL: &str = "tests/agreement/damaged/bases.rs";
const FUZZ_READER: &str = "fuzz/src/reader.rs";
const FUZZ_MODEL: &str = "fuzz/src/model.rs";
const ABI: &str = "ffi-tests/abi.c";

/// An item that a format needs.
struct Need {
    file: &'static str,
    /// The text that the file must have for a format. The second pattern is an alternative.
    /// {Variant}, {name} and {NAME} are replaced by the names of the format.
    patterns: &'static [&'static str],
    /// The instruction if it is missing.
    add: &'static str,
    /// The exempt formats and the reasons.
    exempt: &'static [(Format, &'static str)],
}

const DIRECTORY: (Format, &str) = (Format::Dir, "nothing is read of a directory");
const NO_FIELDS: (Format, &str) = (Format::Raw, "it has no fields");

const NEEDS: &[Need] = &[
    Need {
        file: TABLE,
        patterns: &["\n    {Variant}: "],
        add: "add the row `{Variant}: {name}` with its magics, at its place in QEMU's order",
        exempt: &[DIRECTORY],
    },
    Need {
        file: DOCUMENT,
        patterns: &["\n## {name}\n"],
        add: "add the section `## {name}`: what is read, the virtual size, differences to QEMU",
        exempt: &[DIRECTORY],
    },
    Need {
        file: DOCUMENT,
        patterns: &["\n<!-- limits {name}: "],
        add: "add `<!-- limits {name}: written by tests/docs -->` and `<!-- end -->` to \
              the section `## {name}`, a base with every check of a field to \
              tests/support/lists/field_limits.txt, and run UPDATE_DOCS=1 cargo test --test docs",
        exempt: &[DIRECTORY, NO_FIELDS],
    },
    Need {
        file: SAMPLES,
        patterns: &["\n{name}.img "],
        add: "add the line `{name}.img | ...` that makes an image",
        exempt: &[DIRECTORY],
    },
    Need {
        file: DIFFERENTIAL,
        patterns: &["Format::{Variant},", "-f {name} "],
        add: "add a valid image, which is damaged and compared with qemu-img",
        exempt: &[DIRECTORY],
    },
    Need {
        file: FUZZ_READER,
        patterns: &["Format::{Variant} => "],
        add: "add a second, simple reader of the facts, for the fuzz target `facts`",
        exempt: &[DIRECTORY],
    },
    Need {
        file: FUZZ_MODEL,
        patterns: &["(\"{name}\", |"],
        add: "add the rule of QEMU's probing to PROBES",
        exempt: &[
            DIRECTORY,
            (Format::Cow, "QEMU has no driver for it"),
            (Format::Dmg, "QEMU detects it by the file's name"),
        ],
    },
    Need {
        file: ABI,
        patterns: &["IS(FORMAT_{NAME}, "],
        add: "add `IS(FORMAT_{NAME}, NUMBER);` with the next number",
        exempt: &[],
    },
];

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn named(text: &str, format: Format) -> String {
    let name = format.as_str();
    text.replace("{name}", name)
        .replace("{NAME}", &name.to_uppercase())
        .replace("{Variant}", &format!("{format:?}"))
}

#[test]
fn every_format_is_complete() {
    let mut faults = Vec::new();
    for need in NEEDS {
        let text = read(need.file);
        for &format in Format::ALL {
            let mut patterns = need.patterns.iter().map(|pattern| named(pattern, format));
            let mut exempt = need.exempt.iter();
            let exempt = exempt.find(|(exempt, _)| *exempt == format);
            match (patterns.any(|pattern| text.contains(&pattern)), exempt) {
                (true, None) | (false, Some(_)) => {}
                (false, None) => {
                    let add = named(need.add, format);
                    faults.push(format!("{}: {format} is missing: {add}", need.file));
                }
                (true, Some((_, why))) => faults.push(format!(
                    "{}: has {format}, so remove the exemption ({why})",
                    need.file
                )),
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{GUIDE} has more:\n{}",
        faults.join("\n")
    );
}

#[test]
fn guide_names_every_file() {
    let guide = read(GUIDE);
    for need in NEEDS {
        assert!(
            guide.contains(need.file),
            "{GUIDE} does not mention {}",
            need.file
        );
    }
}
