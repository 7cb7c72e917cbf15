// SPDX-License-Identifier: MIT OR Apache-2.0
//! The images of a pool, one row each, sorted by name.

use super::extents::{candidate, Extents, FileId};
use crate::text::{aligned, joined, short, shown, shown_location};
use diskprobe::scan::ScanEntry;
use diskprobe::{Backing, Finding, Image};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

pub(super) struct Row {
    path: PathBuf,
    /// The file, if it can be an extent.
    candidate: Option<FileId>,
    cells: [String; 7],
}

pub(super) fn row(found: &ScanEntry, image: &Image) -> Row {
    use Finding::{BackingFile, Encrypted, IncompleteScan};
    // Other columns show the first two findings, and the user chose whether the scan is thorough.
    let is_known = |found: &Finding| matches!(found, BackingFile | Encrypted | IncompleteScan);
    let encryption = image.encryption().map(|found| found.format.to_string());
    let cells = [
        Some(shown(found.path().as_os_str().as_bytes())),
        Some(image.format().to_string()),
        image.virtual_size().map(short),
        image.allocated_size().map(short),
        image.backing().map(backing),
        encryption,
        joined(image.findings().filter(|found| !is_known(found))),
    ];
    let cells = cells.map(|cell| cell.unwrap_or("-".into()));
    Row {
        path: found.path().to_owned(),
        candidate: candidate(found),
        cells,
    }
}

fn backing(backing: Backing<'_>) -> String {
    let format = backing.format;
    let format = format.map_or("format not recorded".into(), |format| shown(format.name()));
    format!("{} ({format})", shown_location(backing.location))
}

pub(super) fn text(mut rows: Vec<Row>, extents: &Extents) -> String {
    rows.sort_by(|one, other| one.path.cmp(&other.path));
    let headings = "NAME|FORMAT|VIRTUAL|ALLOCATED|BACKING|ENCRYPTION|FINDINGS";
    let rows = rows.into_iter().map(|mut row| {
        let is_extent = row.candidate.and_then(|file| extents.declared(file));
        if let (Some(_), [.., findings]) = (is_extent, &mut row.cells) {
            *findings = match &**findings {
                "-" => "extent".to_owned(),
                others => format!("extent, {others}"),
            };
        }
        row.cells
    });
    aligned(headings, rows, &[2, 3])
}
