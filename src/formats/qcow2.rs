// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2, versions 2 and 3. Big-endian.
//!
//! Specification: QEMU, `docs/interop/qcow2.rst`. Limits that the specification leaves open are
//! those of QEMU's driver, which refuses the image beyond them.

mod extensions;
mod header;

use super::{luks, require_signature, sizes};
use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{Backing, BackingFormat, DataFile, Encryption, EncryptionFormat};
use crate::image::{Facts, Feature};
use extensions::Extensions;
use header::Header;

const MAGIC: &[u8] = b"QFI\xfb";

/// Longest backing file name.
const MAX_BACKING_NAME: u64 = 1023;

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) && head.be_u32(4) >= 2
}

/// Of a version that no program has written.
pub(crate) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, MAGIC) && head.be_u32(4) == 0
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(view, Format::Qcow2, detect, "no qcow2 signature", 0)?;
    let header = header::read(view)?;
    let extensions = extensions::walk(view, &header)?;

    let mut facts = Facts::of(Format::Qcow2);
    facts.virtual_size = Some(sizes::whole_sectors(header.size_field())?);
    facts.recorded_size = Some(header.size);
    facts.cluster_size = Some(header.cluster_size);
    facts.compat = Some(if header.version == 2 { c"0.10" } else { c"1.1" });
    facts.compression = Some(header.compression);
    facts.refcount_bits = 1u32.checked_shl(header.refcount_order);
    facts.snapshot_count = Some(header.nb_snapshots);
    facts.bitmap_count = extensions.bitmap_count;
    facts.dirty = Some(header.requires(header::DIRTY));
    facts.encryption = encryption(view, &header, &extensions)?.map(Box::new);
    facts.backing = backing(view, &header, &extensions)?;
    facts.data_file = data_file(&header, &extensions);
    for (declared, feature) in [
        (header.requires(header::CORRUPT), Feature::Corrupt),
        (header.requires(header::DATA_FILE), Feature::DataFile),
        (header.requires(header::EXTENDED_L2), Feature::ExtendedL2),
        (header.lazy_refcounts(), Feature::LazyRefcounts),
        (header.bitmaps_valid(), Feature::Bitmaps),
        (header.data_file_raw(), Feature::DataFileRaw),
        (header.unknown_optional(), Feature::UnknownOptional),
    ] {
        if declared {
            facts.features.insert(feature);
        }
    }
    Ok(facts)
}

fn encryption<'a>(
    view: &View<'a>,
    header: &Header,
    extensions: &Extensions<'a>,
) -> Result<Option<Encryption<Text<'a>>>, Incomplete> {
    match header.crypt_method {
        header::CRYPT_LUKS => match extensions.luks_header {
            Some(place) => luks::read_header(view, place).map(Some),
            None => Err(header.no_luks_header().into()),
        },
        header::CRYPT_AES => Ok(Some(Encryption::of(EncryptionFormat::Aes))),
        _ => Ok(None),
    }
}

fn backing<'a>(
    view: &View<'a>,
    header: &Header,
    extensions: &Extensions<'a>,
) -> Result<Option<Backing<Text<'a>>>, Incomplete> {
    if header.backing_file_offset == 0 {
        return Ok(None);
    }
    let room = header
        .cluster_size
        .saturating_sub(header.backing_file_offset);
    let size = header.backing_file_size_field();
    size.at_most(MAX_BACKING_NAME.min(room))?;
    let name = view.at(
        header.backing_file_offset,
        header.backing_file_size,
        "qcow2 backing file name",
    )?;
    let location = Text::until_nul(name, header.backing_file_offset);
    let format = extensions.backing_format.map(BackingFormat::named);
    Ok(Backing::named(location, format))
}

/// A data file is declared by the extension that names it, by the feature bit, or by both: QEMU
/// shows the name without the bit, and follows the bit without the name.
fn data_file<'a>(header: &Header, extensions: &Extensions<'a>) -> Option<DataFile<Text<'a>>> {
    let declared = extensions.data_file.is_some() || header.requires(header::DATA_FILE);
    declared.then(|| DataFile {
        location: extensions.data_file,
        raw: header.data_file_raw(),
    })
}
