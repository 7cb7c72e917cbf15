// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes as an image of a format that the first byte chooses: an answer of that format or an
//! error, the same through a buffer and through a prober, and within the limits.
#![no_main]

use diskprobe::{probe_buffer, Error, Image, Limits, Options, Prober};
use diskprobe_fuzz::object::asked;
use diskprobe_fuzz::oracle::{assert_one_line, assert_same, assert_sound};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choice, image)) = input.split_first() else {
        return;
    };
    let format = asked(*choice);
    let options = Options::new().format(format).thorough(*choice >= 128);
    let whole = u64::try_from(image.len()).expect("a length");
    let answer = probe_buffer(image, Some(whole), &options);
    match &answer {
        Ok(image) => {
            assert!(format.is_none_or(|format| format == image.format()));
            assert_sound(image, Some(whole));
        }
        Err(error) => assert_one_line(error),
    }
    assert_same(
        &answer,
        &probed(image, whole, &options),
        "buffer and prober",
    );
});

fn probed(image: &[u8], whole: u64, options: &Options) -> Result<Image, Error> {
    let mut prober = Prober::new(options);
    prober.set_length(whole)?;
    let (mut reads, mut bytes) = (0, 0);
    while let Some(read) = prober.next_read()? {
        let range = read.preferred;
        reads += 1;
        bytes += range.length;
        assert!(reads <= Limits::MAX_READS && bytes <= Limits::MAX_BYTES);
        let from = usize::try_from(range.offset).expect("inside the image");
        let to = usize::try_from(range.offset + range.length).expect("inside the image");
        prober.feed(range.offset, &image[from..to])?;
    }
    prober.finish()
}
