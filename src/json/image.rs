// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image as JSON.

use super::{bytes, format_specific, reason};
use crate::base::error::Error;
use crate::base::json::{any, json, Json};
use crate::image::{
    Content, DataFile, Encryption, EncryptionFormat, Extent, Feature, Geometry, Image, Parent,
    Reference, Tool,
};
use crate::location::{backing_name, without_credentials};
use core::fmt::Display;
use std::path::Path;

impl Image {
    /// Returns the facts as a JSON object, for an image that is called `file_name`.
    ///
    /// `allocated_size` becomes `actual-size`. Pass [`Image::allocated_size`], or what your storage
    /// reports if the image was not probed from a file. `docs/info.md` explains every key.
    ///
    /// The size of the output is proportional to that of the facts. The directory of `file_name` is
    /// repeated for each extent of a VMDK.
    ///
    /// ```
    /// use diskprobe::{probe_buffer, Image, Options};
    /// # fn main() -> Result<(), diskprobe::Error> {
    /// let image = probe_buffer(&[0; 512], Some(512), &Options::new().thorough(true))?;
    /// let json = image.json("disk.img", None).to_string();
    /// let start = r#"{"filename":"disk.img","format":"raw","virtual-size":512,"#;
    /// assert!(json.starts_with(start));
    /// let indented = format!("{:#}", image.json("disk.img", None));
    /// assert!(indented.starts_with("{\n    \"filename\": \"disk.img\",\n"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn json<'a>(
        &'a self,
        file_name: impl AsRef<Path> + 'a,
        allocated_size: Option<u64>,
    ) -> impl Display + 'a {
        json(move |json| {
            let name = bytes(file_name.as_ref());
            json.object(|object| facts(object, name, allocated_size, self, |_| {}));
        })
    }

    /// Returns the JSON object for an image that cannot be probed.
    pub fn failure_json<'a>(
        file_name: impl AsRef<Path> + 'a,
        error: &'a Error,
    ) -> impl Display + 'a {
        json(move |json| json.object(|object| failure(object, file_name.as_ref(), error)))
    }
}

pub(super) fn failure(object: &mut Json<'_>, file_name: &Path, error: &Error) {
    object
        .text("filename", Some(bytes(file_name)))
        .member("error", Some(error), reason);
}

/// Adds the facts. `more` adds what it knows about the data file to the object of that file.
pub(super) fn facts(
    object: &mut Json<'_>,
    name: &[u8],
    allocated_size: Option<u64>,
    image: &Image,
    more: impl Fn(&mut Json<'_>),
) {
    use EncryptionFormat::{Aes, Luks};
    let encryption = image.encryption();
    let is_seen_by_qemu = encryption.filter(|found| matches!(found.format, Aes | Luks));
    let backing = image.backing();
    let full_name = backing.map(|backing| backing_name(backing.location, name));
    let backing_format = backing.and_then(|backing| Some(backing.format?.name()));
    let saved_state = image.has_feature(Feature::SavedState);
    object
        .text("filename", Some(name))
        .text("format", Some(image.format().as_str()))
        .text("subformat", image.subformat())
        .value("virtual-size", image.virtual_size())
        .value("recorded-size", image.recorded_size())
        .value("physical-size", image.physical_size())
        .value("actual-size", allocated_size)
        .value("cluster-size", image.cluster_size())
        .text(
            "backing-filename",
            backing.map(|backing| without_credentials(backing.location)),
        )
        .text(
            "full-backing-filename",
            full_name.as_deref().map(without_credentials),
        )
        .text("backing-filename-format", backing_format)
        .value("encrypted", is_seen_by_qemu.map(|_| true))
        .member("encryption", encryption, encrypted)
        .member("data-file", image.data_file(), |object, file| {
            data_file(object, file);
            more(object);
        })
        .objects("extents", any(image.extents()), extent)
        .member("parent", image.parent(), parent)
        .objects("references", any(image.references()), reference)
        .value("dirty-flag", image.is_dirty())
        .value("snapshot-count", image.snapshot_count())
        .value("bitmap-count", image.bitmap_count())
        .text("uuid", image.uuid().map(|uuid| uuid.to_string()))
        .text("creator", image.creator())
        .value("created", image.created())
        .value("backing-mtime", image.backing_mtime_seconds())
        .member("geometry", image.geometry(), geometry)
        .value("allocated-clusters", image.allocated_clusters())
        .value("physical-sector-size", image.physical_sector_size())
        .value("format-version", image.format_version())
        .value("unknown-features", image.unknown_features())
        .text("comment", image.comment())
        .text("adapter-type", image.adapter_type())
        .text("hardware-version", image.hardware_version())
        .value("saved-state", saved_state.then_some(true));
    format_specific::add(object, name, image);
    readings(object, image);
    let tools = Tool::ALL.iter().copied();
    let detected = tools.filter_map(|tool| Some((tool.as_str(), image.detected_as(tool)?)));
    object.member("detected-as", any(detected), |object, detected| {
        for (tool, format) in detected {
            object.text(tool, Some(format));
        }
    });
    findings(object, image);
}

/// Adds what the bytes hold if they are read as raw, and the other formats whose signatures they
/// contain.
pub(super) fn readings(object: &mut Json<'_>, image: &Image) {
    let contents = || image.content().map(Content::as_str);
    let formats = image.also_matches().map(|format| format.as_str());
    object
        .text("content", contents().next())
        .texts("also-contains", any(contents().skip(1)))
        .texts("also-matches", any(formats));
}

pub(super) fn findings(object: &mut Json<'_>, image: &Image) {
    let findings = image.findings().map(|finding| finding.as_str());
    object.texts("findings", Some(findings));
}

fn encrypted(object: &mut Json<'_>, encryption: Encryption<'_>) {
    object
        .text("format", Some(encryption.format.as_str()))
        .value("payload-offset", encryption.payload_offset)
        .text("cipher", encryption.cipher)
        .text("mode", encryption.mode)
        .text("hash", encryption.hash)
        .text("uuid", encryption.uuid)
        .value("active-slots", encryption.active_slots);
}

fn geometry(object: &mut Json<'_>, geometry: Geometry) {
    object
        .value("cylinders", Some(geometry.cylinders))
        .value("heads", Some(geometry.heads))
        .value("sectors", Some(geometry.sectors));
}

fn data_file(object: &mut Json<'_>, file: DataFile<'_>) {
    object.text("filename", file.location.map(without_credentials));
    object.value("raw", Some(file.raw));
}

fn extent(object: &mut Json<'_>, extent: Extent<'_>) {
    object
        .text("filename", Some(extent.location))
        .text("type", Some(extent.kind))
        .value("virtual-size", Some(extent.size))
        .value("offset", extent.file_offset);
}

fn parent(object: &mut Json<'_>, parent: Parent<'_>) {
    object
        .text("location", parent.location)
        .text("uuid", parent.uuid.map(|uuid| uuid.to_string()))
        .text(
            "alternative-uuid",
            parent.alternative_uuid.map(|uuid| uuid.to_string()),
        );
}

pub(super) fn reference(object: &mut Json<'_>, reference: Reference<'_>) {
    object
        .text("kind", Some(reference.kind.as_str()))
        .text("location", Some(without_credentials(reference.location)))
        .value("offset", Some(reference.origin.offset))
        .value("length", Some(reference.origin.length));
}
