// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that are a whole image, whose format is detected.

use crate::object::{Object, Window, LENGTH_UNKNOWN};
use crate::oracle::{
    assert_detected, assert_findings, assert_named, assert_one_line, assert_same, assert_sound,
    Answer,
};
use diskprobe::{probe_buffer, Format, Image, Options};
use diskprobe_test_support::answer::assert_never_another;

/// Probes the bytes, and asserts what holds for every answer that costs little to look at.
pub fn looked_at(input: &[u8]) -> Answer {
    let whole = u64::try_from(input.len()).expect("a length");
    let answer = probe_buffer(input, Some(whole), &Options::new());
    assert_detected(&answer, input, false);
    if let Ok(image) = &answer {
        assert_sound(image, Some(whole));
    }
    answer
}

/// Asserts all else, which takes many times as long.
pub fn look_closely(input: &[u8], answer: &Answer) {
    let whole = u64::try_from(input.len()).expect("a length");
    let options = Options::new();
    assert_same(answer, &probe_buffer(input, Some(whole), &options), "twice");
    let mut object = Object {
        format: u8::MAX,
        switches: 0,
        length: whole,
        windows: vec![Window {
            offset: 0,
            bytes: input.to_vec(),
        }],
    };
    assert_same(answer, &object.probed(), "buffer and prober");
    object.switches = LENGTH_UNKNOWN;
    assert_never_another(answer, &object.probed(), true);
    let thorough = options.thorough(true);
    let all = probe_buffer(input, Some(whole), &thorough);
    assert_detected(&all, input, true);
    match answer {
        Ok(image) => {
            assert_named(image, |at, length| object.bytes(at, length));
            assert_findings(image);
            assert_given(input, whole, image.format(), image.virtual_size());
        }
        Err(error) => assert_one_line(error),
    }
    if let Ok(image) = &all {
        assert_sound(image, Some(whole));
        assert_findings(image);
    }
}

/// The format that was detected, given: the same facts.
fn assert_given(input: &[u8], whole: u64, format: Format, size: Option<u64>) {
    let given = Options::new().format(Some(format));
    let image = probe_buffer(input, Some(whole), &given).expect("the same bytes");
    assert_eq!((image.format(), image.virtual_size()), (format, size));
    let detected = probe_buffer(input, Some(whole), &Options::new()).expect("the same bytes");
    let references = |image: &Image| {
        let all = image.references();
        all.map(|one| (one.kind, one.location.to_vec(), one.origin))
            .collect::<Vec<_>>()
    };
    assert_eq!(references(&image), references(&detected));
    assert_eq!(image.cluster_size(), detected.cluster_size());
    assert_eq!(image.is_dirty(), detected.is_dirty());
    if format != Format::Raw {
        let method = |image: &Image| image.encryption().map(|found| found.format);
        assert_eq!(method(&image), method(&detected));
    }
}
