// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that the tables of field checks are complete: the document has the text of each error.

use crate::texts;
use diskprobe_test_support::document::{self, assert_parts};
use diskprobe_test_support::field_limits::{bases, Base, Limit};
use diskprobe_test_support::Images;
use std::collections::BTreeMap;

/// The behaviour of QEMU for most truncated images.
const ZEROS: &str = "opens it: missing bytes read as zeros";

#[test]
fn document_lists_each_field_check() {
    let mut tables: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for base in bases(&Images::new()) {
        for limit in &base.limits {
            let rows = tables.entry(base.format().as_str()).or_default();
            rows.push(row(&base, limit));
        }
    }
    let columns = ["structure", "offset", "rule or error", "QEMU"];
    let part = |(format, rows): (&&str, &Vec<Vec<String>>)| {
        (format!("limits {format}"), document::table(&columns, rows))
    };
    assert_parts(
        "docs/formats.md",
        &tables.iter().map(part).collect::<Vec<_>>(),
    );
    let document = document::read("docs/formats.md");
    let missing = texts::of_the_formats()
        .into_iter()
        .filter(|text| !document.contains(text.as_str()));
    let missing: Vec<String> = missing.collect();
    assert!(missing.is_empty(), "not in docs/formats.md: {missing:#?}");
}

/// Returns the row of a limit. The behaviour of QEMU comes from the list; `tests/agreement` checks
/// it with `qemu-img`.
fn row(base: &Base, limit: &Limit) -> Vec<String> {
    let judgement = limit.judgement(base);
    let judgement = judgement.unwrap_or_else(|fault| panic!("{}: {fault}", limit.line));
    let qemu = match limit.qemu_opens {
        Some("zeros") => ZEROS,
        Some(reason) => reason.trim_start_matches("QEMU "),
        None if !base.is_read_by_qemu => "does not read it",
        None if limit.right.is_empty() => "rejects it too",
        None => "the same",
    };
    let fault = match limit.remark {
        Some(remark) => format!("{} {remark}", judgement.fault),
        None => judgement.fault,
    };
    let offset = judgement.offset.to_string();
    vec![judgement.structure, offset, fault, qemu.to_owned()]
}
