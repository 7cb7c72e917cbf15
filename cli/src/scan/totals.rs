// SPDX-License-Identifier: MIT OR Apache-2.0
//! The totals of a pool: by format, and by file system with its free space.

use super::extents::{candidate, id, Extents, FileId};
use crate::text::{aligned, short, shown};
use diskprobe::scan::{ScanEntry, ScanSummary};
use diskprobe::{Format, Image};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

const VMDK: &str = Format::Vmdk.as_str();

/// The number of images and their total sizes.
#[derive(Clone, Copy, Default)]
struct Sum {
    images: u64,
    virtual_size: u64,
    allocated: u64,
    /// Bytes that guests can still write. Tables and snapshots need additional space.
    growth: u64,
}

/// The images on one file system.
#[derive(Default)]
struct FileSystem {
    /// An argument on this file system, or else its first image.
    path: PathBuf,
    sum: Sum,
    /// The size of the file system, and the bytes that are free for unprivileged users.
    space: Option<(u64, u64)>,
}

#[derive(Default)]
pub(super) struct Totals {
    formats: BTreeMap<&'static str, Sum>,
    all: Sum,
    file_systems: BTreeMap<u64, FileSystem>,
    summary: ScanSummary,
    /// Counted files with several hard links. Other files need no entry.
    linked: BTreeSet<FileId>,
    /// Counted images that can be extents.
    candidates: BTreeMap<FileId, Candidate>,
    extents: Extents,
    /// Files that are extents of the images.
    extent_files: u64,
}

/// A counted image that can be an extent of another one.
struct Candidate {
    format: &'static str,
    virtual_size: u64,
    allocated: u64,
    /// How many times it was counted: in all, and on its file system.
    times: u64,
    times_there: u64,
}

impl Totals {
    pub(super) fn add(&mut self, found: &ScanEntry) {
        let (Ok(image), Some(file)) = (found.image(), found.attributes()) else {
            return;
        };
        let format = image.format().as_str();
        self.formats.entry(format).or_default().add(image);
        self.all.add(image);
        self.extents.add(found);
        let candidate = candidate(found).map(|file| {
            self.candidates.entry(file).or_insert_with(|| Candidate {
                format,
                virtual_size: image.virtual_size().unwrap_or(0),
                allocated: image.allocated_size().unwrap_or(0),
                times: 0,
                times_there: 0,
            })
        });
        let (device, inode) = (file.device(), file.inode());
        let is_there = file.is_file() && (file.links() < 2 || self.linked.insert((device, inode)));
        if let Some(candidate) = candidate {
            candidate.times = candidate.times.saturating_add(1);
            candidate.times_there = candidate.times_there.saturating_add(is_there.into());
        }
        if is_there {
            let file_system = self.file_systems.entry(device).or_default();
            if file_system.sum.images == 0 {
                file_system.path = found.path().to_owned();
            }
            file_system.sum.add(image);
        }
    }

    /// Returns the extents that the images name.
    pub(super) fn extents(&self) -> &Extents {
        &self.extents
    }

    /// Counts a file that could not be probed as an extent, if an image names it.
    pub(super) fn add_failed_extent(&mut self, file: &Metadata) -> bool {
        let Some(declared) = self.extents.declared(id(file)) else {
            return false;
        };
        self.extent_files = self.extent_files.saturating_add(1);
        self.summary.failures = self.summary.failures.saturating_sub(1);
        let allocated = file.blocks().saturating_mul(512);
        self.formats
            .entry(VMDK)
            .or_default()
            .allocated_more(allocated);
        self.all.allocated_more(allocated);
        let file_system = self.file_systems.get_mut(&file.dev());
        if let Some(file_system) = file_system.filter(|_| self.linked.insert(id(file))) {
            file_system.sum.allocated_more(allocated);
            let written = allocated.min(declared);
            file_system.sum.growth = file_system.sum.growth.saturating_sub(written);
        }
        true
    }

    /// Subtracts what was counted twice: in an extent, and in the image that names it.
    fn subtract_extents(&mut self) {
        for (file, candidate) in std::mem::take(&mut self.candidates) {
            let Some(declared) = self.extents.declared(file) else {
                continue;
            };
            let twice = candidate.virtual_size.min(declared);
            let times = candidate.times;
            self.extent_files = self.extent_files.saturating_add(times);
            self.summary.images = self.summary.images.saturating_sub(times);
            self.all.subtract(times, twice);
            // The space that the extent occupies is part of the space that the image occupies.
            let moved = candidate.allocated.saturating_mul(times);
            if let Some(sum) = self.formats.get_mut(candidate.format) {
                sum.subtract(times, twice);
                sum.allocated = sum.allocated.saturating_sub(moved);
            }
            self.formats.entry(VMDK).or_default().allocated_more(moved);
            if let Some(there) = self.file_systems.get_mut(&file.0) {
                there.sum.subtract(candidate.times_there, twice);
            }
        }
        self.formats
            .retain(|_, sum| sum.images != 0 || sum.virtual_size != 0);
    }

