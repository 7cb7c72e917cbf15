// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that only some formats record and few callers need. They are separate, so that other
//! images stay small.

use super::{Image, Span};
use core::num::NonZeroU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Cylinders, heads and sectors for each track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Geometry {
    /// Cylinders.
    pub(crate) cylinders: u32,
    /// Heads: tracks in each cylinder.
    pub(crate) heads: u32,
    /// Sectors of 512 bytes in each track.
    pub(crate) sectors: u32,
}

/// Rare facts. Facts that the image does not record are `None`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Extras<S> {
    /// In seconds since 1970 (UTC).
    pub(crate) created: Option<u64>,
    /// The largest size that a program other than QEMU may read, in bytes.
    pub(crate) largest_size: Option<u64>,
    pub(crate) backing_mtime: Option<u64>,
    pub(crate) geometry: Option<Geometry>,
    pub(crate) allocated_clusters: Option<u32>,
    pub(crate) physical_sector_size: Option<u32>,
    pub(crate) format_version: Option<u32>,
    /// Bits of features that a reader must know.
    pub(crate) unknown_features: Option<NonZeroU64>,
    pub(crate) comment: Option<S>,
    pub(crate) adapter_type: Option<S>,
    pub(crate) hardware_version: Option<S>,
}

impl<S> Default for Extras<S> {
    fn default() -> Self {
        Extras {
            created: None,
            largest_size: None,
            backing_mtime: None,
            geometry: None,
            allocated_clusters: None,
            physical_sector_size: None,
            format_version: None,
            unknown_features: None,
            comment: None,
            adapter_type: None,
            hardware_version: None,
        }
    }
}

impl<S> Extras<S> {
    /// Returns extras with only this time. `None` for 0, which most writers store.
    pub(crate) fn backing_mtime(time: u32) -> Option<Box<Self>> {
        (time != 0).then(|| {
            Box::new(Extras {
                backing_mtime: Some(time.into()),
                ..Extras::default()
            })
        })
    }

    /// Returns extras with these feature bits only, if there are any.
    pub(crate) fn unknown_features(bits: u64) -> Option<Box<Self>> {
        NonZeroU64::new(bits).map(|bits| {
            Box::new(Extras {
                unknown_features: Some(bits),
                ..Extras::default()
            })
        })
    }

    pub(super) fn map<T>(&self, hold: &mut impl FnMut(&S) -> T) -> Extras<T> {
        Extras {
            created: self.created,
            largest_size: self.largest_size,
            backing_mtime: self.backing_mtime,
            geometry: self.geometry,
            allocated_clusters: self.allocated_clusters,
            physical_sector_size: self.physical_sector_size,
            format_version: self.format_version,
            unknown_features: self.unknown_features,
            comment: self.comment.as_ref().map(&mut *hold),
            adapter_type: self.adapter_type.as_ref().map(&mut *hold),
            hardware_version: self.hardware_version.as_ref().map(&mut *hold),
        }
    }
}

impl Image {
    fn extra<T>(&self, extra: impl FnOnce(&Extras<Span>) -> Option<T>) -> Option<T> {
        self.facts.extras.as_ref().and_then(|extras| extra(extras))
    }

    fn extra_text(&self, extra: impl FnOnce(&Extras<Span>) -> Option<&Span>) -> Option<&[u8]> {
        let extras = self.facts.extras.as_ref()?;
        extra(extras).map(|span| self.text(span))
    }

    /// Returns the creation time of a vpc image in seconds since 1970 (UTC).
    pub(crate) fn created(&self) -> Option<u64> {
        self.extra(|extras| extras.created)
    }

    /// Returns the modification time of the backing file, as a qcow or cow image records it. If the
    /// backing file has a different time now, the image may not match it.
    #[doc(alias = "diskprobe_image_backing_mtime")]
    #[must_use]
    pub fn backing_mtime(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.backing_mtime_seconds()?))
    }

    /// Returns [`backing_mtime`](Image::backing_mtime) in seconds since 1970 (UTC).
    pub(crate) fn backing_mtime_seconds(&self) -> Option<u64> {
        self.extra(|extras| extras.backing_mtime)
    }

    /// Returns the largest virtual size that any program may read. `None`: QEMU's size is unknown.
    pub(crate) fn largest_size(&self) -> Option<u64> {
        let others = self.extra(|extras| extras.largest_size);
        let size = self.virtual_size()?;
        Some(size.max(others.unwrap_or(0)))
    }

    /// Returns the geometry of a vpc image. It determines the virtual size for some
    /// [creators](Image::creator).
    pub(crate) fn geometry(&self) -> Option<Geometry> {
        self.extra(|extras| extras.geometry)
    }

    /// Returns the number of [clusters](Image::cluster_size) of a vdi image that hold data.
    pub(crate) fn allocated_clusters(&self) -> Option<u32> {
        self.extra(|extras| extras.allocated_clusters)
    }

    /// Returns the physical sector size that the guest of a vhdx image sees, in bytes.
    pub(crate) fn physical_sector_size(&self) -> Option<u32> {
        self.extra(|extras| extras.physical_sector_size)
    }

    /// Returns the version of the header of a sparse vmdk file.
    pub(crate) fn format_version(&self) -> Option<u32> {
        self.extra(|extras| extras.format_version)
    }

    /// Returns the bits of unknown features that a reader of a qcow2 or qed image must know.
    pub(crate) fn unknown_features(&self) -> Option<u64> {
        self.extra(|extras| extras.unknown_features)
            .map(NonZeroU64::get)
    }

    /// Returns the description that the user of a vdi image wrote.
    pub(crate) fn comment(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.comment.as_ref())
    }

    /// Returns the disk controller that the guest of a vmdk image expects, such as `lsilogic`.
    pub(crate) fn adapter_type(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.adapter_type.as_ref())
    }

    /// Returns the version of the virtual hardware that a vmdk image was created for.
    pub(crate) fn hardware_version(&self) -> Option<&[u8]> {
        self.extra_text(|extras| extras.hardware_version.as_ref())
    }
}
