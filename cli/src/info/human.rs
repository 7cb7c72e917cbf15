// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts for a person, in the manner of `qemu-img info`: the six first, then what else the
//! image records, unless it is the usual. All text that the image chose is escaped.

use crate::text::{exact, joined, short, shown, utc, Rows};
use diskprobe::location::backing_name;
use diskprobe::{uuid_text, Backing, DataFile, Encryption, Extent};
use diskprobe::{Feature, Image, Parent, ReferenceKind, Tool};

/// The content identifier that a VMDK records of its parent if it has none.
const NO_PARENT: u32 = u32::MAX;

/// Returns the facts of the image that was probed by this name: lines, each with its end.
pub(crate) fn image(name: &[u8], image: &Image) -> String {
    let recorded = image.recorded_size();
    let recorded = recorded.filter(|_| recorded != image.virtual_size());
    let known = |size: Option<u64>| Some(size.map_or("unknown".into(), exact));
    let or_none = |fact: Option<String>| Some(fact.unwrap_or("none".into()));
    let has = |feature| image.has_feature(feature).then_some("yes");
    let content_id = |cid: u32| format!("{cid:08x}");
    let backing = image.backing().map(|backing| backing_file(backing, name));
    let references = image.references();
    let parents = references.filter(|one| one.kind == ReferenceKind::Parent);
    let parent_cid = image.parent_cid().filter(|cid| *cid != NO_PARENT);
    let by = |tool: &Tool| Some(format!("{} by {tool}", image.detected_as(*tool)?));
    // The usual values say nothing.
    let snapshots = image.snapshot_count().filter(|count| *count != 0);
    let allocated_clusters = image.allocated_clusters().filter(|count| *count != 0);
    let sector_size = image.physical_sector_size().filter(|size| *size != 512);
    let format_version = image.format_version().filter(|version| *version != 1);
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
        .list("", parents.skip(1).map(|other| shown(other.location)))
        .row("compat", image.compat())
        .row("compression type", image.compression_type())
        .row("refcount bits", image.refcount_bits())
        .row("lazy refcounts", has(Feature::LazyRefcounts))
        .row("extended l2", has(Feature::ExtendedL2))
        .row("snapshots", snapshots)
        .row("bitmaps", image.bitmap_count())
        .row("cid", image.cid().map(content_id))
        .row("parent cid", parent_cid.map(content_id))
        .row("uuid", image.uuid().map(uuid_text))
        .row("creator", image.creator().map(shown))
        .row("created", image.created().map(utc))
        .row("backing file of", image.backing_mtime().map(utc))
        .row("allocated clusters", allocated_clusters)
        .row("physical sector size", sector_size)
        .row("format version", format_version)
        .row("adapter type", image.adapter_type().map(shown))
        .row("hardware version", image.hardware_version().map(shown))
        .row("comment", image.comment().map(shown))
        .row("saved state", has(Feature::SavedState))
        .list("extents", image.extents().map(extent))
        .row("dirty", image.dirty().filter(|dirty| *dirty).map(|_| "yes"))
        .row("corrupt", has(Feature::Corrupt))
        .row("content", joined(image.content()))
        .row("also looks like", joined(image.also_matches()))
        .row("taken for", joined(Tool::ALL.iter().filter_map(by)))
        .row("findings", joined(image.findings()))
        .take()
}

fn file_format(image: &Image) -> String {
    match image.subformat() {
        Some(subformat) => format!("{} ({subformat})", image.format()),
        None => image.format().to_string(),
    }
}

fn backing_file(backing: Backing<&[u8]>, name: &[u8]) -> String {
    let recorded = shown(backing.location);
    match shown(&backing_name(backing.location, name)) {
        full if full == recorded => recorded,
        full => format!("{recorded} (that is {full})"),
    }
}

fn backing_format(backing: Backing<&[u8]>) -> String {
    let format = backing.format.map(|format| shown(format.text()));
    format.unwrap_or("not recorded".into())
}

fn data_file(file: DataFile<&[u8]>) -> String {
    let name = file.location.map_or("declared, not named".into(), shown);
    name + if file.raw { " (raw)" } else { "" }
}

fn encryption(encryption: Encryption<&[u8]>) -> String {
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

fn parent(parent: Parent<&[u8]>) -> String {
    let parts = [parent.location.map(shown), parent.uuid.map(uuid_text)];
    joined(parts.into_iter().flatten()).unwrap_or_default()
}

fn extent(extent: Extent<&[u8]>) -> String {
    let (kind, size) = (shown(extent.kind), short(extent.size));
    format!("{} ({kind}, {size})", shown(extent.location))
}
