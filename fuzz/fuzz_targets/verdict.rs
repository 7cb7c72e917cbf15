// SPDX-License-Identifier: MIT OR Apache-2.0
//! Verdicts. A policy reports exactly the rules that an image violates. An image that the default
//! policy accepts names no other file, and an independent search finds no signature of another
//! format in it. The findings do not depend on whether the format is specified. Zeros after the end
//! of the image change neither its format nor the names in it.
#![no_main]

use diskprobe::{Finding, Format, Image, Options, Policy, Violation};
use diskprobe_fuzz::craft::mutated;
use diskprobe_fuzz::model;
use diskprobe_fuzz::object::Object;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::path::Path;

const SECTOR: usize = 512;

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    mutated(data, size, most, seed, fuzzer_mutate)
});

fuzz_target!(|input: &[u8]| {
    let Some(mut object) = Object::decoded(input) else {
        return;
    };
    object.switches = 0;
    object.length %= 1 << 62;
    let Ok(image) = probed(&object, object.asked()) else {
        return;
    };
    assert_rules(&image);
    if object.asked().is_some() {
        return;
    }
    if is_accepted(&image) {
        assert_nothing_named(&image);
        assert_one_reading(&object, &image);
    }
    assert_given(&object, &image);
    assert_longer(object, &image);
});

/// Probes the object as `diskprobe check --also-matches` does.
fn probed(object: &Object, format: Option<Format>) -> Result<Image, diskprobe::Error> {
    let options = Options::new().format(format);
    object.probed_with(&options.thorough(true).also_matches(true))
}

fn is_accepted(image: &Image) -> bool {
    Policy::new().evaluate(image, None).is_accepted()
}

/// Asserts that each rule reports its violation, independent of the other rules.
fn assert_rules(image: &Image) {
    let path = Some(Path::new("/srv/disk"));
    let of = |policy: &Policy| policy.evaluate(image, path).violations().to_vec();
    let findings = Finding::ALL.iter().copied();
    let strict = findings.clone().fold(Policy::new(), Policy::deny);
    let lax = findings.fold(Policy::new(), Policy::allow);
    for policy in [&Policy::new(), &strict, &lax] {
        let denied = image.findings().filter(|finding| policy.denies(*finding));
        let denied: Vec<_> = denied.map(Violation::Finding).collect();
        assert_eq!(of(policy), denied);
    }
    let format = image.format();
    let own = lax.clone().allow_format(format);
    assert_eq!(of(&own), []);
    let other = match format {
        Format::Raw => Format::Qcow2,
        _ => Format::Raw,
    };
    assert_eq!(
        of(&lax.clone().allow_format(other)),
        [Violation::Format(format)]
    );
    let fits = |limit: u64| of(&lax.clone().max_virtual_size(limit)).is_empty();
    match image.virtual_size() {
        Some(size) => {
            assert!(fits(u64::MAX));
            assert!(size == 0 || !fits(size - 1));
        }
        None => assert!(!fits(u64::MAX)),
    }
    let under = strict
        .allow_backing_under("/srv")
        .expect("an absolute path");
    let named = of(&under);
    assert!(!named.contains(&Violation::Finding(Finding::BackingFile)));
    if let Some(backing) = image.backing() {
        let outside = named.contains(&Violation::BackingDirectory);
        let name = backing.location;
        let mut parts = name.split(|byte| *byte == b'/');
        let climbs = parts.clone().any(|part| part == b"..");
        assert!(outside || !climbs && !name.starts_with(b"json:"));
        let first = parts.find(|part| !part.is_empty() && *part != b".");
        assert!(outside || !name.starts_with(b"/") || first == Some(b"srv"));
        let known = backing
            .format
            .is_some_and(|format| format.format().is_some());
        assert_eq!(named.contains(&Violation::BackingFormat), !known);
    }
}

/// Asserts that an accepted image names no file.
fn assert_nothing_named(image: &Image) {
    assert!(image.backing().is_none() && image.data_file().is_none());
    assert!(image.parent().is_none() && image.extents().len() == 0);
    assert_eq!(
        (image.references().count(), image.also_matches().count()),
        (0, 0)
    );
}

/// Asserts that an accepted image has no signature of another format, or of content that a program
/// finds if it treats the image as raw.
fn assert_one_reading(object: &Object, image: &Image) {
    let read = |offset: u64, length: usize| {
        let mut bytes = vec![0; length];
        let count = object.read(&mut bytes, offset);
        bytes.truncate(count);
        bytes
    };
    let start = read(0, 9 * SECTOR);
    let end = read(object.length.saturating_sub(4096), 4096);
    let format = image.format();
    assert!(model::signatures(&model::sector(&start)) <= 1);
    if format != Format::Vpc {
        assert!(!end.windows(8).any(|part| part == b"conectix"));
    }
    if format != Format::Dmg {
        let trailer = b"koly\0\0\0\x04\0\0\x02\0";
        assert!(!end.windows(trailer.len()).any(|part| part == trailer));
        assert!(!start.starts_with(trailer));
    }
    if format != Format::Vmdk {
        for sector in start.chunks(SECTOR) {
            let text = sector.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sector);
            let text = text.trim_ascii_start().to_ascii_lowercase();
            assert!(!text.starts_with(b"# disk descriptorfile"));
        }
    }
    let has =
        |offset: usize, magic: &[u8]| start.get(offset..).is_some_and(|at| at.starts_with(magic));
    if has(0, b"LUKS\xba\xbe\0\x02") || has(3, b"-FVE-FS-") {
        assert!(image.encryption().is_some());
    }
    if format != Format::Raw {
        assert!(!has(257, b"ustar") && !has(512, b"EFI PART") && !has(536, b"LVM2 001"));
        assert!(!read(32768, 6).ends_with(b"CD001"));
    }
}

/// Asserts that the findings are the same if the format is specified, and that an image of another
/// format than raw is not accepted as raw.
fn assert_given(object: &Object, image: &Image) {
    let given = probed(object, Some(image.format())).expect("the same bytes");
    assert!(given.findings().eq(image.findings()), "{given:?} {image:?}");
    let raw = probed(object, Some(Format::Raw)).expect("any bytes are raw");
    assert!(
        image.format() == Format::Raw || !is_accepted(&raw),
        "{image:?}"
    );
}

/// Asserts that zeros after the end change neither the format nor a name.
fn assert_longer(mut object: Object, image: &Image) {
    for window in &mut object.windows {
        let inside = object.length.saturating_sub(window.offset);
        let inside = usize::try_from(inside).unwrap_or(usize::MAX);
        window.bytes.truncate(inside);
    }
    object.length += 512;
    let Ok(longer) = probed(&object, None) else {
        return;
    };
    let names = |image: &Image| {
        let references = image.references();
        let names = references.map(|one| (one.kind, one.location.to_vec()));
        names.collect::<Vec<_>>()
    };
    assert_eq!(longer.format(), image.format());
    assert_eq!(names(&longer), names(image));
}
