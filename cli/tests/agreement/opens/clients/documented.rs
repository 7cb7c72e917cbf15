// SPDX-License-Identifier: MIT OR Apache-2.0
//! Locations that are accepted although QEMU refuses them.

/// A part of QEMU's message, and the row of docs/location.md that states the reason.
const REFUSED: [(&str, &str); 0] = [];

/// Returns why QEMU refuses a location, if the document says so.
pub(super) fn qemu_refuses(message: &str) -> Option<&'static str> {
    let document = include_str!("../../../../../docs/location.md");
    let found = REFUSED.iter().find(|(part, _)| message.contains(part))?;
    let start = format!("| {}", found.1);
    document
        .lines()
        .any(|line| line.starts_with(&start))
        .then_some(found.1)
}
