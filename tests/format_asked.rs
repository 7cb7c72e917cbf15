// SPDX-License-Identifier: MIT OR Apache-2.0
//! Formats that detection does not see, as QEMU's does not: read when they are asked for.

mod common;
#[path = "common/crafted.rs"]
mod crafted;

use common::{patched, probe, probe_with, qemu_info_with, Images};
use diskprobe::ErrorKind::{InvalidImage, NeedMoreData, Truncated, WrongFormat};
use diskprobe::{probe_buffer, Format, Options};

fn asked(format: Format) -> Options {
    Options::new().format(Some(format))
}

fn qemu_says_dmg(images: &Images, bytes: &[u8]) -> Option<u64> {
    let path = images.path("asked.img");
    std::fs::write(&path, bytes).unwrap();
    let info = qemu_info_with(&path, &["-f", "dmg"])?;
    info["virtual-size"].as_u64()
}

#[test]
fn dmg() {
    let images = Images::new();
    let options = asked(Format::Dmg);
    let (base, at) = crafted::udif();
    let be8 = |value: u64| value.to_be_bytes();
    let mut filled = base.clone();
    filled.resize(base.len().next_multiple_of(512), 0);
    for (name, bytes) in [
        ("plain", base.clone()),
        ("filled to whole sectors", filled),
        ("more sectors", patched(&base, &[(at + 492, &be8(1 << 30))])),
        ("no sectors", patched(&base, &[(at + 492, &be8(0))])),
    ] {
        let size = probe_with(&bytes, &options).map(|image| image.virtual_size());
        assert_eq!(
            size.unwrap_or_else(|error| panic!("{name}: {error}")),
            qemu_says_dmg(&images, &bytes),
            "{name}"
        );
        assert_eq!(
            probe(&bytes).unwrap().format(),
            Format::Raw,
            "{name}, detected"
        );
    }
    let end = at as u64;
    for (field, place, value) in [
        ("DataForkOffset", 24, end + 1),
        ("RsrcForkOffset", 40, end),
        ("RsrcForkLength", 48, end + 1),
        ("XMLOffset", 216, end),
        ("XMLLength", 224, end),
        ("XMLLength", 224, 0),
        ("SectorCount", 492, 1 << 62),
        ("SectorCount", 492, u64::MAX),
    ] {
        let bytes = patched(&base, &[(at + place, &be8(value))]);
        let error = probe_with(&bytes, &options).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (InvalidImage, Some((at + place) as u64)),
            "{error}"
        );
        assert!(error.to_string().contains(field), "{error}");
        assert_eq!(qemu_says_dmg(&images, &bytes), None, "{field}");
    }
    for bytes in [&base[..at], &base[..at + 3], &[][..]] {
        assert_eq!(probe_with(bytes, &options).unwrap_err().kind(), WrongFormat);
        assert_eq!(qemu_says_dmg(&images, bytes), None);
    }
    let unknown = probe_buffer(&base, None, &options).unwrap_err();
    assert_eq!(unknown.kind(), NeedMoreData);
}

#[test]
fn cow() {
    let mut base = vec![0u8; 1560];
    for (offset, bytes) in [
        (0, &b"OOOM\0\0\0\x02"[..]),
        (8, b"base.img\0rest"),
        (1036, &((1u64 << 20) + 100).to_be_bytes()),
        (1044, &512u32.to_be_bytes()),
    ] {
        base[offset..offset + bytes.len()].copy_from_slice(bytes);
    }
    let options = asked(Format::Cow);
    let image = probe_with(&base, &options).unwrap();
    assert_eq!(
        (image.virtual_size(), image.recorded_size()),
        (Some(1 << 20), Some((1 << 20) + 100))
    );
    let backing = image.backing().unwrap();
    assert_eq!(backing.location, b"base.img");
    assert!(backing.format.is_none());
    assert_eq!(probe(&base).unwrap().format(), Format::Raw);

    let alone = patched(&base, &[(8, &[0])]);
    assert!(probe_with(&alone, &options).unwrap().backing().is_none());
    let third = patched(&base, &[(7, &[3])]);
    assert_eq!(
        probe_with(&third, &options).unwrap_err().kind(),
        WrongFormat
    );
    assert_eq!(
        probe_with(&base[..1047], &options).unwrap_err().kind(),
        Truncated
    );
    let large = patched(&base, &[(1036, &[0xff])]);
    let error = probe_with(&large, &options).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (InvalidImage, Some(1036)));
}
