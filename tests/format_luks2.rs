// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS2: raw with a finding, and what its header says where it is asked for by name. The images
//! are cryptsetup's; so is the JSON that the facts are compared with.

mod common;
#[path = "format_luks2/copies.rs"]
mod copies;
#[path = "common/cryptsetup.rs"]
mod cryptsetup;
#[path = "format_luks2/key_slots.rs"]
mod key_slots;

use common::{assert_agreed, patched, probe, probe_with, Images};
use cryptsetup::{cryptsetup, FAST};
use diskprobe::ErrorKind::{self, InvalidImage, Truncated, UnsupportedFeature, WrongFormat};
use diskprobe::{EncryptionFormat, Error, Finding, Format, Image, Options};
use serde_json::Value;

const JSON: usize = 4096;
const MIB: u64 = 1 << 20;
/// A file of `size` bytes, formatted with these arguments, and what was written as JSON.
fn formatted(images: &Images, size: u64, arguments: &[&str]) -> (Vec<u8>, Value) {
    create(images, "luks2.img", size);
    let format = ["luksFormat", "--type", "luks2"];
    let all = [&format, &FAST[..], arguments, &["luks2.img", "-"]].concat();
    cryptsetup(images.directory(), &all);
    read_back(images, "luks2.img")
}

fn create(images: &Images, name: &str, size: u64) {
    let file = std::fs::File::create(images.path(name)).expect("a new file");
    file.set_len(size).expect("a sparse file");
}

fn read_back(images: &Images, name: &str) -> (Vec<u8>, Value) {
    let dump = ["luksDump", "--dump-json-metadata", name];
    let metadata = cryptsetup(images.directory(), &dump);
    let bytes = std::fs::read(images.path(name)).expect("the image");
    (bytes, serde_json::from_slice(&metadata).expect("JSON"))
}

/// A small image to change the bytes of.
fn base(images: &Images) -> Vec<u8> {
    let small = ["--luks2-keyslots-size", "256k", "--offset", "2048"];
    formatted(images, 2 * MIB, &small).0
}

fn by_name(bytes: &[u8]) -> Result<Image, Error> {
    probe_with(bytes, &Options::new().format(Some(Format::Luks)))
}

/// `base` with another JSON text.
fn with_text(base: &[u8], text: &str) -> Vec<u8> {
    let mut area = text.as_bytes().to_vec();
    area.resize(16384 - JSON, 0);
    patched(base, &[(JSON, &area)])
}

/// `base` with these segments, as text.
fn with_segments(base: &[u8], segments: &str) -> Vec<u8> {
    with_text(
        base,
        &format!(r#"{{"keyslots":{{}},"segments":{segments}}}"#),
    )
}

#[test]
fn by_its_bytes_it_is_raw_with_a_finding() {
    let images = Images::new();
    let (bytes, _) = formatted(&images, 20 * MIB + 100, &[]);
    // QEMU does not know of the encryption, and that is all that it and we say in two ways.
    let info = images.qemu_info_of(&bytes).expect("qemu-img opens it");
    let image = probe(&bytes).expect("a raw image");
    assert_eq!(info["format"], "raw");
    assert_eq!(image.format(), Format::Raw);
    assert_eq!(info["virtual-size"].as_u64(), image.virtual_size());
    assert_eq!(image.also_matches().count(), 0);

    let encryption = image.encryption().expect("the finding");
    assert_eq!(encryption.format, EncryptionFormat::Luks2);
    assert_eq!(encryption.uuid, Some(&bytes[168..168 + 36]));
    assert_eq!(encryption.payload_offset, None);
    assert_eq!(encryption.active_slots, None);

    // It costs no read beside that of the first sector, and no byte behind the signature.
    let limits = diskprobe::Limits::new().max_reads(1).expect("a low limit");
    assert!(probe_with(&bytes, &Options::new().limits(limits)).is_ok());
    for (length, uuid) in [(8, false), (207, false), (208, true), (512, true)] {
        let cut = probe(&bytes[..length]).expect("a raw image");
        let encryption = cut.encryption().expect("the finding");
        assert_eq!(encryption.uuid.is_some(), uuid, "{length} bytes");
    }

    // Asked for as raw, nothing is looked at; and other versions are nothing.
    let options = Options::new().format(Some(Format::Raw));
    let raw = probe_with(&bytes, &options).expect("a raw image");
    assert!(raw.encryption().is_none());
    for version in [0, 3] {
        let other = patched(&bytes, &[(7, &[version])]);
        assert_agreed(&images, "another version", &other);
        assert_eq!(by_name(&other).expect_err("no LUKS").kind(), WrongFormat);
    }
}

#[test]
fn beside_another_format_it_is_a_second_reading() {
    let images = Images::new();
    let vdi = images.create(&["-f", "vdi", "NAME", "64M"]);
    let both = patched(&vdi, &[(0, b"LUKS\xba\xbe\0\x02")]);
    let image = assert_agreed(&images, "VDI with a LUKS2 signature", &both);
    assert_eq!(image.format(), Format::Vdi);
    assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Luks]);
}

