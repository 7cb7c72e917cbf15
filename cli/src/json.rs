// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts as JSON. A key that `qemu-img info --output=json` has too means the same as there;
//! a fact that is absent has no key.

pub(crate) mod chain;
pub(crate) mod check;
mod format_specific;
pub(crate) mod graph;
pub(crate) mod location;
mod object;
pub(crate) mod scan;

use crate::text::{is_hidden, uuid};
use diskprobe::location::backing_name;
use diskprobe::{Content, DataFile, Encryption, EncryptionFormat, Error, Extent};
use diskprobe::{Feature, Finding, Format, Geometry, Image, Parent, Reference, Tool};
use object::{Object, Value};
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use std::fmt::Write;
use std::io;

/// The facts of the image that was probed by this name.
pub(crate) fn image(name: &[u8], image: &Image) -> Object {
    facts(name, image, image.data_file().map(data_file))
}

/// The same, where more may be known of its data file.
fn facts(name: &[u8], image: &Image, data_file: Option<Object>) -> Object {
    let encryption = image.encryption();
    let saved_state = image.has_feature(Feature::SavedState);
    let backing = image.backing();
    let full_name = backing.map(|backing| backing_name(backing.location, name));
    let backing_format = backing.and_then(|backing| backing.format);
    Object::new()
        .text("filename", name)
        .with("format", image.format().as_str())
        .maybe("subformat", image.subformat())
        .maybe("virtual-size", image.virtual_size())
        .maybe("recorded-size", image.recorded_size())
        .maybe("physical-size", image.physical_size())
        .maybe("actual-size", image.allocated_size())
        .maybe("cluster-size", image.cluster_size())
        .maybe_text("backing-filename", backing.map(|backing| backing.location))
        .maybe_text("full-backing-filename", full_name.as_deref())
        .maybe_text("backing-filename-format", backing_format.map(|f| f.text()))
        .maybe(
            "encrypted",
            encryption.filter(is_seen_by_qemu).map(|_| true),
        )
        .maybe("encryption", encryption.map(encryption_object))
        .maybe("data-file", data_file)
        .list("extents", image.extents().map(extent))
        .maybe("parent", image.parent().map(parent))
        .list("references", image.references().map(reference))
        .maybe("dirty-flag", image.dirty())
        .maybe("snapshot-count", image.snapshot_count())
        .maybe("bitmap-count", image.bitmap_count())
        .maybe("uuid", image.uuid().map(uuid))
        .maybe_text("creator", image.creator())
        .maybe("created", image.created())
        .maybe("backing-mtime", image.backing_mtime())
        .maybe("geometry", image.geometry().map(geometry))
        .maybe("allocated-clusters", image.allocated_clusters())
        .maybe("physical-sector-size", image.physical_sector_size())
        .maybe("format-version", image.format_version())
        .maybe_text("comment", image.comment())
        .maybe_text("adapter-type", image.adapter_type())
        .maybe_text("hardware-version", image.hardware_version())
        .maybe("saved-state", saved_state.then_some(true))
        .maybe("format-specific", format_specific::of(name, image))
        .maybe("content", image.content().next().map(Content::as_str))
        .list(
            "also-contains",
            image.content().skip(1).map(Content::as_str),
        )
        .list("also-matches", image.also_matches().map(Format::as_str))
        .maybe("detected-as", detected_as(image))
        .with(
            "findings",
            image.findings().map(Finding::as_str).collect::<Value>(),
        )
}

fn is_seen_by_qemu(encryption: &Encryption<&[u8]>) -> bool {
    use EncryptionFormat::{Aes, Luks};
    matches!(encryption.format, Aes | Luks)
}

fn encryption_object(encryption: Encryption<&[u8]>) -> Object {
    Object::new()
        .with("format", encryption.format.as_str())
        .maybe("payload-offset", encryption.payload_offset)
        .maybe_text("cipher", encryption.cipher)
        .maybe_text("mode", encryption.mode)
        .maybe_text("hash", encryption.hash)
        .maybe_text("uuid", encryption.uuid)
        .maybe("active-slots", encryption.active_slots)
}

fn geometry(geometry: Geometry) -> Object {
    Object::new()
        .with("cylinders", geometry.cylinders)
        .with("heads", geometry.heads)
        .with("sectors", geometry.sectors)
}

fn data_file(file: DataFile<&[u8]>) -> Object {
    Object::new()
        .maybe_text("filename", file.location)
        .with("raw", file.raw)
}

fn extent(extent: Extent<&[u8]>) -> Object {
    Object::new()
        .text("filename", extent.location)
        .text("type", extent.kind)
        .with("virtual-size", extent.size)
        .maybe("offset", extent.file_offset)
}

fn parent(parent: Parent<&[u8]>) -> Object {
    Object::new()
        .maybe_text("location", parent.location)
        .maybe("uuid", parent.uuid.map(uuid))
        .maybe("alternative-uuid", parent.alternative_uuid.map(uuid))
}

fn reference(reference: Reference<'_>) -> Object {
    Object::new()
        .with("kind", reference.kind.as_str())
        .text("location", reference.location)
        .with("offset", reference.origin.offset)
        .with("length", reference.origin.length)
}

fn detected_as(image: &Image) -> Option<Object> {
    let readers = Tool::ALL
        .iter()
        .copied()
        .map(|reader| (reader.as_str(), image.detected_as(reader)));
    let named = |object: Object, (reader, name)| object.maybe(reader, name);
    let differs = Tool::ALL
        .iter()
        .copied()
        .any(|reader| image.detected_as(reader).is_some());
    differs.then(|| readers.fold(Object::new(), named))
}

/// That there are no facts of the image of this name, and why.
pub(crate) fn failure(name: &[u8], error: &Error) -> Object {
    Object::new()
        .text("filename", name)
        .with("error", reason(error))
}

fn reason(error: &Error) -> Object {
    Object::new()
        .with("code", error.kind().as_str())
        .with("message", error.to_string())
}

/// On one line.
pub(crate) fn line(value: &impl Serialize) -> io::Result<String> {
    Ok(escape_hidden(&serde_json::to_string(value)?))
}

/// Indented as `qemu-img` does.
pub(crate) fn pretty(value: &impl Serialize) -> io::Result<String> {
    let mut json = Vec::new();
    let format = PrettyFormatter::with_indent(b"    ");
    value.serialize(&mut Serializer::with_formatter(&mut json, format))?;
    Ok(escape_hidden(&String::from_utf8_lossy(&json)))
}

/// Writes characters that a terminal would act on as `\uXXXX`, which means the same: apart from
/// the line ends between the parts of an object or array, they stand in strings only.
fn escape_hidden(json: &str) -> String {
    json.chars()
        .fold(String::with_capacity(json.len()), |mut out, c| {
            if c != '\n' && is_hidden(c) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(c);
            }
            out
        })
}
