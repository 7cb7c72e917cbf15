// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers in a form that can be compared.

use diskprobe::{Content, Error, ErrorKind, Finding, Format, Image, Tool};
use std::collections::BTreeSet;

/// Returns every fact, without the allocated size that only a file has.
pub fn answer(result: &Result<Image, Error>) -> String {
    match result {
        Ok(image) => {
            let json = image.json("image", None);
            format!("{json} {:?} {:?}", image.references(), image.details())
        }
        Err(error) => format!("{:?} at {:?}: {error}", error.kind(), error.offset()),
    }
}

/// Asserts that two ways to the same bytes gave the same answer: every fact, or the same error.
#[track_caller]
pub fn assert_same(one: &Result<Image, Error>, other: &Result<Image, Error>, context: &str) {
    match (one, other) {
        (Ok(one), Ok(other)) => assert!(one == other, "{one:?} and {other:?}: {context}"),
        (Err(one), Err(other)) => assert_same_error(one, other, context),
        _ => panic!("{one:?} and {other:?}: {context}"),
    }
}

/// Asserts that two errors are the same in everything that a caller sees.
#[track_caller]
pub fn assert_same_error(one: &Error, other: &Error, context: &str) {
    let all = |error: &Error| {
        let subject = (error.structure(), error.field(), error.needed());
        let message = error.to_string();
        (
            error.kind(),
            error.offset(),
            subject,
            error.raw_os_error(),
            message,
        )
    };
    assert_eq!(all(one), all(other), "{context}");
}

/// Asserts that the result of a probe without the length is allowed if that of a file is `known`.
///
/// - If it found the length by itself, the answer is the same.
/// - The physical size is unknown. So are a virtual and a recorded size that follow from it.
/// - The end is not searched for trailers: what would be found there is missing, and the scan is
///   incomplete.
/// - An answer that depends on the length is [`ErrorKind::NeedMoreData`].
/// - A length that is too large is not noticed.
/// - The message of an error only states the known bound of the end.
#[track_caller]
pub fn assert_same_without_length(
    known: &Result<Image, Error>,
    unknown: &Result<Image, Error>,
    context: &str,
) {
    match (known, unknown) {
        (Ok(known), Ok(image)) if image.physical_size().is_none() => {
            if image.virtual_size().is_some() {
                assert_eq!(sizes(image), sizes(known), "{context}");
            } else {
                assert_eq!(sizes(image), (None, None, None), "{context}");
            }
            assert_eq!(other_facts(image), other_facts(known), "{context}");
            let (fewer, all) = (found(image), found(known));
            match image.has_finding(Finding::IncompleteScan) {
                true => assert!(fewer.is_subset(&all), "{fewer:?} of {all:?}: {context}"),
                false => assert_eq!(fewer, all, "{context}"),
            }
        }
        (_, Err(error)) if error.kind() == ErrorKind::NeedMoreData => {}
        // The size of the file is too large. A LUKS2 segment can extend to its end.
        (Err(known), unknown)
            if matches!(known.field(), Some("length" | "size of the segments")) =>
        {
            let size = unknown.as_ref().ok().and_then(Image::physical_size);
            assert_eq!(size, None, "{context}");
        }
        (Err(known), Err(unknown)) => {
            let all = |error: &Error| {
                let subject = (error.structure(), error.field());
                (error.kind(), error.offset(), subject)
            };
            assert_eq!(all(unknown), all(known), "{known} / {unknown}: {context}");
        }
        _ => assert_same(known, unknown, context),
    }
}

/// Asserts that two probes that are not told the length give the same answer, except that only one
/// of them may find the end: that depends on the ranges that are read.
pub fn assert_same_except_end(
    first: &Result<Image, Error>,
    second: &Result<Image, Error>,
    context: &str,
) {
    match (found_end(first), found_end(second)) {
        (true, false) => assert_same_without_length(first, second, context),
        (false, true) => assert_same_without_length(second, first, context),
        _ => assert_same(first, second, context),
    }
}

/// Returns whether the probe found the length.
pub fn found_end(answer: &Result<Image, Error>) -> bool {
    let image = answer.as_ref().ok();
    image.is_some_and(|image| image.physical_size().is_some())
}

/// The sizes of the disk; the recorded one is a detail as well.
fn sizes(image: &Image) -> (Option<u64>, Option<u64>, Option<Vec<u8>>) {
    let mut details = image.details().into_iter();
    let recorded = details.find(|detail| detail.name() == "recorded-size");
    let recorded = recorded.map(|detail| detail.text().to_vec());
    (image.virtual_size(), image.recorded_size(), recorded)
}

/// What a search of the whole object finds.
fn found(image: &Image) -> BTreeSet<&'static str> {
    let findings = image
        .findings()
        .filter(|one| *one != Finding::IncompleteScan);
    let formats = image.also_matches().map(Format::as_str);
    let content = image.content().map(Content::as_str);
    findings
        .map(Finding::as_str)
        .chain(formats)
        .chain(content)
        .collect()
}

/// The facts that do not depend on the length.
fn other_facts(image: &Image) -> impl PartialEq + std::fmt::Debug + '_ {
    let layers = (
        image.backing(),
        image.data_file(),
        image.parent(),
        image.encryption(),
    );
    let ids = (image.uuid(), image.content_id(), image.backing_mtime());
    let details = image.details().into_iter();
    let lists = (
        image.extents().collect::<Vec<_>>(),
        image.references().collect::<Vec<_>>(),
        details
            .filter(|detail| detail.name() != "recorded-size")
            .collect::<Vec<_>>(),
        image.features().collect::<Vec<_>>(),
    );
    let tools: Vec<_> = Tool::ALL
        .iter()
        .map(|tool| image.detected_as(*tool))
        .collect();
    let header = (
        image.format(),
        image.subformat(),
        image.compat(),
        image.is_dirty(),
    );
    (header, image.cluster_size(), layers, ids, lists, tools)
}

/// Asserts that the result of a probe without the length is allowed if that with it is `known`:
/// see [`assert_same_without_length`]. To find the end costs reads, which limits of the caller may
/// not allow.
pub fn assert_never_another(
    known: &Result<Image, Error>,
    unknown: &Result<Image, Error>,
    may_exceed_limits: bool,
) {
    match unknown {
        Err(error) if error.kind() == ErrorKind::LimitExceeded && may_exceed_limits => {}
        _ => assert_same_without_length(known, unknown, "without the length"),
    }
}