/// Asserts that the facts of an image asked for by name are those of its JSON.
fn assert_facts(name: &str, bytes: &[u8], metadata: &Value) -> Image {
    let image = by_name(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let segment = &metadata["segments"]["0"];
    let number =
        |value: &Value| -> u64 { value.as_str().expect("text").parse().expect("a number") };
    let offset = number(&segment["offset"]);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(image.format(), Format::Luks, "{name}");
    assert_eq!(encryption.format, EncryptionFormat::Luks2, "{name}");
    assert_eq!(encryption.payload_offset, Some(offset), "{name}");
    let cipher = [encryption.cipher, encryption.mode].map(|part| part.expect("both parts"));
    let cipher = String::from_utf8(cipher.join(&b'-')).expect("ASCII");
    assert_eq!(segment["encryption"], cipher, "{name}");
    let slots = metadata["keyslots"].as_object().expect("an object");
    let keys = slots
        .values()
        .filter(|slot| slot["type"] == "luks2")
        .count();
    assert_eq!(encryption.active_slots, u32::try_from(keys).ok(), "{name}");
    assert_eq!(encryption.uuid, Some(&bytes[168..168 + 36]), "{name}");
    assert!(image.findings().eq([Finding::Encrypted]), "{name}");
    if offset == 0 {
        assert_eq!(image.virtual_size(), None, "{name}");
    } else {
        let size = bytes.len() as u64 - offset;
        assert_eq!(image.recorded_size(), Some(size), "{name}");
        let sectors = size.next_multiple_of(512);
        assert_eq!(image.virtual_size(), Some(sectors), "{name}");
    }
    image
}

#[test]
fn by_name_its_header_is_read() {
    let images = Images::new();
    let cases: [(&str, u64, &[&str]); 7] = [
        ("plain", 20 * MIB, &[]),
        ("odd length", 20 * MIB + 100, &["--sector-size", "512"]),
        (
            "label",
            20 * MIB,
            &["--label", "a label", "--subsystem", "s"],
        ),
        (
            "other cipher",
            20 * MIB,
            &["--cipher", "aes-cbc-essiv:sha256"],
        ),
        ("large metadata", 40 * MIB, &["--luks2-metadata-size", "4m"]),
        (
            "metadata of 64 KiB",
            20 * MIB,
            &["--luks2-metadata-size", "64k"],
        ),
        ("data far behind", 40 * MIB, &["--offset", "65536"]),
    ];
    for (name, size, arguments) in cases {
        let (bytes, metadata) = formatted(&images, size, arguments);
        assert_facts(name, &bytes, &metadata);
    }

    formatted(&images, 20 * MIB, &[]);
    std::fs::write(images.path("key"), b"another").expect("a key file");
    let add = ["luksAddKey", "--key-file", "-", "luks2.img", "key"];
    cryptsetup(images.directory(), &[&FAST[..], &add].concat());
    let (bytes, metadata) = read_back(&images, "luks2.img");
    let image = assert_facts("two keys", &bytes, &metadata);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.active_slots, Some(2));
}

#[test]
fn a_detached_header_has_no_data() {
    let images = Images::new();
    create(&images, "header.img", 16 * MIB);
    create(&images, "data.img", 4 * MIB);
    let format = ["luksFormat", "--type", "luks2", "--header", "header.img"];
    let all = [&format, &FAST[..], &["data.img", "-"]].concat();
    cryptsetup(images.directory(), &all);
    let (header, metadata) = read_back(&images, "header.img");
    let image = assert_facts("detached", &header, &metadata);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(0));
}