    /// Adds the summary and the free space. `paths` are the arguments of the scan.
    pub(super) fn finish(&mut self, summary: ScanSummary, paths: &[OsString]) {
        self.summary = summary;
        self.subtract_extents();
        for path in paths.iter().rev() {
            let device = std::fs::metadata(path).map(|metadata| metadata.dev()).ok();
            let on_it = device.and_then(|device| self.file_systems.get_mut(&device));
            if let Some(file_system) = on_it {
                file_system.path = path.into();
            }
        }
        for file_system in self.file_systems.values_mut() {
            let space = rustix::fs::statvfs(&file_system.path).ok();
            file_system.space = space.map(|space| {
                let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
                (bytes(space.f_blocks), bytes(space.f_bavail))
            });
        }
    }

    /// Returns the totals as the last line of JSON. They contain only numbers and format names.
    pub(super) fn json(&self) -> String {
        let formats = self.formats.iter();
        let formats = formats.map(|(name, sum)| format!("\"{name}\":{{{}}}", sum.members()));
        let file_systems = self.file_systems.values();
        let file_systems = file_systems.map(|one| format!("{{{}}}", one.members()));
        format!(
            "{{\"summary\":{{\"images\":{},\"failures\":{},\"extents\":{},\"special-files\":{},\
             \"directories\":{},\"formats\":{{{}}},\"file-systems\":[{}]}}}}\n",
            self.summary.images,
            self.summary.failures,
            self.extent_files,
            self.summary.special_files,
            self.summary.directories,
            formats.collect::<Vec<_>>().join(","),
            file_systems.collect::<Vec<_>>().join(","),
        )
    }

    pub(super) fn text(&self) -> String {
        let formats = self.formats.iter().chain([(&"total", &self.all)]);
        let rows = formats.map(|(name, sum)| {
            let (name, images) = ((*name).to_owned(), sum.images.to_string());
            [name, images, short(sum.virtual_size), short(sum.allocated)]
        });
        let headings = "FORMAT|IMAGES|VIRTUAL|ALLOCATED";
        let mut text = format!("\n{}\n", aligned(headings, rows, &[1, 2, 3]));
        text.extend(self.file_systems.values().map(FileSystem::text));
        match self.extent_files {
            0 => {}
            1 => text.push_str("1 file is an extent of these images\n"),
            count => text.push_str(&format!("{count} files are extents of these images\n")),
        }
        match self.summary.special_files {
            0 => {}
            1 => text.push_str("1 special file skipped\n"),
            count => text.push_str(&format!("{count} special files skipped\n")),
        }
        if self.summary.failures != 0 {
            text.push_str(&format!("{} could not be probed\n", self.summary.failures));
        }
        text
    }
}

impl Sum {
    fn add(&mut self, image: &Image) {
        let virtual_size = image.virtual_size().unwrap_or(0);
        let allocated = image.allocated_size().unwrap_or(0);
        let growth = virtual_size.saturating_sub(allocated);
        self.images = self.images.saturating_add(1);
        self.virtual_size = self.virtual_size.saturating_add(virtual_size);
        self.allocated = self.allocated.saturating_add(allocated);
        self.growth = self.growth.saturating_add(growth);
    }

    /// Subtracts a number of images. For each of them, `bytes` were also counted elsewhere.
    fn subtract(&mut self, images: u64, bytes: u64) {
        let bytes = bytes.saturating_mul(images);
        self.images = self.images.saturating_sub(images);
        self.virtual_size = self.virtual_size.saturating_sub(bytes);
        self.growth = self.growth.saturating_sub(bytes);
    }

    fn allocated_more(&mut self, bytes: u64) {
        self.allocated = self.allocated.saturating_add(bytes);
    }

    fn members(&self) -> String {
        format!(
            "\"images\":{},\"virtual-size\":{},\"actual-size\":{}",
            self.images, self.virtual_size, self.allocated
        )
    }
}

impl FileSystem {
    /// Returns the number of bytes by which the growth exceeds the free space.
    fn over_commit(&self) -> Option<u64> {
        let (_, free) = self.space?;
        Some(self.sum.growth.saturating_sub(free)).filter(|over| *over != 0)
    }

    fn members(&self) -> String {
        let mut members = format!("{},\"growth\":{}", self.sum.members(), self.sum.growth);
        if let Some((size, free)) = self.space {
            members.push_str(&format!(",\"size\":{size},\"free\":{free}"));
        }
        if let Some(over) = self.over_commit() {
            members.push_str(&format!(",\"over-commit\":{over}"));
        }
        members
    }

    fn text(&self) -> String {
        let over = self
            .over_commit()
            .map(|over| format!("over-committed by {}", short(over)));
        let over = over.unwrap_or("not over-committed".into());
        let space = self
            .space
            .map(|(size, free)| format!("; {} of {} are free: {over}", short(free), short(size)));
        let space = space.unwrap_or_default();
        format!(
            "file system of {}: {} virtual, {} allocated, so {} may still be written{space}\n",
            shown(self.path.as_os_str().as_bytes()),
            short(self.sum.virtual_size),
            short(self.sum.allocated),
            short(self.sum.growth),
        )
    }
}
