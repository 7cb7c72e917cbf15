// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the images of a pool come to: by format, and beside the room on their file systems.

use super::table::aligned;
use crate::size::short;
use crate::text::shown;
use diskprobe::scan::{Attributes, ScanEntry, Summary};
use diskprobe::Image;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// How many images, and how large they are together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sum {
    pub(crate) images: u64,
    pub(crate) virtual_size: u64,
    pub(crate) allocated: u64,
    /// What their guests may come to write beyond that; tables and snapshots come on top.
    pub(crate) growth: u64,
}

/// The images on one file system.
pub(crate) struct FileSystem {
    /// A directory that was given and is on it, or else an image.
    path: PathBuf,
    pub(crate) sum: Sum,
    /// Bytes that it has, and that are free for an ordinary user.
    pub(crate) space: Option<Space>,
}

#[derive(Clone, Copy)]
pub(crate) struct Space {
    pub(crate) size: u64,
    pub(crate) free: u64,
}

#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) formats: BTreeMap<&'static str, Sum>,
    pub(crate) file_systems: BTreeMap<u64, FileSystem>,
    pub(crate) summary: Summary,
    /// Files that have further names and were counted. All others are counted without a note.
    linked: BTreeSet<(u64, u64)>,
}

impl Totals {
    pub(super) fn add(&mut self, found: &ScanEntry) {
        let (Ok(image), Some(attributes)) = (found.image(), found.attributes()) else {
            return;
        };
        self.formats
            .entry(image.format().as_str())
            .or_default()
            .add(image);
        if !attributes.is_file() || !self.is_first(attributes) {
            return;
        }
        let file_system = self.file_systems.entry(attributes.device());
        let file_system = file_system.or_insert_with(|| FileSystem {
            path: found.path().to_owned(),
            sum: Sum::default(),
            space: None,
        });
        file_system.sum.add(image);
    }

    /// Whether the file was not counted yet by another of its names.
    fn is_first(&mut self, file: &Attributes) -> bool {
        file.links() < 2 || self.linked.insert((file.device(), file.inode()))
    }

    /// Completes the sums by the room that is left; `places` were given to be scanned.
    pub(super) fn sum(mut self, summary: Summary, places: &[OsString]) -> Self {
        self.summary = summary;
        for place in places.iter().rev() {
            let device = std::fs::metadata(place).map(|metadata| metadata.dev());
            let on_it = device
                .ok()
                .and_then(|device| self.file_systems.get_mut(&device));
            if let Some(file_system) = on_it {
                file_system.path = place.into();
            }
        }
        for file_system in self.file_systems.values_mut() {
            let told = rustix::fs::statvfs(&file_system.path).ok();
            file_system.space = told.map(|told| Space {
                size: told.f_blocks.saturating_mul(told.f_frsize),
                free: told.f_bavail.saturating_mul(told.f_frsize),
            });
        }
        self
    }

    pub(super) fn text(&self) -> String {
        let mut rows = Vec::new();
        let mut all = Sum::default();
        for (format, sum) in &self.formats {
            rows.push(sum.row(format));
            all.join(sum);
        }
        rows.push(all.row("total"));
        let headings = ["FORMAT", "IMAGES", "VIRTUAL", "ALLOCATED"];
        let mut text = format!("\n{}", aligned(headings, rows, &[1, 2, 3]));
        text.push('\n');
        for file_system in self.file_systems.values() {
            let _ = writeln!(text, "{}", file_system.text());
        }
        for (count, what) in [
            (self.summary.special_files, "special file left out"),
            (self.summary.failures, "could not be probed"),
        ] {
            let plural = if count != 1 && what.starts_with("special") {
                "s"
            } else {
                ""
            };
            let what = what.replacen("file", &format!("file{plural}"), 1);
            if count != 0 {
                let _ = writeln!(text, "{count} {what}");
            }
        }
        text
    }
}

impl Sum {
    fn add(&mut self, image: &Image) {
        let virtual_size = image.virtual_size().unwrap_or(0);
        let allocated = image.allocated_size().unwrap_or(0);
        self.join(&Sum {
            images: 1,
            virtual_size,
            allocated,
            growth: virtual_size.saturating_sub(allocated),
        });
    }

    fn join(&mut self, other: &Sum) {
        self.images = self.images.saturating_add(other.images);
        self.virtual_size = self.virtual_size.saturating_add(other.virtual_size);
        self.allocated = self.allocated.saturating_add(other.allocated);
        self.growth = self.growth.saturating_add(other.growth);
    }

    fn row(&self, name: &str) -> [String; 4] {
        [
            name.to_owned(),
            self.images.to_string(),
            short(self.virtual_size),
            short(self.allocated),
        ]
    }
}

impl FileSystem {
    /// By how much the images may come to need more than is free.
    pub(crate) fn over_commit(&self) -> Option<u64> {
        let free = self.space?.free;
        Some(self.sum.growth.saturating_sub(free)).filter(|over| *over != 0)
    }

    fn text(&self) -> String {
        let sum = &self.sum;
        let sizes = format!(
            "file system of {}: {} virtual, {} allocated, so {} may still be written",
            shown(self.path.as_os_str().as_bytes()),
            short(sum.virtual_size),
            short(sum.allocated),
            short(sum.growth),
        );
        let Some(space) = self.space else {
            return sizes;
        };
        let room = format!(
            "{sizes}; {} of {} are free",
            short(space.free),
            short(space.size)
        );
        match self.over_commit() {
            Some(over) => format!("{room}: over-committed by {}", short(over)),
            None => format!("{room}: not over-committed"),
        }
    }
}
