// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table on limits of the whole library.

use diskprobe::limits;
use diskprobe_test_support::document::{assert_parts, table};

#[test]
fn table_of_limits_is_up_to_date() {
    assert_parts("docs/formats.md", &[("limits".to_owned(), limits())]);
}

/// Limits with their values, which only the compiler knows.
macro_rules! values {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), limits::$name as u64)),*]
    };
}

fn limits() -> String {
    let values = values![
        MAX_READS,
        MAX_BYTES,
        FIRST_READ,
        LATER_READ,
        MAX_OBJECT,
        DETECTION_HEAD,
        MAX_VIRTUAL_SIZE,
        MAX_DATA_FILE_NAME,
        MAX_VMDK_DESCRIPTOR,
        MAX_VMDK_REPEATS,
        MAX_VPC_PARENT_LOCATOR,
        MAX_VHDX_PARENT_LOCATOR,
        MAX_LUKS2_JSON,
        MAX_JSON_DEPTH,
        MAX_LOCATION,
        MAX_LOCATION_OPTIONS,
        MAX_LOCATION_OPTION_NAME,
        MAX_LOCATION_HOSTS,
        MAX_CHAIN_IMAGES,
        MAX_SCAN_JOBS,
        MAX_SCAN_DEPTH,
        SCAN_LISTING,
    ];
    let source = include_str!("../../src/base/limits.rs");
    let mut rows = Vec::new();
    let mut comment = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push(text);
        } else if let Some(constant) = line.strip_prefix("pub const ") {
            let (name, _) = constant.split_once(':').expect("a type");
            let known = values.iter().find(|(known, _)| *known == name);
            let (_, value) = known.unwrap_or_else(|| panic!("{name} is not listed here"));
            let text = comment.join(" ");
            let (ours, qemu) = text.split_once(" QEMU: ").unwrap_or((&text, ""));
            rows.push(
                [&format!("`{name}`"), &value.to_string(), ours, qemu]
                    .map(str::to_owned)
                    .to_vec(),
            );
        } else {
            comment.clear();
        }
    }
    assert_eq!(rows.len(), values.len());
    table(&["limit", "value", "why", "QEMU's"], &rows)
}
