// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image as JSON. Keys that mean what those of `qemu-img info --output=json` mean are spelt as
//! there. An absent fact has no key.

use diskprobe::{full_location, Encryption, Error, Feature, Finding, Format, Image};
use serde_json::{json, Map, Value};
use uuid::Uuid;

pub(crate) type Object = Map<String, Value>;

/// Adds to an object what there is.
trait Put {
    fn put(&mut self, key: &str, value: Option<impl Into<Value>>);
    /// Text of any encoding. What is not UTF-8 is there twice: readable, and exactly, in hex.
    fn put_text(&mut self, key: &str, text: Option<&[u8]>);
}

impl Put for Object {
    fn put(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.insert(key.to_owned(), value.into());
        }
    }

    fn put_text(&mut self, key: &str, text: Option<&[u8]>) {
        let Some(bytes) = text else { return };
        match std::str::from_utf8(bytes) {
            Ok(text) => self.put(key, Some(text)),
            Err(_) => {
                self.put(key, Some(String::from_utf8_lossy(bytes).into_owned()));
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                self.put(&format!("{key}-hex"), Some(hex));
            }
        }
    }
}

pub(crate) fn image(name: &[u8], image: &Image) -> Object {
    let mut object = Object::new();
    object.put_text("filename", Some(name));
    object.put("format", Some(image.format().name()));
    object.put("subformat", image.subformat());
    object.put("virtual-size", image.virtual_size());
    let recorded = image
        .recorded_size()
        .filter(|size| Some(*size) != image.virtual_size());
    object.put("recorded-size", recorded);
    object.put("physical-size", image.physical_size());
    object.put("actual-size", image.allocated_size());
    object.put("cluster-size", image.cluster_size());
    object.put("encrypted", image.encryption().map(|_| true));
    object.put(
        "encryption",
        image
            .encryption()
            .map(|encryption| self::encryption(&encryption)),
    );
    let backing = image.backing();
    if let Some(backing) = &backing {
        object.put_text("backing-filename", Some(backing.location));
        let full = full_location(name, backing.location);
        object.put_text("full-backing-filename", Some(&full));
        if let Some(format) = backing.format {
            let implied = format.format.map(|format| format.name().as_bytes());
            object.put_text("backing-filename-format", format.name.or(implied));
        }
    }
    object.put("data-file", data_file(image));
    object.put("parent", parent(image));
    object.put(
        "extents",
        list(image.extents().map(|extent| {
            let mut object = Object::new();
            object.put_text("filename", Some(extent.location));
            object.put_text("type", Some(extent.kind));
            object.put("virtual-size", Some(extent.size));
            object.put("offset", extent.file_offset);
            object
        })),
    );
    object.put("dirty-flag", image.dirty());
    object.put(
        "snapshot-count",
        image.snapshot_count().filter(|count| *count > 0),
    );
    object.put("bitmap-count", image.bitmap_count());
    object.put_text("creator", image.creator());
    object.put("uuid", image.uuid().map(text_of));
    object.put("format-specific", format_specific(image));
    object.put("also-matches", list(image.also_matches().map(Format::name)));
    object.put("safety", list(image.safety().map(Finding::name)));
    object
}

pub(crate) fn failure(name: &[u8], error: &Error) -> Object {
    let mut object = Object::new();
    object.put_text("filename", Some(name));
    object.put(
        "error",
        Some(json!({ "code": error.kind().name(), "message": error.to_string() })),
    );
    object
}

/// A list, where there is something to list.
fn list<V: Into<Value>>(values: impl Iterator<Item = V>) -> Option<Vec<Value>> {
    let values: Vec<Value> = values.map(Into::into).collect();
    (!values.is_empty()).then_some(values)
}

fn encryption(encryption: &Encryption<&[u8]>) -> Object {
    let mut object = Object::new();
    object.put("format", Some(encryption.format.name()));
    object.put("payload-offset", encryption.payload_offset);
    object.put_text("cipher", encryption.cipher);
    object.put_text("mode", encryption.mode);
    object.put_text("hash", encryption.hash);
    object.put_text("uuid", encryption.uuid);
    object.put("active-slots", encryption.active_slots);
    object
}

fn data_file(image: &Image) -> Option<Object> {
    let file = image.data_file()?;
    let mut object = Object::new();
    object.put_text("filename", file.location);
    object.put("raw", Some(file.raw));
    Some(object)
}

fn parent(image: &Image) -> Option<Object> {
    let parent = image.parent()?;
    let mut object = Object::new();
    object.put_text("location", parent.location);
    object.put("uuid", parent.uuid.map(text_of));
    Some(object)
}

/// The facts that only one format has, where `qemu-img` puts them.
fn format_specific(image: &Image) -> Option<Object> {
    let mut data = Object::new();
    match image.format() {
        Format::Qcow2 => {
            data.put("compat", image.compat());
            data.put("compression-type", image.compression_type());
            data.put("refcount-bits", image.refcount_bits());
            if image.compat() == Some("1.1") {
                data.put(
                    "lazy-refcounts",
                    Some(image.has_feature(Feature::LazyRefcounts)),
                );
                data.put("corrupt", Some(image.has_feature(Feature::Corrupt)));
                data.put("extended-l2", Some(image.has_feature(Feature::ExtendedL2)));
                let file = image.data_file();
                data.put_text("data-file", file.and_then(|file| file.location));
                let raw = file.filter(|_| image.has_feature(Feature::DataFile));
                data.put("data-file-raw", raw.map(|file| file.raw));
            }
            let encryption = image.encryption();
            let format = encryption.map(|encryption| json!({ "format": encryption.format.name() }));
            data.put("encrypt", format);
        }
        Format::Vmdk => {
            data.put("create-type", image.subformat());
            data.put("cid", image.cid());
            data.put("parent-cid", image.parent_cid());
        }
        _ => return None,
    }
    let mut object = Object::new();
    object.put("type", Some(image.format().name()));
    object.put("data", Some(data));
    Some(object)
}

fn text_of(uuid: diskprobe::Uuid) -> String {
    Uuid::from_bytes(uuid).to_string()
}
