// SPDX-License-Identifier: MIT OR Apache-2.0
//! The classes of harmless images that oslo.utils refuses and we accept. `docs/safety.md` lists
//! each with the reason.

use diskprobe::{EncryptionFormat, Feature, Format, Image};

/// A name, and a rule for the image and the reasons of oslo.utils.
type Class = (&'static str, fn(&Image, &[&str]) -> bool);

pub(crate) const CLASSES: [Class; 10] = [
    ("qcow version 1", |image, reasons| {
        image.format() == Format::Qcow && only(reasons, &[VERSION, BACKING, DATA_FILE])
    }),
    ("qcow2 with extended L2 entries", |image, reasons| {
        image.has_feature(Feature::ExtendedL2) && only(reasons, &[FEATURES, BACKING])
    }),
    ("empty backing file name", |image, reasons| {
        image.format() == Format::Qcow2 && only(reasons, &[BACKING])
    }),
    ("qcow2 version 2", |image, reasons| {
        image.compat() == Some("0.10") && only(reasons, &[DATA_FILE, FEATURES, BACKING])
    }),
    ("qed", |image, reasons| {
        image.format() == Format::Qed && only(reasons, &["banned: "])
    }),
    ("LUKS version 2", |image, reasons| {
        let format = image.encryption().map(|encryption| encryption.format);
        let is_luks2 = format == Some(EncryptionFormat::Luks2);
        let version = "version: LUKS version 2 is not supported";
        is_luks2 && only(reasons, &[version, INCOMPLETE])
    }),
    ("partition table", |image, reasons| {
        image.format() == Format::Raw && only(reasons, &["mbr: "])
    }),
    ("vhdx metadata item", |image, reasons| {
        image.format() == Format::Vhdx && only(reasons, &[INCOMPLETE])
    }),
    ("bootable disc, or boot signature only", |image, reasons| {
        // The image has a boot signature only if the probe found no content.
        if only(reasons, &["mbr: "]) {
            return image.content().next().is_none();
        }
        let [reason] = reasons else { return false };
        let Some(formats) = reason.strip_prefix("Multiple formats detected: ") else {
            return false;
        };
        formats.split(',').all(|format| match format {
            "gpt" => true,
            "iso" => image.format() == Format::Raw,
            other => other == image.format().as_str(),
        })
    }),
    ("text of a sparse vmdk", |image, reasons| {
        image.format() == Format::Vmdk
            && image.references().count() == 0
            && only(
                reasons,
                &["descriptor: ", "Incomplete file cannot be safety checked"],
            )
    }),
];

const VERSION: &str = "unknown_features: Unsupported qcow2 version";
const FEATURES: &str = "unknown_features: Unknown QCOW2 features found";
const INCOMPLETE: &str = "Incomplete file cannot be safety checked";
const BACKING: &str = "backing_file: ";
const DATA_FILE: &str = "data_file: ";

fn only(reasons: &[&str], known: &[&str]) -> bool {
    let is_known = |reason: &&str| known.iter().any(|known| reason.starts_with(known));
    !reasons.is_empty() && reasons.iter().all(is_known)
}

/// Returns the class of an image that oslo.utils refuses and we accept.
pub(crate) fn of(image: &Image, reasons: &[&str]) -> Option<&'static str> {
    let mut classes = CLASSES.iter();
    let found = classes.find(|(_, is_of)| is_of(image, reasons));
    found.map(|(name, _)| *name)
}
