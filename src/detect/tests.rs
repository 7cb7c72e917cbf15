// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests the magics, and generates their tables in `docs/formats.md` and the dictionary of the
//! fuzzers.
//! `UPDATE_DOCS=1 cargo test --lib detect` writes both.

use crate::base::format::Format;
use crate::formats::{Magic, Seen, DRIVERS, MAGICS};
use crate::{probe_buffer, Error, ErrorKind, Image, Options};
use std::fmt::Write;
use std::path::Path;

const DOCUMENT: &str = "docs/formats.md";
const DICTIONARY: &str = "fuzz/dictionaries/magics.dict";

/// First sectors that pass the test of a magic.
const EXAMPLES: &[(Format, Seen, &[u8])] = &[
    (Format::Qcow2, Seen::Probed, b"QFI\xfb\0\0\0\x02"),
    (Format::Vmdk, Seen::Probed, b"version=1\n"),
    (Format::Vmdk, Seen::Similar, b"# CREATETYPE=\n"),
];

fn sector(parts: &[(usize, &[u8])]) -> [u8; 512] {
    let mut sector = [0; 512];
    for (offset, bytes) in parts {
        sector[*offset..][..bytes.len()].copy_from_slice(bytes);
    }
    sector
}

impl Magic {
    fn sector(&self) -> [u8; 512] {
        let is_of_this =
            |(format, seen, _): &&(_, _, _)| (*format, *seen) == (self.format, self.seen);
        match (self.test, EXAMPLES.iter().find(is_of_this)) {
            (None, _) => sector(self.parts),
            (Some(_), Some((_, _, example))) => sector(&[(0, example)]),
            (Some(test), None) => {
                panic!("EXAMPLES in {} has no {} with {test}", file!(), self.format)
            }
        }
    }

    fn text(&self) -> String {
        let parts = self.parts.iter();
        let parts = parts.map(|(offset, bytes)| format!("`{}` at {offset}", escaped(bytes)));
        let test = self.test.map(str::to_owned);
        parts.chain(test).collect::<Vec<_>>().join(", ")
    }
}

fn escaped(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\x00", "\\0")
}

fn probe(bytes: &[u8], options: &Options) -> Result<Image, Error> {
    probe_buffer(bytes, u64::try_from(bytes.len()).ok(), options)
}

/// Returns how a first sector matches a format.
fn seen(sector: &[u8], format: Format) -> Option<Seen> {
    let given = probe(sector, &Options::new().format(Some(format)));
    let detected = probe(sector, &Options::new());
    match (given.map_err(|error| error.kind()), detected) {
        (Ok(_), Ok(image)) if image.format() == format => Some(Seen::Probed),
        (Err(ErrorKind::WrongFormat), Ok(image)) => {
            let similar = image.also_matches().any(|other| other == format);
            similar.then_some(Seen::Similar)
        }
        (Err(ErrorKind::WrongFormat), Err(_)) => None,
        // The fields after the magic are invalid.
        (Err(given), Err(detected)) if given == detected.kind() => Some(Seen::Probed),
        _ => Some(Seen::Unprobed),
    }
}

#[test]
fn each_magic_shows_what_the_table_says() {
    for magic in MAGICS {
        assert_eq!(
            seen(&magic.sector(), magic.format),
            Some(magic.seen),
            "{}",
            magic.text()
        );
    }
}

#[test]
#[cfg_attr(miri, ignore)] // Tens of thousands of probes; the test above makes one of each kind.
fn every_byte_of_a_magic_matters_and_no_other() {
    for magic in MAGICS.iter().filter(|magic| magic.test.is_none()) {
        let sector = magic.sector();
        for offset in 0..sector.len() {
            let mut parts = magic.parts.iter();
            let is_part =
                parts.any(|(start, bytes)| (*start..start + bytes.len()).contains(&offset));
            if magic.seen == Seen::Similar && !is_part {
                continue; // It can make the magic exact.
            }
            for change in [0x01, 0x80, 0xff] {
                let mut changed = sector;
                changed[offset] ^= change;
                let shown = seen(&changed, magic.format) == Some(magic.seen);
                assert_eq!(shown, !is_part, "{}, changed at {offset}", magic.text());
            }
        }
    }
}

