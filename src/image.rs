// SPDX-License-Identifier: MIT OR Apache-2.0
//! A finished answer: the facts of one image, with their own copy of every text.

mod content;
mod details;
mod extents;
mod extras;
mod facts;
mod protocols;

pub use content::{Content, Tool};
pub(crate) use extents::{Extents, Found, Iter as ExtentIter, FLAT, KINDS};
pub(crate) use extras::Extras;
pub use extras::Geometry;
pub(crate) use facts::*;
pub use facts::{
    Backing, BackingFormat, DataFile, Encryption, EncryptionFormat, Extent, Feature, Parent, Uuid,
};

#[cfg(feature = "capi")]
use crate::base::detail::LentDetails;
use crate::base::format::Format;
use crate::base::named::named_enum;
use crate::base::range::ByteRange;
use crate::base::stored::NulText;
use crate::base::text::Text;

/// Where a text lies in the image's string store, where a NUL follows it, and where it stood in
/// the image file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: usize,
    length: usize,
    origin: ByteRange,
}

/// What the file, not its bytes, says of its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileSizes {
    pub(crate) physical: Option<u64>,
    pub(crate) allocated: Option<u64>,
}

/// Room for all texts of most images, so that they cost one allocation.
const USUAL_ROOM: usize = 128;

/// Room for all texts, to the byte: what a growing store would leave empty can be as much as the
/// image was read for.
fn room_for_texts(facts: &Facts<Text<'_>>) -> usize {
    let mut room: usize = 0;
    let _ = facts.map(&mut |text| room = room.saturating_add(text.size()));
    room
}

/// The facts of one disk image.
///
/// Immutable, and independent of the file and the buffers that it was read from.
#[derive(Clone, Debug)]
pub struct Image {
    facts: Facts<Span>,
    sizes: FileSizes,
    /// Every text, each followed by a NUL, in one allocation. C callers are lent pointers into
    /// it, so it never changes.
    store: Vec<u8>,
    #[cfg(feature = "capi")]
    pub(crate) lent_details: LentDetails,
}

impl Image {
    pub(crate) fn new(facts: &Facts<Text<'_>>, sizes: FileSizes) -> Self {
        let mut store = Vec::new();
        let facts = facts.map(&mut |text| {
            let start = store.len();
            if text.size() > store.capacity().saturating_sub(start) {
                let first = start == 0 && text.size() <= USUAL_ROOM;
                store.reserve_exact(match first {
                    true => USUAL_ROOM,
                    false => room_for_texts(facts).saturating_sub(start),
                });
            }
            text.append_to(&mut store);
            let length = store.len().saturating_sub(start);
            store.push(0);
            Span {
                start,
                length,
                origin: text.range(),
            }
        });
        Image {
            facts,
            sizes,
            store,
            #[cfg(feature = "capi")]
            lent_details: LentDetails::default(),
        }
    }

    /// Returns the facts with the places of their texts, which [`lent`](Image::lent) takes.
    #[cfg(feature = "capi")]
    pub(crate) fn facts(&self) -> &Facts<Span> {
        &self.facts
    }

