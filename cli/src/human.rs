// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts for a person, in the manner of `qemu-img info`: the six first, then what else the
//! image says of itself, as far as it is not the usual. All text that the image chose is escaped.

use crate::size::{exact, short};
use crate::text::{shown, utc, uuid};
use diskprobe::{location, Backing, DataFile, Encryption, Extent, Feature, Image, Parent};
use diskprobe::{ReferenceKind, Tool};
use std::fmt::{Display, Write};

/// The facts of the image that was probed by this name: lines, each with its end.
pub(crate) fn image(name: &[u8], image: &Image) -> String {
    let mut rows = Rows::default();
    rows.row("image", shown(name));
    rows.row("file format", file_format(image));
    rows.row(
        "virtual size",
        image.virtual_size().map_or("unknown".into(), exact),
    );
    rows.row(
        "physical size",
        image.physical_size().map_or("unknown".into(), exact),
    );
    match image.backing() {
        Some(backing) => {
            rows.row("backing file", backing_file(backing, name));
            rows.row("backing file format", backing_format(backing));
        }
        None => rows.row("backing file", "none"),
    }
    rows.row(
        "encryption",
        image.encryption().map_or("none".into(), encryption),
    );
    others(image, &mut rows);
    rows.0
}

fn others(image: &Image, rows: &mut Rows) {
    let (recorded, size) = (image.recorded_size(), image.virtual_size());
    let has = |feature| image.has_feature(feature).then_some("yes");
    rows.maybe(
        "recorded size",
        recorded.filter(|_| recorded != size).map(exact),
    );
    rows.maybe("disk size", image.allocated_size().map(exact));
    rows.maybe("cluster size", image.cluster_size().map(exact));
    rows.maybe("data file", image.data_file().map(data_file));
    rows.maybe("parent", image.parent().map(parent));
    let parents = image
        .references()
        .filter(|one| one.kind == ReferenceKind::Parent);
    for other in parents.skip(1) {
        rows.row("", shown(other.location));
    }
    rows.maybe("compat", image.compat());
    rows.maybe("compression type", image.compression_type());
    rows.maybe("refcount bits", image.refcount_bits());
    rows.maybe("lazy refcounts", has(Feature::LazyRefcounts));
    rows.maybe("extended l2", has(Feature::ExtendedL2));
    rows.maybe(
        "snapshots",
        image.snapshot_count().filter(|count| *count != 0),
    );
    rows.maybe("bitmaps", image.bitmap_count());
    rows.maybe("cid", image.cid().map(content_id));
    let parent_cid = image.parent_cid().filter(|cid| *cid != NO_PARENT);
    rows.maybe("parent cid", parent_cid.map(content_id));
    rows.maybe("uuid", image.uuid().map(uuid));
    rows.maybe("creator", image.creator().map(shown));
    extras(image, rows);
    for (number, listed) in image.extents().enumerate() {
        rows.row(if number == 0 { "extents" } else { "" }, extent(listed));
    }
    rows.maybe("dirty", image.dirty().filter(|dirty| *dirty).map(|_| "yes"));
    rows.maybe("corrupt", has(Feature::Corrupt));
    rows.maybe("content", joined(image.content()));
    rows.maybe("also looks like", joined(image.also_matches()));
    rows.maybe("taken for", joined(detected_as(image)));
    rows.maybe("findings", joined(image.findings()));
}

fn extras(image: &Image, rows: &mut Rows) {
    rows.maybe("created", image.created().map(utc));
    rows.maybe("backing file of", image.backing_mtime().map(utc));
    rows.maybe(
        "allocated clusters",
        image.allocated_clusters().filter(|count| *count != 0),
    );
    let sector = image.physical_sector_size().filter(|size| *size != 512);
    rows.maybe("physical sector size", sector);
    rows.maybe(
        "format version",
        image.format_version().filter(|version| *version != 1),
    );
    rows.maybe("adapter type", image.adapter_type().map(shown));
    rows.maybe("hardware version", image.hardware_version().map(shown));
    rows.maybe("comment", image.comment().map(shown));
    let suspended = image.has_feature(Feature::SavedState);
    rows.maybe("saved state", suspended.then_some("yes"));
}

/// Labels and values, one row each; the values stand below one another.
#[derive(Default)]
pub(crate) struct Rows(pub(crate) String);

/// As wide as the longest label, "backing file format", with its colon and a blank.
const LABEL_WIDTH: usize = 21;

impl Rows {
    pub(crate) fn row(&mut self, label: &str, value: impl Display) {
        let colon = if label.is_empty() { "" } else { ":" };
        let _ = writeln!(self.0, "{:LABEL_WIDTH$}{value}", format!("{label}{colon}"));
    }

    pub(crate) fn maybe(&mut self, label: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.row(label, value);
        }
    }
}

/// The content identifier of a VMDK's parent where it has none.
const NO_PARENT: u32 = u32::MAX;

fn content_id(cid: u32) -> String {
    format!("{cid:08x}")
}

fn file_format(image: &Image) -> String {
    match image.subformat() {
        Some(subformat) => format!("{} ({subformat})", image.format()),
        None => image.format().to_string(),
    }
}

fn backing_file(backing: Backing<&[u8]>, name: &[u8]) -> String {
    let recorded = shown(backing.location);
    match shown(&location::backing_name(backing.location, name)) {
        full if full == recorded => recorded,
        full => format!("{recorded} (that is {full})"),
    }
}

fn backing_format(backing: Backing<&[u8]>) -> String {
    match backing.format {
        Some(format) => shown(format.text()),
        None => "not recorded".into(),
    }
}

fn data_file(file: DataFile<&[u8]>) -> String {
    let name = file.location.map_or("declared, not named".into(), shown);
    let raw = if file.raw { " (raw)" } else { "" };
    format!("{name}{raw}")
}

fn encryption(encryption: Encryption<&[u8]>) -> String {
    let mut details = Vec::new();
    if let (Some(cipher), Some(mode)) = (encryption.cipher, encryption.mode) {
        details.push(format!("{}-{}", shown(cipher), shown(mode)));
    }
    details.extend(encryption.hash.map(shown));
    let payload = encryption.payload_offset;
    details.extend(payload.map(|offset| format!("payload at {offset}")));
    let slots = encryption.active_slots;
    details.extend(slots.map(|count| format!("{count} key{}", if count == 1 { "" } else { "s" })));
    match details.is_empty() {
        true => encryption.format.to_string(),
        false => format!("{} ({})", encryption.format, details.join(", ")),
    }
}

fn parent(parent: Parent<&[u8]>) -> String {
    let location = parent.location.map(shown);
    let identity = parent.uuid.map(uuid);
    let parts: Vec<_> = location.into_iter().chain(identity).collect();
    parts.join(", ")
}

fn extent(extent: Extent<&[u8]>) -> String {
    let (kind, size) = (shown(extent.kind), short(extent.size));
    format!("{} ({kind}, {size})", shown(extent.location))
}

fn detected_as(image: &Image) -> impl Iterator<Item = String> + '_ {
    Tool::ALL
        .iter()
        .copied()
        .filter_map(|reader| Some(format!("{} by {reader}", image.detected_as(reader)?)))
}

pub(crate) fn joined(names: impl Iterator<Item = impl Display>) -> Option<String> {
    let names: Vec<_> = names.map(|name| name.to_string()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
