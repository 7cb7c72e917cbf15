// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS images with `cryptsetup`: images that it makes, and its view of built images.

use diskprobe::ErrorKind::InvalidImage;
use diskprobe::{EncryptionFormat, Finding, Format, Image};
use diskprobe_test_support::build::MIB;
use diskprobe_test_support::cases::{luks, luks2};
use diskprobe_test_support::oracle::Need;
use diskprobe_test_support::probe::{probe, probe_as};
use diskprobe_test_support::{patched, trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// The need for `cryptsetup`, which other modules share.
pub(crate) const CRYPTSETUP: Need = Need::Program("cryptsetup", "cryptsetup-bin");
/// Options that make key derivation quick.
const QUICK: [&str; 4] = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];

pub(crate) fn trials() -> Vec<Trial> {
    trials![[CRYPTSETUP];
        cryptsetup_opens_luks1_images_as_expected,
        the_header_copy_used_matches_cryptsetup,
        key_slot_bounds_match_cryptsetup,
        cipher_names_match_cryptsetup,
        luks2_facts_match_the_json_of_cryptsetup,
        an_erased_image_has_no_active_key_slot,
        a_second_copy_at_4_mib_is_found,
        a_detached_header_has_no_size,
        a_device_under_reencryption_has_several_segments,
    ]
}

/// Runs cryptsetup in the directory of the images, with a passphrase. Returns its output.
fn cryptsetup(images: &Images, arguments: &[&str]) -> Vec<u8> {
    let mut child = Command::new("cryptsetup")
        .arg("--batch-mode")
        .args(arguments)
        .current_dir(images.directory())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cryptsetup starts");
    let mut input = child.stdin.take().expect("a pipe");
    // Not every command reads the passphrase, so this may fail.
    let _ = input.write_all(b"passphrase");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "cryptsetup {arguments:?}");
    output.stdout
}

/// Returns the output of `luksDump` for these bytes, or `None` if it refuses them. cryptsetup may
/// repair the file, so it gets a copy.
fn dump(images: &Images, bytes: &[u8]) -> Option<String> {
    let path = images.write("dumped.img", bytes);
    let mut command = Command::new("cryptsetup");
    let output = command.arg("luksDump").arg(path).output();
    let output = output.expect("cryptsetup starts");
    let text = String::from_utf8(output.stdout).expect("text");
    output.status.success().then_some(text)
}

fn create(images: &Images, name: &str, size: u64) {
    let file = std::fs::File::create(images.path(name)).expect("a new file");
    file.set_len(size).expect("a sparse file");
}

/// Formats a file of `size` bytes with these arguments. Returns its bytes and its JSON metadata.
fn formatted(images: &Images, size: u64, arguments: &[&str]) -> (Vec<u8>, Value) {
    create(images, "luks2.img", size);
    let format = ["luksFormat", "--type", "luks2"];
    let all = [&format, &QUICK[..], arguments, &["luks2.img", "-"]].concat();
    cryptsetup(images, &all);
    read_back(images, "luks2.img")
}

fn read_back(images: &Images, name: &str) -> (Vec<u8>, Value) {
    let metadata = cryptsetup(images, &["luksDump", "--dump-json-metadata", name]);
    let metadata = serde_json::from_slice(&metadata).expect("JSON");
    (images.read(name), metadata)
}

