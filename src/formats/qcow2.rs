// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2, versions 2 and 3. Big-endian.
//!
//! Specification: QEMU, `docs/interop/qcow2.rst`. Limits that the specification leaves open are
//! those of QEMU's driver, which refuses an image that exceeds them.

mod extensions;
mod header;

use super::{luks, sizes};
use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::{
    BackingFacts, BackingFormatFacts, DataFileFacts, EncryptionFacts, EncryptionFormat, Extras,
    Facts,
};
use extensions::Extensions;
use header::Header;

/// Longest backing file name.
const MAX_BACKING_NAME: u64 = 1023;

pub(super) fn is_version_2_or_later(head: &Head<'_>) -> bool {
    head.be_u32(4) >= 2
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = header::read(view)?;
    let extensions = extensions::walk(view, &header)?;
    let (common, added) = (&header.common, &header.added);

    let mut facts = Facts::of(Format::Qcow2);
    facts.virtual_size = Some(sizes::whole_sectors(common.size())?);
    facts.recorded_size = Some(common.size);
    facts.cluster_size = Some(header.cluster_size);
    facts.compat = Some(if common.version == 2 { c"0.10" } else { c"1.1" });
    facts.compression = header.compression;
    facts.refcount_bits = 1u32.checked_shl(added.refcount_order);
    facts.snapshot_count = Some(common.nb_snapshots);
    facts.bitmap_count = extensions.bitmap_count;
    facts.headers_differ = extensions.differ;
    let first_cluster = |offset: Option<u64>| offset.is_some_and(|at| at < header.cluster_size);
    facts.writable_header = header.is_writable()
        || first_cluster(extensions.bitmap_directory)
        || first_cluster(extensions.luks_header.map(|range| range.offset));
    facts.dirty = Some(added.incompatible_features & header::DIRTY != 0);
    facts.features = header.features();
    facts.extras = Extras::unknown_features(header.unknown_features());
    facts.encryption = encryption(view, &header, &extensions)?.map(Box::new);
    facts.backing = backing(view, &header, &extensions)?;
    // QEMU shows the name of a data file even if the feature bit is not set.
    let has_data_file = added.incompatible_features & header::DATA_FILE != 0;
    if has_data_file || extensions.data_file.is_some() {
        facts.data_file = Some(DataFileFacts {
            location: extensions.data_file,
            raw: added.autoclear_features & header::DATA_FILE_RAW != 0,
        });
    }
    Ok(facts)
}

fn encryption<'a>(
    view: &View<'a>,
    header: &Header,
    extensions: &Extensions<'a>,
) -> Result<Option<EncryptionFacts<Text<'a>>>, Incomplete> {
    match (header.common.crypt_method, extensions.luks_header) {
        (header::CRYPT_LUKS, Some(range)) => luks::read_header(view, range).map(Some),
        (header::CRYPT_LUKS, None) => {
            Err(Incomplete::Failed(header.common.crypt_method().broken(
                "crypt_method is 2 (LUKS), but the encryption header extension is missing",
            )))
        }
        (header::CRYPT_AES, _) => Ok(Some(EncryptionFacts::of(EncryptionFormat::Aes))),
        (header::CRYPT_NONE, _) => Ok(None),
        _ => Ok(Some(EncryptionFacts::of(EncryptionFormat::UnknownMethod))),
    }
}

fn backing<'a>(
    view: &View<'a>,
    header: &Header,
    extensions: &Extensions<'a>,
) -> Result<Option<BackingFacts<Text<'a>>>, Incomplete> {
    let offset = header.common.backing_file_offset;
    if offset == 0 {
        return Ok(None);
    }
    let size = header.common.backing_file_size();
    size.at_most(MAX_BACKING_NAME.min(header.cluster_size.saturating_sub(offset)))?;
    let name = view.text(offset, size, "qcow2 backing file name")?;
    let format = extensions.backing_format.map(BackingFormatFacts::named);
    Ok(BackingFacts::named(name, format))
}
