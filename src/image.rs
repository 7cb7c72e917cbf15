// SPDX-License-Identifier: MIT OR Apache-2.0
//! The facts of one image, with a copy of every text.

mod content;
mod details;
mod extents;
mod extras;
mod facts;
mod parts;
mod protocols;
mod references;
mod uuid;

pub use content::{Content, Tool};
pub use extents::Extents;
pub(crate) use extents::{ExtentLine, ExtentList, FLAT, KINDS};
pub(crate) use extras::Extras;
pub(crate) use extras::Geometry;
pub(crate) use facts::*;
pub use facts::{EncryptionFormat, Feature};
pub use parts::{Backing, BackingFormat, DataFile, Encryption, Extent, Parent, Reference};
pub use references::{ReferenceKind, References};
pub use uuid::Uuid;

#[cfg(feature = "capi")]
use crate::base::detail::LentDetails;
use crate::base::format::Format;
use crate::base::named::Values;
use crate::base::range::ByteRange;
use crate::base::stored::NulText;
use crate::base::text::Text;
#[cfg(unix)]
use std::sync::Arc;

/// The offset and length of a text in the image's string store, in which a NUL follows it, and its
/// range in the image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    start: usize,
    length: usize,
    origin: ByteRange,
}

/// The sizes of the file that holds the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FileSizes {
    pub(crate) physical: Option<u64>,
    pub(crate) allocated: Option<u64>,
}

/// Enough bytes for all texts of most images, so that they cost one allocation.
const USUAL_CAPACITY: usize = 128;

/// The exact size of all texts. A store that grows by doubling could waste as many bytes as were
/// read from the image.
fn size_of_texts(facts: &Facts<Text<'_>>) -> usize {
    let mut size: usize = 0;
    let _ = facts.map(&mut |text| size = size.saturating_add(text.size()));
    size
}