#[test]
fn versions_of_qcow2_are_detected_from_2_on() {
    for (version, expected) in [
        (0u32, Some(Seen::Similar)),
        (1, None),
        (2, Some(Seen::Probed)),
        (3, Some(Seen::Probed)),
        (4, Some(Seen::Probed)),
        (0x100, Some(Seen::Probed)),
        (u32::MAX, Some(Seen::Probed)),
    ] {
        let sector = sector(&[(0, b"QFI\xfb"), (4, &version.to_be_bytes())]);
        assert_eq!(seen(&sector, Format::Qcow2), expected, "version {version}");
    }
}

/// Returns the table of magics in the document.
fn magic_rows() -> String {
    let mut rows = "| format | first sector | QEMU's probing |\n| --- | --- | --- |\n".to_owned();
    for magic in MAGICS {
        let seen = match magic.seen {
            Seen::Probed => "detects it",
            Seen::Unprobed => "does not know it",
            Seen::Similar => "requires more",
        };
        writeln!(rows, "| {} | {} | {seen} |", magic.format, magic.text()).unwrap();
    }
    rows
}

/// Returns the document's table of errors for specified formats.
fn given_rows() -> String {
    let mut rows = "| format | trailer | error if it is specified but missing |\n".to_owned();
    rows += "| --- | --- | --- |\n";
    for driver in DRIVERS.iter().filter(|driver| driver.format != Format::Raw) {
        let error = probe(&[b'x'; 512], &Options::new().format(Some(driver.format)));
        let message = error.unwrap_err().to_string();
        let (_, message) = message.split_once(" image: ").unwrap();
        let (missing, _) = message.split_once(" (offset").unwrap();
        assert!(
            driver.missing.is_none_or(|text| text == missing),
            "{message}"
        );
        let trailer = if driver.trailer.is_some() { "yes" } else { "" };
        writeln!(rows, "| {} | {trailer} | {missing} |", driver.format).unwrap();
    }
    rows
}

/// Returns each part of a magic once, as a dictionary word for the fuzzers.
fn dictionary() -> String {
    let mut lines = "# SPDX-License-Identifier: MIT OR Apache-2.0\n\
         # Written by src/detect/tests.rs from the table of formats.\n"
        .to_owned();
    for (_, bytes) in MAGICS.iter().flat_map(|magic| magic.parts) {
        let line = bytes.iter().map(|byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(*byte)),
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        });
        let line = format!("\"{}\"\n", line.collect::<String>());
        if !lines.contains(&line) {
            lines += &line;
        }
    }
    lines
}

/// Asserts that the file is `new(its text)`, or writes it if `UPDATE_DOCS` is set.
fn assert_file(name: &str, new: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let new = new(&old);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, new).unwrap();
    } else {
        let update = "UPDATE_DOCS=1 cargo test --lib detect";
        assert!(
            old == new,
            "{name} is out of date with src/formats.rs; run {update}"
        );
    }
}

#[test]
fn document_and_dictionary_have_every_magic() {
    assert_file(DICTIONARY, |_| dictionary());
    assert_file(DOCUMENT, |text| {
        let parts = [("magics", magic_rows()), ("given formats", given_rows())];
        parts.iter().fold(text.to_owned(), |text, (name, rows)| {
            let (before, rest) = text.split_once(&format!("<!-- {name}: ")).unwrap();
            let (mark, rest) = rest.split_once("-->\n").unwrap();
            let (_, after) = rest.split_once("<!-- end -->").unwrap();
            format!("{before}<!-- {name}: {mark}-->\n{rows}<!-- end -->{after}")
        })
    });
}
