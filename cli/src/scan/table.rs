// SPDX-License-Identifier: MIT OR Apache-2.0
//! The images of a pool, one row each, by name.

use crate::human::joined;
use crate::size::short;
use crate::text::shown;
use diskprobe::{Backing, Finding, Image};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const HEADINGS: [&str; COLUMNS] = [
    "NAME",
    "FORMAT",
    "VIRTUAL",
    "ALLOCATED",
    "BACKING",
    "ENCRYPTION",
    "FINDINGS",
];
const COLUMNS: usize = 7;
/// Columns of sizes, whose values end below one another.
const SIZES: [usize; 2] = [2, 3];

/// Rows that are sorted and aligned, so it holds them all until the end.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<(PathBuf, [String; COLUMNS])>,
}

impl Table {
    pub(super) fn add(&mut self, path: &Path, image: &Image) {
        let encryption = image.encryption();
        let none = || "-".to_owned();
        let cells = [
            shown(path.as_os_str().as_bytes()),
            image.format().to_string(),
            image.virtual_size().map_or_else(none, short),
            image.allocated_size().map_or_else(none, short),
            image.backing().map_or_else(none, backing),
            encryption.map_or_else(none, |encryption| encryption.format.to_string()),
            joined(image.findings().filter(has_no_column)).unwrap_or_else(none),
        ];
        self.rows.push((path.to_owned(), cells));
    }

    pub(super) fn text(mut self) -> String {
        self.rows.sort_by(|one, other| one.0.cmp(&other.0));
        let cells = self.rows.into_iter().map(|(_, cells)| cells);
        aligned(HEADINGS, cells.collect(), &SIZES)
    }
}

fn backing(backing: Backing<&[u8]>) -> String {
    let format = backing.format;
    let format = format.map_or("format not recorded".into(), |format| shown(format.text()));
    format!("{} ({format})", shown(backing.location))
}

/// What other columns do not say; and that no thorough probe was asked for, its user knows.
fn has_no_column(finding: &Finding) -> bool {
    use Finding::{BackingFile, Encrypted, IncompleteScan};
    !matches!(finding, BackingFile | Encrypted | IncompleteScan)
}

/// Lines, each with its end; the cells of a column stand below one another.
pub(crate) fn aligned<const N: usize>(
    headings: [&str; N],
    rows: Vec<[String; N]>,
    right: &[usize],
) -> String {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let headings = headings.map(str::to_owned);
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(&rows) {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
            match right.contains(&column) {
                true => line.extend([gap, &blanks, cell]),
                false => line.extend([gap, cell, &blanks]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
