// SPDX-License-Identifier: MIT OR Apache-2.0
//! The images of a pool, one row each, sorted by name.

use crate::text::{aligned, joined, short, shown, shown_location};
use diskprobe::{Backing, Finding, Image};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A row, with the path by which rows are sorted.
pub(super) type Row = (PathBuf, [String; 7]);

pub(super) fn row(path: &Path, image: &Image) -> Row {
    use Finding::{BackingFile, Encrypted, IncompleteScan};
    // Other columns show these, and the user chose whether the scan is thorough.
    let is_known = |found: &Finding| matches!(found, BackingFile | Encrypted | IncompleteScan);
    let encryption = image.encryption().map(|found| found.format.to_string());
    let cells = [
        Some(shown(path.as_os_str().as_bytes())),
        Some(image.format().to_string()),
        image.virtual_size().map(short),
        image.allocated_size().map(short),
        image.backing().map(backing),
        encryption,
        joined(image.findings().filter(|found| !is_known(found))),
    ];
    let cells = cells.map(|cell| cell.unwrap_or("-".into()));
    (path.to_owned(), cells)
}

fn backing(backing: Backing<'_>) -> String {
    let format = backing.format;
    let format = format.map_or("format not recorded".into(), |format| shown(format.name()));
    format!("{} ({format})", shown_location(backing.location))
}

pub(super) fn text(mut rows: Vec<Row>) -> String {
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let headings = "NAME|FORMAT|VIRTUAL|ALLOCATED|BACKING|ENCRYPTION|FINDINGS";
    aligned(headings, rows.into_iter().map(|(_, cells)| cells), &[2, 3])
}
