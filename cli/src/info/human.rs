// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts as text, in the style of `qemu-img info`: first the six facts, then other values that
//! the image records, unless they are the default. Text from the image is escaped.

use crate::text::{exact, joined, short, shown, shown_location, utc, Rows};
use diskprobe::location::resolve;
use diskprobe::{Backing, DataFile, Encryption, Extent};
use diskprobe::{Feature, Image, Parent, ReferenceKind, Tool};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Returns the facts of an image as lines.
pub(crate) fn image(name: &[u8], image: &Image) -> String {
    let recorded = image.recorded_size();
    let recorded = recorded.filter(|_| recorded != image.virtual_size());
    let known = |size: Option<u64>| Some(size.map_or("unknown".into(), exact));
    let or_none = |fact: Option<String>| Some(fact.unwrap_or("none".into()));
    let has = |feature| image.has_feature(feature).then_some("yes");
    let content_id = |cid: u32| format!("{cid:08x}");
    let backing = image.backing().map(|_| backing_file(name, image));
    let references = image.references();
    let parents = references.filter(|one| one.kind == ReferenceKind::Parent);
    let own_id = image.content_id();
    let parent_id = own_id.and_then(|id| id.parent);
    let details = image.details();
    let detail = |name: &str| {
        let detail = details.iter().find(|detail| detail.name() == name);
        detail.map(|detail| shown(detail.text()))
    };
    let number = |name| detail(name)?.parse::<u64>().ok();
    let by = |tool: &Tool| Some(format!("{} by {tool}", image.detected_as(*tool)?));
    // Default values are omitted.
    let snapshots = number("snapshot-count").filter(|count| *count != 0);
    let allocated_clusters = number("allocated-clusters").filter(|count| *count != 0);
    let sector_size = number("physical-sector-size").filter(|size| *size != 512);
    let format_version = number("format-version").filter(|version| *version != 1);
    Rows::default()
        .row("image", Some(shown(name)))
        .row("file format", Some(file_format(image)))
        .row("virtual size", known(image.virtual_size()))
        .row("physical size", known(image.physical_size()))
        .row("backing file", or_none(backing))
        .row("backing file format", image.backing().map(backing_format))
        .row("encryption", or_none(image.encryption().map(encryption)))
        .row("recorded size", recorded.map(exact))
        .row("disk size", image.allocated_size().map(exact))
        .row("cluster size", image.cluster_size().map(exact))
        .row("data file", image.data_file().map(data_file))
        .row("parent", image.parent().map(parent))
        .list(
            "",
            parents.skip(1).map(|other| shown_location(other.location)),
        )
        .row("compat", image.compat())
        .row("compression type", detail("compression-type"))
        .row("refcount bits", detail("refcount-bits"))
        .row("lazy refcounts", has(Feature::LazyRefcounts))
        .row("extended l2", has(Feature::ExtendedL2))
        .row("snapshots", snapshots)
        .row("bitmaps", detail("bitmap-count"))
        .row("cid", own_id.map(|id| content_id(id.own)))
        .row("parent cid", parent_id.map(content_id))
        .row("uuid", image.uuid())
        .row("creator", detail("creator"))
        .row("created", number("created").map(utc))
        .row("backing mtime", number("backing-mtime").map(utc))
        .row("allocated clusters", allocated_clusters)
        .row("physical sector size", sector_size)
        .row("format version", format_version)
        .row("adapter type", detail("adapter-type"))
        .row("hardware version", detail("hardware-version"))
        .row("comment", detail("comment"))
        .row("saved state", has(Feature::SavedState))
        .list("extents", image.extents().map(extent))
        .row(
            "dirty",
            image.is_dirty().filter(|dirty| *dirty).map(|_| "yes"),
        )
        .row("corrupt", has(Feature::Corrupt))
        .row("content", joined(image.content()))
        .row("also matches", joined(image.also_matches()))
        .row("detected as", joined(Tool::ALL.iter().filter_map(by)))
        .row("findings", joined(image.findings()))
        .take()
}

fn file_format(image: &Image) -> String {
    match image.subformat() {
        Some(subformat) => format!("{} ({subformat})", image.format()),
        None => image.format().to_string(),
    }
}

fn backing_file(name: &[u8], image: &Image) -> String {
    let mut references = image.references();
    let backing = references.find(|one| one.kind == ReferenceKind::Backing);
    let Some(backing) = backing else {
        return String::new();
    };
    let recorded = shown_location(backing.location);
    match shown_location(&resolve(&backing, Path::new(OsStr::from_bytes(name)))) {
        full if full == recorded => recorded,
        full => format!("{recorded} (actual path: {full})"),
    }
}

fn backing_format(backing: Backing<'_>) -> String {
    let format = backing.format.map(|format| shown(format.name()));
    format.unwrap_or("not recorded".into())
}

fn data_file(file: DataFile<'_>) -> String {
    let name = file
        .location
        .map_or("name not recorded".into(), shown_location);
    name + if file.raw { " (raw)" } else { "" }
}

fn encryption(encryption: Encryption<'_>) -> String {
    let cipher = encryption.cipher.zip(encryption.mode);
    let cipher = cipher.map(|(cipher, mode)| format!("{}-{}", shown(cipher), shown(mode)));
    let payload = encryption.payload_offset;
    let payload = payload.map(|offset| format!("payload at {offset}"));
    let keys = |count| format!("{count} key{}", if count == 1 { "" } else { "s" });
    let keys = encryption.active_slots.map(keys);
    let details = [cipher, encryption.hash.map(shown), payload, keys];
    match joined(details.into_iter().flatten()) {
        Some(details) => format!("{} ({details})", encryption.format),
        None => encryption.format.to_string(),
    }
}

fn parent(parent: Parent<'_>) -> String {
    let parts = [
        parent.location.map(shown),
        parent.uuid.map(|uuid| uuid.to_string()),
    ];
    joined(parts.into_iter().flatten()).unwrap_or_default()
}

fn extent(extent: Extent<'_>) -> String {
    let (kind, size) = (shown(extent.kind), short(extent.size));
    format!("{} ({kind}, {size})", shown(extent.location))
}
