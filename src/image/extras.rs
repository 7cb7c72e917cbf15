// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that only some formats record and few callers need. They are separate, so that other
//! images stay small.

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

/// Rare facts. Absent ones are `None`.
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
            comment: None,
            adapter_type: None,
            hardware_version: None,
        }
    }
}

impl<S> Extras<S> {
    /// Returns extras with this time only. `None` for 0, which most writers store.
    pub(crate) fn backing_mtime(time: u32) -> Option<Box<Self>> {
        (time != 0).then(|| {
            Box::new(Extras {
                backing_mtime: Some(time.into()),
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
            comment: self.comment.as_ref().map(&mut *hold),
            adapter_type: self.adapter_type.as_ref().map(&mut *hold),
            hardware_version: self.hardware_version.as_ref().map(&mut *hold),
        }
    }
}