/// The facts of one disk image.
///
/// These are the facts that `qemu-img info` prints, without opening any other file. An image is
/// immutable and keeps no file or buffer. Two images are equal if all their facts are.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// use diskprobe::{probe_buffer, Format, Options};
/// let image = probe_buffer(&[0; 1024], Some(1024), &Options::new())?;
/// assert_eq!(image.format(), Format::Raw);
/// assert_eq!(image.virtual_size(), Some(1024));
/// assert!(image.backing().is_none());
/// # Ok(())
/// # }
/// ```
#[doc(alias = "qemu-img info")]
#[doc(alias = "diskprobe_image")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Image {
    facts: Facts<Span>,
    sizes: FileSizes,
    /// Every text, each followed by a NUL, in one allocation. It never changes, because C callers
    /// have pointers into it.
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
                let first = start == 0 && text.size() <= USUAL_CAPACITY;
                store.reserve_exact(match first {
                    true => USUAL_CAPACITY,
                    false => size_of_texts(facts).saturating_sub(start),
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

    /// Returns the facts with the spans of their texts, for [`lent`](Image::lent).
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

    /// Returns the format: QEMU's driver for these bytes, or the requested format.
    #[doc(alias = "diskprobe_image_format")]
    #[must_use]
    pub fn format(&self) -> Format {
        self.facts.format
    }

    /// Returns the variant of the format: `monolithicSparse`, `dynamic`, `differencing` and so on.
    #[doc(alias = "diskprobe_image_subformat")]
    #[must_use]
    pub fn subformat(&self) -> Option<&'static str> {
        self.facts.subformat.and_then(|name| name.to_str().ok())
    }

    /// Returns the size that the guest sees in bytes: QEMU's value, rounding included.
    #[must_use]
    #[doc(alias = "virtual size")]
    #[doc(alias = "diskprobe_image_virtual_size")]
    pub fn virtual_size(&self) -> Option<u64> {
        self.facts.virtual_size
    }

    /// Returns the virtual size as the image records it, in bytes, before any rounding.
    #[must_use]
    pub fn recorded_size(&self) -> Option<u64> {
        self.facts.recorded_size
    }

    /// Returns the length of the file or the size of the block device, in bytes.
    #[doc(alias = "diskprobe_image_physical_size")]
    #[must_use]
    pub fn physical_size(&self) -> Option<u64> {
        self.sizes.physical
    }

    /// Returns the bytes that the file occupies on its file system (`st_blocks * 512`).
    #[doc(alias = "diskprobe_image_allocated_size")]
    #[must_use]
    pub fn allocated_size(&self) -> Option<u64> {
        self.sizes.allocated
    }

    /// Returns the size of the unit of allocation in bytes: cluster, grain or block.
    #[doc(alias = "diskprobe_image_cluster_size")]
    #[must_use]
    pub fn cluster_size(&self) -> Option<u64> {
        self.facts.cluster_size
    }

    /// Returns the compatibility level of a qcow2 image as QEMU names it: `0.10` (version 2) or
    /// `1.1` (version 3).
    #[doc(alias = "diskprobe_image_compat")]
    #[must_use]
    pub fn compat(&self) -> Option<&'static str> {
        self.facts.compat.and_then(|name| name.to_str().ok())
    }

    /// qcow2: the compression of clusters: `zlib` or `zstd`.
    pub(crate) fn compression_type(&self) -> Option<&'static str> {
        self.facts.compression.and_then(|name| name.to_str().ok())
    }

    /// qcow2: the width of a reference count, in bits.
    pub(crate) fn refcount_bits(&self) -> Option<u32> {
        self.facts.refcount_bits
    }

    /// qcow2: the number of internal snapshots.
    pub(crate) fn snapshot_count(&self) -> Option<u32> {
        self.facts.snapshot_count
    }

    /// qcow2: the number of persistent bitmaps, if the image declares them valid.
    pub(crate) fn bitmap_count(&self) -> Option<u32> {
        self.facts.bitmap_count
    }

    /// Returns whether the image was not closed properly. `None`: the format does not record it.
    #[must_use]
    pub fn is_dirty(&self) -> Option<bool> {
        self.facts.dirty
    }

    /// Returns the features that the header declares.
    #[must_use]
    pub fn features(&self) -> Values<Feature> {
        self.facts.features.values()
    }

    /// Returns whether the header declares a feature.
    #[doc(alias = "diskprobe_image_has_feature")]
    #[must_use]
    pub fn has_feature(&self, feature: Feature) -> bool {
        self.facts.features.contains(feature)
    }

    /// Returns the backing store, which `qemu-img info` calls the backing file.
    #[must_use]
    #[doc(alias = "backing file")]
    #[doc(alias = "diskprobe_image_backing_location")]
    pub fn backing(&self) -> Option<Backing<'_>> {
        let backing = self.facts.backing.as_ref()?;
        let backing = backing.map(&mut |span| self.text(span));
        Some(Backing {
            location: backing.location,
            format: backing.format.map(BackingFormat::new),
        })
    }

    /// Returns the external data file.
    #[doc(alias = "diskprobe_image_data_file_location")]
    #[must_use]
    pub fn data_file(&self) -> Option<DataFile<'_>> {
        let file = self.facts.data_file.as_ref()?;
        Some(DataFile {
            location: file.location.as_ref().map(|span| self.text(span)),
            raw: file.raw,
        })
    }

    /// Returns how the guest's data is encrypted. `None`: the format declares no encryption.
    #[doc(alias = "diskprobe_image_encryption")]
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption<'_>> {
        let facts = self.facts.encryption.as_ref()?;
        let text = |span: &Option<Span>| span.as_ref().map(|span| self.text(span));
        Some(Encryption {
            format: facts.format,
            payload_offset: facts.payload_offset,
            cipher: text(&facts.cipher),
            mode: text(&facts.mode),
            hash: text(&facts.hash),
            uuid: text(&facts.uuid),
            active_slots: facts.active_slots,
        })
    }

    /// Returns the parent that hypervisors other than QEMU follow. All of its recorded locations
    /// are among the [`references`](Image::references).
    #[doc(alias = "diskprobe_image_parent_location")]
    #[must_use]
    pub fn parent(&self) -> Option<Parent<'_>> {
        let parent = self.facts.parent.as_ref()?;
        Some(Parent {
            uuid: parent.uuid,
            alternative_uuid: parent.alternative_uuid,
            location: parent.locations.first().map(|span| self.text(span)),
        })
    }

    /// Returns the extents that the descriptor of a VMDK lists.
    #[doc(alias = "diskprobe_image_extent_location")]
    #[must_use]
    pub fn extents(&self) -> Extents<'_> {
        self.unpacked_extents()
    }

    /// Returns the extents without a copy.
    #[cfg(unix)]
    pub(crate) fn shared_extents(&self) -> Option<Arc<ExtentList>> {
        self.facts.extents.clone()
    }

    /// Returns an extent for C.
    #[cfg(feature = "capi")]
    pub(crate) fn lent_extent(&self, index: usize) -> Option<ExtentFacts<NulText<'_>>> {
        let (extent, _) = self.unpacked_extents().nth_at(index)?;
        Some(extent)
    }

    fn unpacked_extents(&self) -> Extents<'_> {
        let extents = self.facts.extents.as_deref();
        extents.map_or_else(Extents::default, ExtentList::iter)
    }

    /// Returns the UUID of the image itself.
    #[doc(alias = "diskprobe_image_uuid")]
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        self.facts.uuid
    }

    /// The program that made the image, as recorded.
    pub(crate) fn creator(&self) -> Option<&[u8]> {
        self.facts.creator.as_ref().map(|span| self.text(span))
    }

    /// Returns the content identifiers of a VMDK.
    #[doc(alias = "diskprobe_image_cid")]
    #[must_use]
    pub fn content_id(&self) -> Option<ContentId> {
        Some(ContentId {
            own: self.facts.cid?,
            parent: self.facts.parent_cid.filter(|parent| *parent != u32::MAX),
        })
    }

    /// VMDK: the content identifier, which changes when the content does.
    pub(crate) fn cid(&self) -> Option<u32> {
        self.facts.cid
    }

    /// VMDK: the content identifier of the parent; `0xffffffff` without a parent.
    pub(crate) fn parent_cid(&self) -> Option<u32> {
        self.facts.parent_cid
    }

    /// Returns the other formats whose signature the bytes contain. Empty if the format was
    /// requested, unless [`Options::also_matches`](crate::Options::also_matches) is set.
    ///
    /// Signatures at the end of the file are found by a [thorough](crate::Options::thorough) probe.
    #[doc(alias = "diskprobe_image_also_match")]
    pub fn also_matches(&self) -> Values<Format> {
        self.facts.also_matches.values()
    }

    /// Returns what a raw image holds; for other formats, what the bytes hold if they are treated
    /// as raw. It is a hint, from a [thorough](crate::Options::thorough) probe that detects the
    /// format.
    #[doc(alias = "diskprobe_image_content")]
    pub fn content(&self) -> Values<Content> {
        self.facts.content.values()
    }

    /// Returns what another tool detects the bytes as, if that differs from
    /// [`format`](Image::format). The name is the tool's own: libvirt says `iso`, and `vhd` for
    /// VHDX.
    ///
    /// The name is known only from a [thorough](crate::Options::thorough) probe, and not if raw was
    /// requested, because then no content is read.
    #[doc(alias = "diskprobe_image_detected_as")]
    #[must_use]
    pub fn detected_as(&self, tool: Tool) -> Option<&'static str> {
        self.facts.detected_as.by(tool)?.to_str().ok()
    }

    pub(crate) fn incomplete_scan(&self) -> bool {
        self.facts.incomplete_scan
    }

    pub(crate) fn headers_differ(&self) -> bool {
        let encryption = self.facts.encryption.as_ref();
        self.facts.headers_differ || encryption.is_some_and(|facts| facts.headers_differ)
    }

    /// Whether some data of an encrypted image is not encrypted.
    pub(crate) fn in_the_clear(&self) -> bool {
        let encryption = self.facts.encryption.as_ref();
        encryption.is_some_and(|facts| facts.in_the_clear)
    }

    pub(crate) fn writable_header(&self) -> bool {
        self.facts.writable_header
    }
}

