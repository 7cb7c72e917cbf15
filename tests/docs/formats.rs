// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of limits that apply to all formats.

use diskprobe_test_support::document::{assert_parts, table};

#[test]
fn table_of_limits_is_up_to_date() {
    assert_parts("docs/formats.md", &[("limits".to_owned(), limits())]);
}

fn limits() -> String {
    let source = include_str!("../../src/base/limits.rs");
    let mut rows = Vec::new();
    let mut comment = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push(text);
        } else if let Some(constant) = line.strip_prefix("pub(crate) const ") {
            let (name, rest) = constant.split_once(": ").expect("a type");
            let (_, value) = rest.split_once(" = ").expect("a value");
            let value = value_of(value.strip_suffix(';').expect("one line"));
            let text = comment.join(" ");
            let (ours, qemu) = text.split_once(" QEMU: ").unwrap_or((&text, ""));
            let name = format!("`{name}`");
            rows.push(
                [&name, &value.to_string(), ours, qemu]
                    .map(str::to_owned)
                    .to_vec(),
            );
        } else {
            comment.clear();
        }
    }
    assert_eq!(rows.len(), source.matches("pub(crate) const ").count());
    table(&["limit", "value", "why", "QEMU's"], &rows)
}

/// Evaluates the expression of a constant, which is private to the library.
fn value_of(expression: &str) -> u64 {
    if let Some((left, right)) = expression.split_once(" << ") {
        return value_of(left) << value_of(right);
    }
    if let Some((left, right)) = expression.split_once(" * ") {
        return value_of(left) * value_of(right);
    }
    let digits = expression.replace('_', "");
    let number = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None if expression == "i64::MAX.unsigned_abs()" => return i64::MAX.unsigned_abs(),
        None => digits.parse(),
    };
    number.unwrap_or_else(|_| panic!("not a number: {expression}"))
}
