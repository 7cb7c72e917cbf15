// SPDX-License-Identifier: MIT OR Apache-2.0
//! A verdict as JSON.

use super::object::{Object, Value};
use super::{failure, reference};
use diskprobe::{Content, Error, Finding, Format, Image, Verdict, Violation};

/// The verdict on the image that was probed by this name, and the facts behind it.
pub(crate) fn judged(name: &[u8], image: &Image, verdict: &Verdict) -> Object {
    let violations = verdict.violations().iter().map(violation);
    Object::new()
        .text("filename", name)
        .with("accepted", verdict.is_accepted())
        .with("violations", violations.collect::<Value>())
        .with("format", image.format().as_str())
        .maybe("virtual-size", image.virtual_size())
        .list("references", image.references().map(reference))
        .maybe("content", image.content().next().map(Content::as_str))
        .list(
            "also-contains",
            image.content().skip(1).map(Content::as_str),
        )
        .list("also-matches", image.also_matches().map(Format::as_str))
        .with(
            "findings",
            image.findings().map(Finding::as_str).collect::<Value>(),
        )
}

/// That an image is not accepted because it could not be probed.
pub(crate) fn failed(name: &[u8], error: &Error) -> Object {
    failure(name, error).with("accepted", false)
}

fn violation(violation: &Violation) -> Object {
    Object::new()
        .with("token", violation.token())
        .with("message", violation.to_string())
}
