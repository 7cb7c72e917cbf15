// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes give an answer, the same one through a buffer and through the pull interface, and
//! within the limits.
//!
//! The first byte of the input chooses the format to ask for, or none.
#![no_main]

use diskprobe::{limits, probe_buffer, Error, Format, Image, Options, Pull};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choice, image)) = input.split_first() else {
        return;
    };
    let formats: Vec<Format> = Format::all().collect();
    let format = formats.get(usize::from(*choice) % 32).copied();
    let options = Options::new().format(format);
    let whole = u64::try_from(image.len()).expect("a length");

    let by_buffer = probe_buffer(image, Some(whole), &options);
    let by_pull = pull(image, whole, &options);
    match (&by_buffer, &by_pull) {
        (Ok(buffer), Ok(pull)) => assert_eq!(format!("{buffer:?}"), format!("{pull:?}")),
        (Err(buffer), Err(pull)) => assert_eq!(buffer, pull),
        _ => panic!("buffer: {by_buffer:?}, pull: {by_pull:?}"),
    }
    match by_buffer {
        Ok(image) => judge(&image, whole),
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
});

fn pull(image: &[u8], whole: u64, options: &Options) -> Result<Image, Error> {
    let mut pull = Pull::new(Some(whole), options);
    let (mut reads, mut bytes) = (0, 0);
    while let Some(range) = pull.next_range()? {
        reads += 1;
        bytes += range.length;
        assert!(reads <= limits::MAX_READS && bytes <= limits::MAX_BYTES);
        let from = usize::try_from(range.offset).expect("inside the image");
        let to = usize::try_from(range.offset + range.length).expect("inside the image");
        pull.supply(&image[from..to])?;
    }
    pull.finish()
}

/// What holds for every answer.
fn judge(image: &Image, whole: u64) {
    assert_eq!(image.physical_size(), Some(whole));
    assert!(image.virtual_size().unwrap_or(0) <= limits::MAX_VIRTUAL_SIZE);
    assert_eq!(image.virtual_size().unwrap_or(0) % 512, 0);
    for reference in image.references() {
        assert!(reference.origin.offset + reference.origin.length <= whole);
    }
}
