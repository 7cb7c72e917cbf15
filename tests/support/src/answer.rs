// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers in a form that can be compared.

use diskprobe::{Error, ErrorKind, Image};

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

/// Asserts what a probe that does not know the length may answer if one that does answers `known`:
/// the same; that it must be told the length; or the same without sizes that only the length tells.
/// A read that reaches the end tells it. To find the end costs reads, which limits of the caller
/// may not allow.
pub fn assert_never_another(
    known: &Result<Image, Error>,
    unknown: &Result<Image, Error>,
    may_exceed_limits: bool,
) {
    match (known, unknown) {
        (Ok(_), Ok(image)) if image.physical_size().is_some() => {
            assert_eq!(answer(unknown), answer(known));
        }
        (Ok(known), Ok(image)) => {
            assert_eq!(image.format(), known.format());
            assert!(image.virtual_size().is_none() || image.virtual_size() == known.virtual_size());
            assert!(image.references().eq(known.references()));
        }
        (_, Err(error)) if error.kind() == ErrorKind::NeedMoreData => {}
        (_, Err(error)) if error.kind() == ErrorKind::LimitExceeded && may_exceed_limits => {}
        (Err(known), Err(unknown)) => assert_eq!(
            (unknown.kind(), unknown.offset()),
            (known.kind(), known.offset()),
            "{known} / {unknown}"
        ),
        _ => panic!("{known:?} / {unknown:?}"),
    }
}