#[test]
fn a_device_that_is_encrypted_anew_has_several_segments() {
    let images = Images::new();
    formatted(&images, 40 * MIB, &[]);
    let init = [&["reencrypt", "--init-only"], &FAST[..], &["luks2.img"]].concat();
    cryptsetup(images.directory(), &[&init[..], &["-d", "-"]].concat());
    let (bytes, metadata) = read_back(&images, "luks2.img");
    assert_eq!(
        metadata["segments"].as_object().map(|all| all.len()),
        Some(3)
    );
    assert_facts("backups of the segment", &bytes, &metadata);

    // Encryption in place: the first part of the data has been moved behind the rest.
    create(&images, "plain.img", 30 * MIB);
    let arguments = [
        "reencrypt",
        "--encrypt",
        "--init-only",
        "--reduce-device-size",
        "16M",
    ];
    let arguments = [
        &arguments,
        &FAST[..],
        &["--type", "luks2", "plain.img", "-d", "-"],
    ]
    .concat();
    cryptsetup(images.directory(), &arguments);
    let (bytes, metadata) = read_back(&images, "plain.img");
    let segments = &metadata["segments"];
    assert_eq!(segments["0"]["size"], "8388608", "{segments}");
    assert_eq!(segments["1"]["size"], "6291456", "{segments}");
    let image = by_name(&bytes).expect("a LUKS2 image");
    assert_eq!(image.virtual_size(), Some(8_388_608 + 6_291_456));
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(8 * MIB));
}

#[test]
fn segments_may_end_before_the_device() {
    let images = Images::new();
    let base = base(&images);
    let size = |segments: &str| {
        let image = by_name(&with_segments(&base, segments)).expect(segments);
        let payload = image.encryption().and_then(|found| found.payload_offset);
        (payload, image.recorded_size())
    };
    let fixed = r#"{"0":{"offset":"1048576","size":"4096"}}"#;
    assert_eq!(size(fixed), (Some(MIB), Some(4096)));
    let whole = r#"{"0":{"offset":"1048576","size":"1048576"}}"#;
    assert_eq!(size(whole), (Some(MIB), Some(MIB)));
    let two =
        r#"{"1":{"offset":"1048576","size":"512"},"0":{"offset":"1572864","size":"dynamic"}}"#;
    assert_eq!(size(two), (Some(MIB), Some(512 + MIB / 2)));
    let empty = r#"{"63":{"offset":"2097152","size":"dynamic"}}"#;
    assert_eq!(size(empty), (Some(2 * MIB), Some(0)));
    assert_eq!(size("{}"), (None, None));
}

