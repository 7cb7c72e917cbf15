// SPDX-License-Identifier: MIT OR Apache-2.0
//! Formats that detection does not see, as QEMU's does not: read when they are asked for.

mod common;

use common::{patched, probe, probe_with};
use diskprobe::ErrorKind::{InvalidImage, Truncated, WrongFormat};
use diskprobe::{Format, Options};

fn asked(format: Format) -> Options {
    Options::new().format(Some(format))
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