    /// Returns a text of the facts with the NUL that follows it.
    pub(crate) fn lent(&self, span: &Span) -> NulText<'_> {
        let end = span.start.saturating_add(span.length).saturating_add(1);
        NulText::new(self.store.get(span.start..end).unwrap_or_default())
    }

    fn text(&self, span: &Span) -> &[u8] {
        self.lent(span).bytes()
    }

    /// The format: QEMU's driver for these bytes, or the format that was asked for.
    #[must_use]
    pub fn format(&self) -> Format {
        self.facts.format
    }

    /// The variant of the format: `monolithicSparse`, `dynamic`, `differencing` and so on.
    #[must_use]
    pub fn subformat(&self) -> Option<&'static str> {
        self.facts.subformat.and_then(|name| name.to_str().ok())
    }

    /// What the guest sees, in bytes: QEMU's value, rounding included.
    #[must_use]
    pub fn virtual_size(&self) -> Option<u64> {
        self.facts.virtual_size
    }

    /// The virtual size as the image records it, in bytes, before any rounding.
    #[must_use]
    pub fn recorded_size(&self) -> Option<u64> {
        self.facts.recorded_size
    }

    /// Bytes from the first to the last of the file, or the size of the block device.
    #[must_use]
    pub fn physical_size(&self) -> Option<u64> {
        self.sizes.physical
    }

    /// Bytes that the file occupies on its file system (`st_blocks * 512`).
    #[must_use]
    pub fn allocated_size(&self) -> Option<u64> {
        self.sizes.allocated
    }

    /// Bytes in the unit of allocation: cluster, grain or block.
    #[must_use]
    pub fn cluster_size(&self) -> Option<u64> {
        self.facts.cluster_size
    }

    /// qcow2: the compatibility level, as QEMU names it: `0.10` (version 2) or `1.1` (version 3).
    #[must_use]
    pub fn compat(&self) -> Option<&'static str> {
        self.facts.compat.and_then(|name| name.to_str().ok())
    }

    /// qcow2: how compressed clusters are compressed: `zlib` or `zstd`.
    #[must_use]
    pub fn compression_type(&self) -> Option<&'static str> {
        self.facts.compression.and_then(|name| name.to_str().ok())
    }

    /// qcow2: the width of a reference count, in bits.
    #[must_use]
    pub fn refcount_bits(&self) -> Option<u32> {
        self.facts.refcount_bits
    }

    /// qcow2: how many internal snapshots there are.
    #[must_use]
    pub fn snapshot_count(&self) -> Option<u32> {
        self.facts.snapshot_count
    }

    /// qcow2: how many persistent bitmaps there are, where the image says that they are valid.
    #[must_use]
    pub fn bitmap_count(&self) -> Option<u32> {
        self.facts.bitmap_count
    }

    /// Whether the image was not closed properly; `None` where the format cannot tell.
    #[must_use]
    pub fn dirty(&self) -> Option<bool> {
        self.facts.dirty
    }

    /// Whether the header declares a feature.
    #[must_use]
    pub fn has_feature(&self, feature: Feature) -> bool {
        self.facts.features.contains(feature)
    }

    /// The backing store.
    #[must_use]
    pub fn backing(&self) -> Option<Backing<&[u8]>> {
        let backing = self.facts.backing.as_ref()?;
        Some(backing.map(&mut |span| self.text(span)))
    }

    /// The external data file.
    #[must_use]
    pub fn data_file(&self) -> Option<DataFile<&[u8]>> {
        let file = self.facts.data_file.as_ref()?;
        Some(file.map(&mut |span| self.text(span)))
    }

    /// How the guest's data is encrypted. `None`: it is not, as far as the format can tell.
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption<&[u8]>> {
        let encryption = self.facts.encryption.as_ref()?;
        Some(encryption.map(&mut |span| self.text(span)))
    }

    /// The parent that other hypervisors than QEMU follow. All the places where it was are among
    /// the [`references`](Image::references).
    #[must_use]
    pub fn parent(&self) -> Option<Parent<&[u8]>> {
        let parent = self.facts.parent.as_ref()?;
        Some(Parent {
            uuid: parent.uuid,
            alternative_uuid: parent.alternative_uuid,
            location: parent.locations.first().map(|span| self.text(span)),
        })
    }

    /// VMDK: the extent files that the descriptor lists.
    pub fn extents(&self) -> impl ExactSizeIterator<Item = Extent<&[u8]>> {
        self.unpacked_extents()
    }

    /// An extent for C.
    #[cfg(feature = "capi")]
    pub(crate) fn lent_extent(&self, index: usize) -> Option<Extent<NulText<'_>>> {
        let (extent, _) = self.unpacked_extents().nth_at(index)?;
        Some(extent)
    }

    fn unpacked_extents(&self) -> ExtentIter<'_> {
        let extents = self.facts.extents.as_deref();
        extents.map_or_else(ExtentIter::default, Extents::iter)
    }

    /// The image's own identity.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        self.facts.uuid
    }

    /// The program that made the image, as recorded.
    #[must_use]
    pub fn creator(&self) -> Option<&[u8]> {
        self.facts.creator.as_ref().map(|span| self.text(span))
    }

    /// VMDK: the content identifier, which changes when the content does.
    #[must_use]
    pub fn cid(&self) -> Option<u32> {
        self.facts.cid
    }

    /// VMDK: the content identifier that the parent had; `0xffffffff` where there is no parent.
    #[must_use]
    pub fn parent_cid(&self) -> Option<u32> {
        self.facts.parent_cid
    }

    fn extra<T>(&self, extra: impl FnOnce(&Extras<Span>) -> Option<T>) -> Option<T> {
        self.facts.extras.as_ref().and_then(|extras| extra(extras))
    }

    fn extra_text(&self, extra: impl FnOnce(&Extras<Span>) -> Option<&Span>) -> Option<&[u8]> {
        let extras = self.facts.extras.as_ref()?;
        extra(extras).map(|span| self.text(span))
    }

    /// vpc: when the image was made, in seconds since 1970 began (UTC).
    #[must_use]
    pub fn created(&self) -> Option<u64> {
        self.extra(|extras| extras.created)
    }

    /// qcow, cow: when the backing file was last changed before the image was made, in seconds
    /// since 1970 began (UTC). Where it is another time now, the image does not fit it any more.
    #[must_use]
    pub fn backing_mtime(&self) -> Option<u64> {
        self.extra(|extras| extras.backing_mtime)
    }

    /// vpc: the geometry, which for some [creators](Image::creator) decides the virtual size.
    #[must_use]
    pub fn geometry(&self) -> Option<Geometry> {
        self.extra(|extras| extras.geometry)
    }

    /// vdi: how many [clusters](Image::cluster_size) hold data.
    #[must_use]
    pub fn allocated_clusters(&self) -> Option<u32> {
        self.extra(|extras| extras.allocated_clusters)
    }

    /// vhdx: the size of a sector of the disk itself, in bytes, as the guest is told.
    #[must_use]
    pub fn physical_sector_size(&self) -> Option<u32> {
        self.extra(|extras| extras.physical_sector_size)
    }

    /// vmdk: the version of the sparse file's header.
    #[must_use]
    pub fn format_version(&self) -> Option<u32> {
        self.extra(|extras| extras.format_version)
    }

    /// vdi: the user's description.
    #[must_use]
    pub fn comment(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.comment.as_ref())
    }

    /// vmdk: the disk controller that the guest expects, such as `lsilogic`.
    #[must_use]
    pub fn adapter_type(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.adapter_type.as_ref())
    }

    /// vmdk: the version of the virtual hardware that the disk was made for.
    #[must_use]
    pub fn hardware_version(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.hardware_version.as_ref())
    }

    /// The other formats whose signature the bytes carry. Empty where the format was asked for.
    ///
    /// Those at the end of the file are among them where the probe was
    /// [thorough](crate::Options::thorough).
    pub fn also_matches(&self) -> impl Iterator<Item = Format> {
        self.facts.also_matches.iter()
    }

    /// What a raw image holds, as a hint; of another format, what its bytes hold for who takes
    /// them for raw. Found in a [thorough](crate::Options::thorough) probe that detects the format.
    pub fn content(&self) -> impl Iterator<Item = Content> {
        self.facts.content.iter()
    }

    /// Returns what another tool detects the bytes as, if that differs from
    /// [`format`](Image::format). The name is the tool's own: libvirt says `iso`, and `vhd` for
    /// VHDX.
    ///
    /// Only a [thorough](crate::Options::thorough) probe knows it, and not if raw was requested,
    /// because then no content is read.
    #[must_use]
    pub fn detected_as(&self, tool: Tool) -> Option<&'static str> {
        self.facts.detected_as.by(tool)?.to_str().ok()
    }

    pub(crate) fn incomplete_scan(&self) -> bool {
        self.facts.incomplete_scan
    }

    pub(crate) fn headers_differ(&self) -> bool {
        self.facts.headers_differ
    }

    /// Returns everything outside the file that the image names, and the bytes that name it.
    pub fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        self.lent_references()
            .map(|(kind, location, origin)| Reference {
                kind,
                location: location.bytes(),
                origin,
            })
    }

    /// The same for C.
    pub(crate) fn lent_references(
        &self,
    ) -> impl Iterator<Item = (ReferenceKind, NulText<'_>, ByteRange)> {
        let facts = &self.facts;
        let backing = facts.backing.iter().map(|backing| &backing.location);
        let data_file = facts
            .data_file
            .iter()
            .filter_map(|file| file.location.as_ref());
        let mut extents = self.unpacked_extents();
        let extents = core::iter::from_fn(move || extents.next_at());
        let extents =
            extents.map(|(extent, origin)| (ReferenceKind::Extent, extent.location, origin));
        let parent = facts.parent.iter().flat_map(|parent| &parent.locations);
        let at = |kind| move |span: &Span| (kind, self.lent(span), span.origin);
        backing
            .map(at(ReferenceKind::Backing))
            .chain(data_file.map(at(ReferenceKind::DataFile)))
            .chain(extents)
            .chain(parent.map(at(ReferenceKind::Parent)))
    }
}

named_enum! {
    /// The role of something outside the file that an image names.
    ReferenceKind {
        /// A backing store, which QEMU opens below the image.
        Backing = 1 => "backing",
        /// A qcow2 external data file.
        DataFile = 2 => "data-file",
        /// A VMDK extent file.
        Extent = 3 => "extent",
        /// A parent that QEMU does not follow, but other hypervisors do.
        Parent = 4 => "parent",
    }
    C diskprobe_reference_kind {
        /// No reference: the index is out of range.
        NONE = 0 => "unknown",
    }
}

/// Something outside the file that the image names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference<'a> {
    /// In what role.
    pub kind: ReferenceKind,
    /// The name: the exact bytes, or UTF-8 where the format stores UTF-16.
    pub location: &'a [u8],
    /// The bytes of the file that hold the name.
    pub origin: ByteRange,
}
