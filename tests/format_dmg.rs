// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF images: asked for as dmg, and by the name of the file. The oracle is qemu-img.

mod common;
#[path = "common/crafted.rs"]
mod crafted;

use common::{patched, probe, probe_with, qemu_info, qemu_info_with, Images};
use crafted::udif;
use diskprobe::ErrorKind::{
    InvalidImage, NeedMoreData, Truncated, UnsupportedFeature, WrongFormat,
};
use diskprobe::{probe_buffer, EncryptionFormat, Finding, Format, Options};

fn asked() -> Options {
    Options::new().format(Some(Format::Dmg))
}

fn qemu_says_dmg(images: &Images, bytes: &[u8]) -> Option<u64> {
    let path = images.path("asked.img");
    std::fs::write(&path, bytes).unwrap();
    let info = qemu_info_with(&path, &["-f", "dmg"])?;
    info["virtual-size"].as_u64()
}

#[test]
fn asked_for() {
    let images = Images::new();
    let options = asked();
    let (base, at) = udif();
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

/// What qemu-img takes a file of that name for: the format and the virtual size.
fn qemu_takes(images: &Images, name: &str, bytes: &[u8]) -> Option<(String, Option<u64>)> {
    let path = images.path(name);
    std::fs::write(&path, bytes).unwrap();
    let info = qemu_info(&path)?;
    let format = info["format"].as_str().unwrap().to_owned();
    Some((format, info["virtual-size"].as_u64()))
}

fn named(name: &str) -> Options {
    Options::new().file_name(name.as_bytes())
}

/// `front` and a disk's worth of zeros, and the end of a UDIF image.
fn with_trailer(front: &[u8]) -> Vec<u8> {
    let (image, at) = udif();
    let mut bytes = front.to_vec();
    bytes.resize(front.len().next_multiple_of(4096), 0);
    let start = bytes.len() as u64;
    let list = &image[4096..];
    bytes.extend(list);
    let trailer = bytes.len() - (image.len() - at);
    patched(&bytes, &[(trailer + 216, &start.to_be_bytes())])
}

#[test]
fn by_name_as_qemu_does() {
    let images = Images::new();
    let script = "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 \
                  /dev/cloop $1\n";
    let mut cloop = script.as_bytes().to_vec();
    cloop.resize(152, 0);
    let cloop = patched(
        &cloop,
        &[
            (128, &0x10000u32.to_be_bytes()),
            (132, &1u32.to_be_bytes()),
            (136, &152u64.to_be_bytes()),
            (144, &152u64.to_be_bytes()),
        ],
    );
    let qcow2 = images.create(&["-f", "qcow2", "NAME", "1M"]);
    let vdi = images.create(&["-f", "vdi", "NAME", "1M"]);
    let mut seen = Vec::new();
    for (name, bytes) in [
        ("disk.dmg", udif().0),
        ("disk.img", udif().0),
        ("DISK.DMG", udif().0),
        ("dmg", udif().0),
        (".dmg", udif().0),
        ("disk.dmg.img", udif().0),
        ("x.dmg", with_trailer(&cloop)),
        ("cloop.img", cloop.clone()),
        ("qcow2.dmg", with_trailer(&qcow2)),
        ("vdi.dmg", with_trailer(&vdi)),
        ("raw.img", vec![0; 4096]),
    ] {
        // qemu-img is given the whole path, of which the same is true but for one name.
        let options = named(images.path(name).to_str().unwrap());
        let image = probe_with(&bytes, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        let ours = (image.format().as_str().to_owned(), image.virtual_size());
        let theirs = qemu_takes(&images, name, &bytes);
        assert_eq!(Some(&ours), theirs.as_ref(), "{name}");
        seen.push(format!("{name} {}", ours.0));
    }
    assert!(seen.contains(&"disk.dmg dmg".to_owned()), "{seen:?}");
    assert!(seen.contains(&"x.dmg dmg".to_owned()), "{seen:?}");
    assert!(seen.contains(&"cloop.img cloop".to_owned()), "{seen:?}");
    assert!(seen.contains(&"qcow2.dmg qcow2".to_owned()), "{seen:?}");
    assert!(seen.contains(&"DISK.DMG raw".to_owned()), "{seen:?}");

    // A name of nothing but the suffix, which a whole path never is.
    let bare = probe_with(&udif().0, &named(".dmg")).unwrap();
    assert_eq!(bare.format(), Format::Raw);
    let polyglot = probe_with(&with_trailer(&cloop), &named("x.dmg")).unwrap();
    assert!(polyglot.also_matches().eq([Format::Cloop]));
}

/// Where QEMU refuses a file for its name, there is no trailer: then the name means nothing.
#[test]
fn a_name_without_a_trailer_means_nothing() {
    let images = Images::new();
    for (name, bytes) in [("zeros.dmg", vec![0; 4096]), ("short.dmg", vec![1; 3])] {
        assert_eq!(qemu_takes(&images, name, &bytes), None, "{name}");
        let image = probe_with(&bytes, &named(name)).unwrap();
        assert_eq!(image.format(), Format::Raw, "{name}");
    }
    // The format of the name is certain, and a field is impossible: never raw.
    let (base, at) = udif();
    let bytes = patched(&base, &[(at + 492, &u64::MAX.to_be_bytes())]);
    assert_eq!(qemu_takes(&images, "large.dmg", &bytes), None);
    let error = probe_with(&bytes, &named("large.dmg")).unwrap_err();
    assert_eq!(error.kind(), InvalidImage, "{error}");
    // Where the end is not known, neither is the format; other formats are.
    let error = probe_buffer(&base, None, &named("x.dmg")).unwrap_err();
    assert_eq!(error.kind(), NeedMoreData, "{error}");
    let qcow2 = images.create(&["-f", "qcow2", "NAME", "1M"]);
    let image = probe_buffer(&qcow2, None, &named("x.dmg")).unwrap();
    assert_eq!(image.format(), Format::Qcow2);
    // A format that was asked for is not changed by a name.
    let raw = named("x.dmg").format(Some(Format::Raw));
    assert_eq!(probe_with(&base, &raw).unwrap().format(), Format::Raw);
}

/// The header of an encrypted image, whose data starts at 0x1000, and a sector of that.
fn encrypted() -> Vec<u8> {
    patched(
        &[0x5a; 0x1200],
        &[
            (0, b"encrcdsa"),
            (8, &2u32.to_be_bytes()),
            (36, &[0xab; 16]),
            (52, &512u32.to_be_bytes()),
            (56, &512u64.to_be_bytes()),
            (64, &0x1000u64.to_be_bytes()),
        ],
    )
}

/// QEMU sees what it is in neither version, and cannot open it.
#[test]
fn encrypted_images() {
    let images = Images::new();
    let second = encrypted();
    let mut first = vec![0x5a; 0x1200];
    first.extend(b"cdsaencr");
    for (version, bytes, offset, uuid) in [
        (2, &second, Some(0x1000), Some([0xab; 16])),
        (1, &first, None, None),
    ] {
        let image = probe_with(bytes, &asked()).unwrap_or_else(|e| panic!("{version}: {e}"));
        assert_eq!(image.format(), Format::Dmg);
        let encryption = image.encryption().unwrap();
        assert_eq!(encryption.format, EncryptionFormat::Dmg);
        assert_eq!(encryption.payload_offset, offset);
        assert_eq!((image.uuid(), image.virtual_size()), (uuid, None));
        assert!(image.findings().eq([Finding::Encrypted]));
        assert_eq!(qemu_says_dmg(&images, bytes), None);
        let detected = probe_with(bytes, &named("x.dmg").thorough(true)).unwrap();
        assert_eq!(detected.format(), Format::Raw);
        assert!(detected.also_matches().next().is_none());
        let encryption = detected.encryption().unwrap();
        assert_eq!(encryption.format, EncryptionFormat::Dmg);
        assert_eq!(encryption.payload_offset, None, "it is raw");
        // The end is read by a thorough probe only.
        let quick = probe(bytes).unwrap();
        assert_eq!(quick.encryption().is_some(), version == 2);
        assert_eq!(qemu_takes(&images, "x.dmg", bytes), None);
    }
    // A trailer outweighs both, as it does for QEMU.
    let outside = with_trailer(&second);
    let image = probe_with(&outside, &asked()).unwrap();
    assert_eq!(image.virtual_size(), qemu_says_dmg(&images, &outside));
    assert!(image.encryption().is_none());
    // The signature of the first version stands at the very end.
    first.push(0);
    let error = probe_with(&first, &asked()).unwrap_err();
    assert_eq!(error.kind(), WrongFormat, "{error}");
}

#[test]
fn wrong_fields_of_an_encrypted_image() {
    let base = encrypted();
    for (words, offset, kind, bytes) in [
        (
            "version is 3",
            8,
            UnsupportedFeature,
            patched(&base, &[(11, &[3])]),
        ),
        (
            "data offset is 4609",
            64,
            InvalidImage,
            patched(&base, &[(70, &[0x12, 1])]),
        ),
    ] {
        let error = probe_with(&bytes, &asked()).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (kind, Some(offset)),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
    let end = patched(&base, &[(70, &[0x12, 0])]);
    assert!(probe_with(&end, &asked()).is_ok());
    for cut in 8..72 {
        let error = probe_with(&base[..cut], &asked()).unwrap_err();
        assert_eq!(error.kind(), Truncated, "{cut} bytes: {error}");
    }
}

/// Another reading of an image is not its encryption.
#[test]
fn an_image_of_another_format_that_looks_encrypted() {
    let images = Images::new();
    let thorough = Options::new().thorough(true);
    let mut qcow2 = images.create(&["-f", "qcow2", "NAME", "1M"]);
    qcow2.extend(b"cdsaencr");
    let vdi = images.create(&["-f", "vdi", "NAME", "1M"]);
    let vdi = patched(&vdi, &[(0, b"encrcdsa")]);
    for (bytes, format) in [(qcow2, Format::Qcow2), (vdi, Format::Vdi)] {
        let image = probe_with(&bytes, &thorough).unwrap();
        assert_eq!(image.format(), format);
        assert!(image.encryption().is_none());
        assert!(image.also_matches().eq([Format::Dmg]));
        assert!(image.has_finding(Finding::Ambiguous));
    }
}