fn by_name(bytes: &[u8]) -> Image {
    probe_as(Format::Luks, bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn cipher(image: &Image) -> String {
    let encryption = image.encryption().expect("encryption");
    let parts = [encryption.cipher, encryption.mode].map(|part| part.expect("both parts"));
    String::from_utf8(parts.join(&b'-')).expect("ASCII")
}

fn cryptsetup_opens_luks1_images_as_expected() {
    let images = Images::new();
    for (case, is_opened) in luks::all() {
        let dump = dump(&images, &case.bytes);
        assert_eq!(dump.is_some(), is_opened, "{}", case.name);
        if let (Some(dump), Some(image)) = (dump, case.assert_ours()) {
            let is_null = image.has_finding(Finding::NullCipher);
            assert_eq!(dump.contains("cipher_null"), is_null, "{dump}");
        }
    }
}

fn the_header_copy_used_matches_cryptsetup() {
    let images = Images::new();
    for copies in luks2::copies() {
        let dump = dump(&images, &copies.bytes).expect(copies.name);
        let line = format!("cipher: {}\n", copies.cipher);
        assert!(dump.contains(&line), "{}: {dump}", copies.name);
        let image = by_name(&copies.bytes);
        assert_eq!(cipher(&image), copies.cipher, "{}", copies.name);
        let encryption = image.encryption().expect("encryption");
        let uuid = String::from_utf8_lossy(encryption.uuid.expect("a UUID")).into_owned();
        assert!(dump.contains(&uuid), "{}: {uuid} {dump}", copies.name);
    }
}

fn key_slot_bounds_match_cryptsetup() {
    let images = Images::new();
    for (name, bytes, is_possible) in luks2::key_slots() {
        let is_opened = dump(&images, &bytes).is_some();
        assert_eq!(is_opened, is_possible, "{name}");
        let image = probe_as(Format::Luks, &bytes);
        assert_eq!(image.is_ok(), is_possible, "{name}: {image:?}");
    }
}

fn cipher_names_match_cryptsetup() {
    let images = Images::new();
    for (name, bytes, is_null) in luks2::ciphers() {
        let dump = dump(&images, &bytes).expect(name);
        assert!(dump.contains(&format!("cipher: {name}\n")), "{dump}");
        let image = by_name(&bytes);
        assert_eq!(image.has_finding(Finding::NullCipher), is_null, "{name}");
    }
}

/// Asserts that the facts of an image probed as LUKS match its JSON metadata.
fn assert_facts(name: &str, bytes: &[u8], metadata: &Value) -> Image {
    let image = by_name(bytes);
    let segment = &metadata["segments"]["0"];
    let offset = segment["offset"].as_str().expect("text");
    let offset: u64 = offset.parse().expect("a number");
    let encryption = image.encryption().expect("encryption");
    assert_eq!(image.format(), Format::Luks, "{name}");
    assert_eq!(encryption.format, EncryptionFormat::Luks2, "{name}");
    assert_eq!(encryption.payload_offset, Some(offset), "{name}");
    assert_eq!(segment["encryption"], cipher(&image), "{name}");
    let slots = metadata["keyslots"].as_object().expect("an object");
    let keys = slots.values().filter(|slot| slot["type"] == "luks2");
    let keys = u32::try_from(keys.count()).ok();
    assert_eq!(encryption.active_slots, keys, "{name}");
    assert_eq!(encryption.uuid, Some(&bytes[168..168 + 36]), "{name}");
    // What a volume in change needs is a requirement, which is not known.
    let is_in_change = metadata["config"]["requirements"] != Value::Null;
    let unknown = is_in_change.then_some(Finding::UnknownFeature);
    let expected = [Finding::Encrypted].into_iter().chain(unknown);
    assert!(image.findings().eq(expected), "{name}");
    let size = (offset != 0).then(|| bytes.len() as u64 - offset);
    assert_eq!(image.recorded_size(), size, "{name}");
    let sectors = size.map(|size| size.next_multiple_of(512));
    assert_eq!(image.virtual_size(), sectors, "{name}");
    // Detection treats LUKS2 as raw.
    let raw = probe(bytes).expect("raw");
    let found = raw.encryption().map(|encryption| encryption.format);
    assert_eq!(
        (raw.format(), found),
        (Format::Raw, Some(EncryptionFormat::Luks2))
    );
    image
}

fn luks2_facts_match_the_json_of_cryptsetup() {
    let images = Images::new();
    let cases: [(u64, &[&str]); 7] = [
        (20 * MIB, &[]),
        (20 * MIB + 100, &["--sector-size", "512"]),
        (20 * MIB, &["--label", "a label", "--subsystem", "s"]),
        (20 * MIB, &["--cipher", "aes-cbc-essiv:sha256"]),
        (40 * MIB, &["--luks2-metadata-size", "4m"]),
        (20 * MIB, &["--luks2-metadata-size", "64k"]),
        (40 * MIB, &["--offset", "65536"]),
    ];
    for (size, arguments) in cases {
        let (bytes, metadata) = formatted(&images, size, arguments);
        assert_facts(&arguments.join(" "), &bytes, &metadata);
    }
    formatted(&images, 20 * MIB, &[]);
    images.write("key", "another");
    let add = ["luksAddKey", "--key-file", "-", "luks2.img", "key"];
    cryptsetup(&images, &[&QUICK[..], &add].concat());
    let (bytes, metadata) = read_back(&images, "luks2.img");
    let image = assert_facts("two keys", &bytes, &metadata);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.active_slots, Some(2));
}

fn an_erased_image_has_no_active_key_slot() {
    let images = Images::new();
    formatted(&images, 20 * MIB, &[]);
    cryptsetup(&images, &["luksErase", "luks2.img"]);
    let bytes = images.read("luks2.img");
    let dump = dump(&images, &bytes).expect("cryptsetup opens it");
    assert!(!dump.contains("0: luks2"), "{dump}");
    let image = by_name(&bytes);
    assert!(image.findings().eq([Finding::Encrypted, Finding::NoKey]));
}

fn a_second_copy_at_4_mib_is_found() {
    let images = Images::new();
    let large = [
        "--luks2-metadata-size",
        "4m",
        "--luks2-keyslots-size",
        "256k",
    ];
    let (bytes, _) = formatted(&images, 20 * MIB, &large);
    let broken = patched(&bytes, &[(8, &[0; 8])]);
    assert!(dump(&images, &broken).is_some());
    assert!(by_name(&broken).has_finding(Finding::HeadersDiffer));
    let neither = patched(&broken, &[(4 << 20, &[0; 8])]);
    assert_eq!(dump(&images, &neither), None);
    let error = probe_as(Format::Luks, &neither).expect_err("no copy is whole");
    assert_eq!((error.kind(), error.offset()), (InvalidImage, Some(8)));
}

fn a_detached_header_has_no_size() {
    let images = Images::new();
    create(&images, "header.img", 16 * MIB);
    create(&images, "data.img", 4 * MIB);
    let format = ["luksFormat", "--type", "luks2", "--header", "header.img"];
    cryptsetup(&images, &[&format, &QUICK[..], &["data.img", "-"]].concat());
    let (header, metadata) = read_back(&images, "header.img");
    let image = assert_facts("detached", &header, &metadata);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(0));
}