#[test]
fn what_its_header_must_not_say() {
    let images = Images::new();
    // Without the second copy, which would take the place of a broken one.
    let base = patched(&base(&images), &[(16384, &[0; 8])]);
    let be8 = u64::to_be_bytes;
    let segment = |members: &str| with_segments(&base, &format!(r#"{{"0":{{{members}}}}}"#));
    let offset = |offset: &str| segment(&format!(r#""offset":"{offset}","size":"dynamic""#));
    let size = |size: &str| segment(&format!(r#""offset":"1048576","size":"{size}""#));
    // Where the value of a first segment's offset stands.
    let value = JSON + r#"{"keyslots":{},"segments":{"0":{"offset":""#.len();
    let size_value = value + r#"1048576","size":""#.len();
    let number = JSON + r#"{"keyslots":{},"segments":{""#.len();
    let mut endless = patched(&base, &[(8, &be8(128 << 10)), (JSON, &[b' '; 64 << 10])]);
    endless.resize(4 << 20, 0);
    let cases: Vec<(&str, ErrorKind, usize, Vec<u8>)> = vec![
        (
            "hdr_size is 8192",
            InvalidImage,
            8,
            patched(&base, &[(8, &be8(8192))]),
        ),
        (
            "hdr_size is 24576",
            InvalidImage,
            8,
            patched(&base, &[(8, &be8(24576))]),
        ),
        (
            "hdr_size is 8388608",
            InvalidImage,
            8,
            patched(&base, &[(8, &be8(8 << 20))]),
        ),
        (
            "hdr_offset is 16384",
            InvalidImage,
            256,
            patched(&base, &[(256, &be8(16384))]),
        ),
        ("LUKS2 header", Truncated, 0, base[..511].to_vec()),
        ("LUKS2 metadata", Truncated, JSON, base[..16383].to_vec()),
        ("longer than 64 KiB", UnsupportedFeature, JSON, endless),
        (
            "is not a JSON object",
            InvalidImage,
            JSON,
            with_text(&base, ""),
        ),
        (
            "is not a JSON object",
            InvalidImage,
            JSON,
            with_text(&base, "{\"segments\":{}"),
        ),
        (
            "lists no segments",
            InvalidImage,
            JSON,
            with_text(&base, r#"{"keyslots":{}}"#),
        ),
        (
            "or no keyslots",
            InvalidImage,
            JSON,
            with_text(&base, r#"{"segments":{}}"#),
        ),
        (
            "lists no segments",
            InvalidImage,
            JSON,
            with_segments(&base, "[]"),
        ),
        (
            "a name comes twice",
            InvalidImage,
            JSON + 16,
            with_text(&base, r#"{"segments":{},"segments":{}}"#),
        ),
        (
            "a name is not in plain text",
            InvalidImage,
            JSON + 2,
            with_text(&base, r#"{"\u0073":1}"#),
        ),
        (
            "a name comes twice",
            InvalidImage,
            value + 4,
            offset(r#"1","offset":"1"#),
        ),
        (
            "a number is out of range",
            InvalidImage,
            number,
            with_segments(&base, r#"{"64":{}}"#),
        ),
        (
            "a number is out of range",
            InvalidImage,
            number,
            with_segments(&base, r#"{"":{}}"#),
        ),
        (
            "a number is out of range",
            InvalidImage,
            number,
            with_segments(&base, r#"{"-1":{}}"#),
        ),
        (
            "or comes twice",
            InvalidImage,
            number + r#"0":{"flags":["backup-x"]},""#.len(),
            with_segments(&base, r#"{"0":{"flags":["backup-x"]},"0":{}}"#),
        ),
        (
            "what has this number is no object",
            InvalidImage,
            number,
            with_segments(&base, r#"{"0":1}"#),
        ),
        ("a segment has no place", InvalidImage, JSON, segment("")),
        (
            "no string in plain text",
            InvalidImage,
            JSON,
            segment(r#""offset":1048576"#),
        ),
        (
            "no string in plain text",
            InvalidImage,
            JSON,
            offset(r"1048576\n"),
        ),
        (
            "a segment's offset is no number",
            InvalidImage,
            value,
            offset(""),
        ),
        (
            "a segment's offset is no number",
            InvalidImage,
            value,
            offset("+1048576"),
        ),
        (
            "a segment's offset is no number",
            InvalidImage,
            value,
            offset("18446744073709551616"),
        ),
        (
            "segment offset is 1048577",
            InvalidImage,
            value,
            offset("1048577"),
        ),
        (
            "segment offset is 2097664",
            InvalidImage,
            value,
            offset("2097664"),
        ),
        (
            "a segment's size is no number",
            InvalidImage,
            size_value,
            size("Dynamic"),
        ),
        (
            "segment size is 1048577",
            InvalidImage,
            size_value,
            size("1048577"),
        ),
        (
            "flags are no list",
            InvalidImage,
            JSON,
            segment(r#""flags":"backup-x""#),
        ),
        (
            "flags are not in plain text",
            InvalidImage,
            JSON,
            segment(r#""flags":["\u0062ackup-x"]"#),
        ),
    ];
    for (words, kind, offset, bytes) in &cases {
        let error = by_name(bytes).expect_err(words);
        let message = error.to_string();
        assert_eq!(
            (error.kind(), error.offset()),
            (*kind, Some(*offset as u64)),
            "{message}"
        );
        assert!(message.contains(words), "{message:?} lacks {words:?}");
        // Detection does not look at any of this.
        assert_eq!(probe(bytes).expect("raw").format(), Format::Raw, "{words}");
    }
}
