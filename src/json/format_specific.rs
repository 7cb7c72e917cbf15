// SPDX-License-Identifier: MIT OR Apache-2.0
//! What `qemu-img info` prints as `format-specific`, as far as the header records it.

use crate::base::format::Format;
use crate::base::json::{any, Json};
use crate::image::{Encryption, EncryptionFormat, Feature, Image};
use crate::location::{file_name, without_credentials};

pub(super) fn add(object: &mut Json<'_>, name: &[u8], image: &Image) {
    let is_described = match image.format() {
        Format::Luks => image.encryption().is_some(),
        format => matches!(format, Format::Qcow2 | Format::Vmdk),
    };
    let described = is_described.then_some(image);
    object.member("format-specific", described, |object, image| {
        object.text("type", Some(image.format().as_str()));
        object.member("data", Some(image), |data, image| match image.format() {
            Format::Qcow2 => qcow2(data, image),
            Format::Vmdk => vmdk(data, name, image),
            _ => luks(data, image.encryption()),
        });
    });
}

fn qcow2(object: &mut Json<'_>, image: &Image) {
    object
        .text("compat", image.compat())
        .text("compression-type", image.compression_type())
        .value("refcount-bits", image.refcount_bits())
        .member("encrypt", image.encryption(), |object, encryption| {
            let is_luks = encryption.format == EncryptionFormat::Luks;
            luks(object, is_luks.then_some(encryption));
            object.text("format", Some(encryption.format.as_str()));
        });
    if image.compat() == Some("0.10") {
        return;
    }
    let has = |feature| image.has_feature(feature);
    let file = image.data_file();
    // The name is shown wherever it is recorded, the flag only if the file is really used.
    let raw = file.filter(|_| has(Feature::DataFile)).map(|file| file.raw);
    object
        .value("lazy-refcounts", Some(has(Feature::LazyRefcounts)))
        .value("corrupt", Some(has(Feature::Corrupt)))
        .value("extended-l2", Some(has(Feature::ExtendedL2)))
        .text(
            "data-file",
            file.and_then(|file| file.location).map(without_credentials),
        )
        .value("data-file-raw", raw);
}

/// Adds what LUKS records. LUKS records the mode, the initialisation vectors and their hash as one
/// text, such as `cbc-essiv:sha256`.
fn luks(object: &mut Json<'_>, encryption: Option<Encryption<'_>>) {
    let Some(encryption) = encryption else { return };
    let mode = core::str::from_utf8(encryption.mode.unwrap_or_default()).ok();
    let (mode, vectors) = mode.and_then(|mode| mode.split_once('-')).unzip();
    let (generator, hash) = vectors.and_then(|vectors| vectors.split_once(':')).unzip();
    let payload = encryption.payload_offset;
    object
        .text("cipher-mode", mode)
        .text("ivgen-alg", generator.or(vectors))
        .text("ivgen-hash-alg", hash)
        .text("hash-alg", encryption.hash)
        .value("payload-offset", payload)
        .value("detached-header", payload.map(|offset| offset == 0))
        .text("uuid", encryption.uuid);
}

fn vmdk(object: &mut Json<'_>, name: &[u8], image: &Image) {
    object
        .text("create-type", image.subformat())
        .value("cid", image.cid())
        .value("parent-cid", image.parent_cid());
    let extents = any(image.extents());
    // Without extents, the image itself holds all of its data.
    let only = extents.is_none().then(|| core::iter::once(image));
    object.objects("extents", only, |object, image| {
        let compressed = image.subformat() == Some("streamOptimized");
        object
            .text("filename", Some(name))
            .value("virtual-size", image.virtual_size())
            .value("cluster-size", image.cluster_size())
            .value("compressed", compressed.then_some(true))
            .text("format", Some(""));
    });
    // The header of an extent's file, if it has one, is not read.
    object.objects("extents", extents, |object, extent| {
        object
            .text("filename", Some(file_name(extent.location, name)))
            .value("virtual-size", Some(extent.size))
            .text("format", Some(extent.kind));
    });
}