fn a_device_under_reencryption_has_several_segments() {
    let images = Images::new();
    formatted(&images, 40 * MIB, &[]);
    let init = [
        &["reencrypt", "--init-only"],
        &QUICK[..],
        &["luks2.img", "-d", "-"],
    ];
    cryptsetup(&images, &init.concat());
    let (bytes, metadata) = read_back(&images, "luks2.img");
    let segments = metadata["segments"].as_object();
    assert_eq!(segments.map(|all| all.len()), Some(3));
    assert_facts("backups of the segment", &bytes, &metadata);

    // cryptsetup encrypts in place. It moved the first part of the data to the end.
    create(&images, "plain.img", 30 * MIB);
    let encrypt = [
        "reencrypt",
        "--encrypt",
        "--init-only",
        "--reduce-device-size",
        "16M",
    ];
    let image = ["--type", "luks2", "plain.img", "-d", "-"];
    cryptsetup(&images, &[&encrypt, &QUICK[..], &image].concat());
    let (bytes, metadata) = read_back(&images, "plain.img");
    let segments = &metadata["segments"];
    assert_eq!(segments["0"]["size"], "8388608", "{segments}");
    assert_eq!(segments["1"]["size"], "6291456", "{segments}");
    let image = by_name(&bytes);
    assert_eq!(image.virtual_size(), Some(8_388_608 + 6_291_456));
    // What is not encrypted yet is in the clear.
    assert!(image.has_finding(Finding::NullCipher));
    assert!(image.has_finding(Finding::UnknownFeature));
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(8 * MIB));
}
