// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `qemu-img info` prints as `format-specific`, as far as the header says it.

use super::object::Object;
use diskprobe::{location, Encryption, EncryptionFormat, Extent, Feature, Format, Image};

pub(super) fn of(name: &[u8], image: &Image) -> Option<Object> {
    let data = match image.format() {
        Format::Luks => luks(image.encryption()?),
        Format::Qcow2 => qcow2(image),
        Format::Vmdk => vmdk(name, image),
        _ => return None,
    };
    Some(
        Object::new()
            .with("type", image.format().as_str())
            .with("data", data),
    )
}

fn qcow2(image: &Image) -> Object {
    let encrypt = image.encryption().map(|encryption| {
        let format = encryption.format.as_str();
        match encryption.format {
            EncryptionFormat::Luks => luks(encryption),
            _ => Object::new(),
        }
        .with("format", format)
    });
    let data = Object::new()
        .maybe("compat", image.compat())
        .maybe("compression-type", image.compression_type())
        .maybe("refcount-bits", image.refcount_bits())
        .maybe("encrypt", encrypt);
    if image.compat() == Some("0.10") {
        return data;
    }
    let has = |feature| image.has_feature(feature);
    let file = image.data_file();
    // The name shows wherever it is recorded, the flag only where the file is really used.
    let raw = file.filter(|_| has(Feature::DataFile)).map(|file| file.raw);
    data.with("lazy-refcounts", has(Feature::LazyRefcounts))
        .with("corrupt", has(Feature::Corrupt))
        .with("extended-l2", has(Feature::ExtendedL2))
        .maybe_text("data-file", file.and_then(|file| file.location))
        .maybe("data-file-raw", raw)
}

/// LUKS writes the mode, the initialisation vectors and their hash as one text, such as
/// `cbc-essiv:sha256`.
fn luks(encryption: Encryption<&[u8]>) -> Object {
    let mode = encryption
        .mode
        .and_then(|mode| std::str::from_utf8(mode).ok());
    let mode_and_vectors = mode.and_then(|mode| mode.split_once('-'));
    let vectors = mode_and_vectors.map(|(_, vectors)| vectors);
    let vectors_and_hash = vectors.and_then(|vectors| vectors.split_once(':'));
    Object::new()
        .maybe("cipher-mode", mode_and_vectors.map(|(mode, _)| mode))
        .maybe(
            "ivgen-alg",
            vectors_and_hash.map(|(vectors, _)| vectors).or(vectors),
        )
        .maybe("ivgen-hash-alg", vectors_and_hash.map(|(_, hash)| hash))
        .maybe_text("hash-alg", encryption.hash)
        .maybe("payload-offset", encryption.payload_offset)
        .maybe(
            "detached-header",
            encryption.payload_offset.map(|offset| offset == 0),
        )
        .maybe_text("uuid", encryption.uuid)
}

fn vmdk(name: &[u8], image: &Image) -> Object {
    let mut extents: Vec<_> = image
        .extents()
        .map(|extent| named_extent(extent, name))
        .collect();
    if extents.is_empty() {
        extents.push(only_extent(name, image));
    }
    Object::new()
        .maybe("create-type", image.subformat())
        .maybe("cid", image.cid())
        .maybe("parent-cid", image.parent_cid())
        .list("extents", extents.into_iter())
}

/// A file that a descriptor names. Its own header, if it has one, is not read.
fn named_extent(extent: Extent<&[u8]>, name: &[u8]) -> Object {
    Object::new()
        .text("filename", &location::file_name(extent.location, name))
        .with("virtual-size", extent.size)
        .text("format", extent.kind)
}

/// The image itself, where it holds all of its data.
fn only_extent(name: &[u8], image: &Image) -> Object {
    let compressed = image.subformat() == Some("streamOptimized");
    Object::new()
        .text("filename", name)
        .maybe("virtual-size", image.virtual_size())
        .maybe("cluster-size", image.cluster_size())
        .maybe("compressed", compressed.then_some(true))
        .with("format", "")
}
