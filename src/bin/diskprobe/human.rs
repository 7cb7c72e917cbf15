// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image for people: the six facts, then what else the header says.

use crate::shown::{Bytes, Shown};
use diskprobe::{full_location, Feature, Finding, Format, Image};
use std::fmt::Display;
use std::io::{self, Write};
use uuid::Uuid;

/// One line; values stand in one column.
fn line(out: &mut impl Write, label: &str, value: impl Display) -> io::Result<()> {
    writeln!(out, "{:<22}{value}", format!("{label}:"))
}

/// A line for a fact that may be absent.
fn line_if(out: &mut impl Write, label: &str, value: Option<impl Display>) -> io::Result<()> {
    value.map_or(Ok(()), |value| line(out, label, value))
}

pub(crate) fn write(out: &mut impl Write, name: &[u8], image: &Image) -> io::Result<()> {
    line(out, "image", Shown(name))?;
    six_facts(out, name, image)?;
    other_files(out, image)?;
    details(out, image)?;
    let also: Vec<&str> = image.also_matches().map(Format::name).collect();
    line_if(out, "also matches", joined(&also))?;
    let safety: Vec<&str> = image.safety().map(Finding::name).collect();
    line_if(out, "safety", joined(&safety))
}

fn six_facts(out: &mut impl Write, name: &[u8], image: &Image) -> io::Result<()> {
    match image.subformat() {
        Some(subformat) => line(
            out,
            "file format",
            format!("{} ({subformat})", image.format()),
        )?,
        None => line(out, "file format", image.format())?,
    }
    match image.virtual_size() {
        Some(size) => line(out, "virtual size", Bytes(size))?,
        None => line(out, "virtual size", "not known")?,
    }
    line_if(out, "physical size", image.physical_size().map(Bytes))?;
    line_if(out, "allocated size", image.allocated_size().map(Bytes))?;
    match image.backing() {
        None => line(out, "backing file", "none")?,
        Some(backing) => {
            let full = full_location(name, backing.location);
            if full == backing.location {
                line(out, "backing file", Shown(backing.location))?;
            } else {
                let recorded = Shown(backing.location);
                line(
                    out,
                    "backing file",
                    format!("{recorded} (that is {})", Shown(&full)),
                )?;
            }
            match backing.format {
                None => line(out, "backing file format", "not recorded")?,
                Some(format) => match (format.name, format.format) {
                    (Some(name), Some(_)) => line(out, "backing file format", Shown(name))?,
                    (Some(name), None) => {
                        let name = Shown(name);
                        line(
                            out,
                            "backing file format",
                            format!("{name} (not a known format)"),
                        )?;
                    }
                    (None, Some(format)) => line(out, "backing file format", format)?,
                    (None, None) => {}
                },
            }
        }
    }
    match image.encryption() {
        None => line(out, "encryption", "none"),
        Some(encryption) => {
            let mut words = vec![encryption.format.name().to_owned()];
            if let (Some(cipher), Some(mode)) = (encryption.cipher, encryption.mode) {
                words.push(format!("{}-{}", Shown(cipher), Shown(mode)));
            }
            if let Some(offset) = encryption.payload_offset {
                words.push(format!("payload at {offset}"));
            }
            line(out, "encryption", words.join(", "))
        }
    }
}

/// What the image needs beside its backing file.
fn other_files(out: &mut impl Write, image: &Image) -> io::Result<()> {
    if let Some(file) = image.data_file() {
        let name = file
            .location
            .map_or("not named".to_owned(), |name| Shown(name).to_string());
        line(
            out,
            "data file",
            if file.raw {
                format!("{name} (raw)")
            } else {
                name
            },
        )?;
    }
    for extent in image.extents() {
        let (name, kind) = (Shown(extent.location), Shown(extent.kind));
        line(
            out,
            "extent",
            format!("{name} ({kind}, {})", Bytes(extent.size)),
        )?;
    }
    if let Some(parent) = image.parent() {
        let location = parent.location.map(|location| Shown(location).to_string());
        let identity = parent.uuid.map(|uuid| Uuid::from_bytes(uuid).to_string());
        let words: Vec<String> = location.into_iter().chain(identity).collect();
        line(
            out,
            "parent",
            if words.is_empty() {
                "yes".to_owned()
            } else {
                words.join(", ")
            },
        )?;
    }
    Ok(())
}

fn details(out: &mut impl Write, image: &Image) -> io::Result<()> {
    line_if(out, "cluster size", image.cluster_size().map(Bytes))?;
    line_if(out, "compat", image.compat())?;
    line_if(out, "compression type", image.compression_type())?;
    line_if(out, "refcount bits", image.refcount_bits())?;
    line_if(
        out,
        "snapshots",
        image.snapshot_count().filter(|count| *count > 0),
    )?;
    line_if(out, "bitmaps", image.bitmap_count())?;
    let features: Vec<&str> = Feature::all()
        .filter(|feature| image.has_feature(*feature))
        .map(Feature::name)
        .collect();
    line_if(out, "features", joined(&features))?;
    line_if(out, "creator", image.creator().map(Shown))?;
    line_if(out, "uuid", image.uuid().map(Uuid::from_bytes))
}

fn joined(words: &[&str]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(", "))
}
