// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes of bytes that are a whole file.

use crate::message::assert_template;
use diskprobe::{Error, ErrorKind, Format, Image, Options};

/// Probes the bytes with the defaults.
pub fn probe(bytes: &[u8]) -> Result<Image, Error> {
    probe_with(bytes, &Options::default())
}

/// Probes the bytes with these options.
pub fn probe_with(bytes: &[u8], options: &Options) -> Result<Image, Error> {
    let answer = diskprobe::probe_buffer(bytes, Some(bytes.len() as u64), options);
    answer.inspect_err(assert_template)
}

/// Probes the bytes as an image of that format.
pub fn probe_as(format: Format, bytes: &[u8]) -> Result<Image, Error> {
    probe_with(bytes, &Options::new().format(Some(format)))
}

/// Returns the text of a fact that is only shown.
pub fn detail(image: &Image, name: &str) -> Option<String> {
    let mut details = image.details().into_iter();
    let detail = details.find(|detail| detail.name() == name);
    detail.map(|detail| String::from_utf8(detail.text().to_vec()).expect("UTF-8"))
}

/// Returns such a fact that is a number.
pub fn number(image: &Image, name: &str) -> Option<u64> {
    detail(image, name).map(|value| value.parse().expect("a number"))
}

/// Asserts that a probe of `bytes` fails in this way, with a message that contains `words`.
#[track_caller]
pub fn assert_rejected(bytes: &[u8], kind: ErrorKind, offset: u64, words: &str) {
    assert_error(probe(bytes), kind, offset, words);
}

/// Asserts that the answer is this error, with a message that contains `words`.
#[track_caller]
pub fn assert_error(answer: Result<Image, Error>, kind: ErrorKind, offset: u64, words: &str) {
    let error = answer.expect_err(words);
    let message = error.to_string();
    let found = (error.kind(), error.offset());
    assert_eq!(found, (kind, Some(offset)), "{message}");
    assert!(message.contains(words), "{message:?} lacks {words:?}");
}

/// Asserts that every cut of the first `length` bytes that keeps the signature is truncated.
#[track_caller]
pub fn assert_cut_is_truncated(base: &[u8], signature: usize, length: usize) {
    for cut in signature..length {
        let error = probe(&base[..cut]).expect_err("a cut header");
        assert_eq!(error.kind(), ErrorKind::Truncated, "{cut} bytes: {error}");
    }
}
