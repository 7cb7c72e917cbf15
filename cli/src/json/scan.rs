// SPDX-License-Identifier: MIT OR Apache-2.0
//! The last line of a scan: what its images come to.

use super::object::{Object, Value};
use crate::scan::totals::{FileSystem, Sum, Totals};

pub(crate) fn summary(totals: &Totals) -> Object {
    let formats = totals.formats.iter();
    let formats = formats.fold(Object::new(), |all, (name, total)| {
        all.with(name, sum(total))
    });
    let summary = Object::new()
        .with("images", totals.summary.images)
        .with("failures", totals.summary.failures)
        .with("special-files", totals.summary.special_files)
        .with("directories", totals.summary.directories)
        .with("formats", formats)
        .with(
            "file-systems",
            totals
                .file_systems
                .values()
                .map(file_system)
                .collect::<Value>(),
        );
    Object::new().with("summary", summary)
}

fn sum(sum: &Sum) -> Object {
    Object::new()
        .with("images", sum.images)
        .with("virtual-size", sum.virtual_size)
        .with("actual-size", sum.allocated)
}

fn file_system(file_system: &FileSystem) -> Object {
    sum(&file_system.sum)
        .with("growth", file_system.sum.growth)
        .maybe("size", file_system.space.map(|space| space.size))
        .maybe("free", file_system.space.map(|space| space.free))
        .maybe("over-commit", file_system.over_commit())
}