/// Short, escaped and without secrets.
impl core::fmt::Debug for Image {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut output = f.debug_struct("Image");
        output.field("format", &self.format());
        let mut add = |name, value: Option<&dyn core::fmt::Debug>| {
            if let Some(value) = value {
                output.field(name, value);
            }
        };
        let (backing, data_file) = (self.backing(), self.data_file());
        let (encryption, parent) = (self.encryption(), self.parent());
        add("subformat", self.subformat().as_ref().map(|name| name as _));
        add(
            "virtual_size",
            self.virtual_size().as_ref().map(|size| size as _),
        );
        add(
            "physical_size",
            self.physical_size().as_ref().map(|size| size as _),
        );
        add("backing", backing.as_ref().map(|backing| backing as _));
        add("data_file", data_file.as_ref().map(|file| file as _));
        add("parent", parent.as_ref().map(|parent| parent as _));
        add(
            "encryption",
            encryption.as_ref().map(|encryption| encryption as _),
        );
        output.field("findings", &self.findings());
        output.finish_non_exhaustive()
    }
}

/// The content identifiers of a VMDK, which change when the content does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ContentId {
    /// The identifier of the image.
    pub own: u32,
    /// The identifier that the parent had. `None`: the image has no parent.
    pub parent: Option<u32>,
}
