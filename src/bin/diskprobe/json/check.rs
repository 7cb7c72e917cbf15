// SPDX-License-Identifier: MIT OR Apache-2.0
//! A verdict as JSON.

use super::object::{Object, Value};
use super::{failure, reference};
use diskprobe::{Content, Error, Finding, Format, Image, Objection, Verdict};

/// The verdict on the image that was probed by this name, and the facts behind it.
pub(crate) fn judged(name: &[u8], image: &Image, verdict: &Verdict) -> Object {
    let objections = verdict.objections().iter().map(objection);
    Object::new()
        .text("filename", name)
        .with("accepted", verdict.is_accepted())
        .with("objections", objections.collect::<Value>())
        .with("format", image.format().name())
        .maybe("virtual-size", image.virtual_size())
        .list("references", image.references().map(reference))
        .maybe("content", image.content().next().map(Content::name))
        .list("also-contains", image.content().skip(1).map(Content::name))
        .list("also-matches", image.also_matches().map(Format::name))
        .with(
            "safety",
            image.safety().map(Finding::name).collect::<Value>(),
        )
}

/// That an image is not accepted because it could not be probed.
pub(crate) fn failed(name: &[u8], error: &Error) -> Object {
    failure(name, error).with("accepted", false)
}

fn objection(objection: &Objection) -> Object {
    Object::new()
        .with("token", objection.token())
        .with("message", objection.to_string())
}
