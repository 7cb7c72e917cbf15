// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compares our facts of images made by `cryptsetup luksFormat` with `cryptsetup luksDump`.

use super::{probed, value};
use crate::cryptsetup::CRYPTSETUP;
use diskprobe::{EncryptionFormat, Format};
use diskprobe_test_support::recipes::shell;
use diskprobe_test_support::{trials, Images};
use libtest_mimic::Trial;
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    trials![[CRYPTSETUP];
        luks1_facts_match_luks_dump,
        luks2_facts_match_luks_dump,
        facts_of_a_detached_header_match_luks_dump,
    ]
}

/// Ciphers and hashes that cryptsetup can use without the kernel's device mapper.
const VARIANTS: [&str; 17] = [
    "",
    "-c aes-cbc-essiv:sha256 -s 128",
    "-c aes-cbc-essiv:sha256 -s 256",
    "-c aes-cbc-plain -s 192",
    "-c aes-cbc-plain64 -s 256",
    "-c aes-xts-plain -s 256",
    "-c aes-xts-plain64be -s 512",
    "-c aes-ecb -s 256",
    "-c aes-ctr-plain64 -s 256",
    "-h sha1",
    "-h sha224",
    "-h sha384",
    "-h sha512",
    "-h ripemd160",
    "-h whirlpool",
    "-h sha3-256",
    "--offset 8192 --uuid 01234567-89ab-cdef-0123-456789abcdef",
];

/// Options that make key derivation quick.
const QUICK: &str = "-q --disable-locks --pbkdf-force-iterations 1000";
const LENGTH: u64 = 32 << 20;

fn format(images: &Images, name: &str, arguments: &str) {
    let command = format!(
        "rm -f {name} {name}.header; truncate -s {LENGTH} {name}; \
         printf abc|cryptsetup luksFormat {QUICK} {arguments} {name} -"
    );
    shell(images, &command);
}

fn is_luks(images: &Images, name: &str, version: u8) -> bool {
    let command = format!("cryptsetup isLuks --type luks{version} {name} && echo yes || echo no");
    shell(images, &command) == "yes\n"
}

/// Returns a fact as text.
fn text(fact: Option<&[u8]>) -> &str {
    std::str::from_utf8(fact.expect("a fact")).expect("UTF-8")
}

fn luks1_facts_match_luks_dump() {
    let images = Images::new();
    for (index, variant) in VARIANTS.iter().enumerate() {
        format(&images, "luks1", &format!("--type luks1 {variant}"));
        if index == 0 {
            let more = "printf abc>key; printf def|cryptsetup luksAddKey -q --disable-locks \
                        --pbkdf-force-iterations 1000 --key-file key luks1 -";
            shell(&images, more);
        }
        assert_as_dumped(&images, "luks1", LENGTH);
    }
    println!("{} LUKS1 images", VARIANTS.len());
}

fn assert_as_dumped(images: &Images, name: &str, length: u64) {
    let dump = shell(
        images,
        &format!("cryptsetup luksDump --disable-locks {name}"),
    );
    let image = probed(images, name, None);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(
        (image.format(), encryption.format),
        (Format::Luks, EncryptionFormat::Luks)
    );
    assert!(is_luks(images, name, 1) && !is_luks(images, name, 2));
    assert_eq!(value(&dump, "Version"), Some("1"));
    assert_eq!(value(&dump, "Cipher name"), Some(text(encryption.cipher)));
    assert_eq!(value(&dump, "Cipher mode"), Some(text(encryption.mode)));
    assert_eq!(value(&dump, "Hash spec"), Some(text(encryption.hash)));
    assert_eq!(value(&dump, "UUID"), Some(text(encryption.uuid)));
    let sectors = value(&dump, "Payload offset").and_then(|sectors| sectors.parse::<u64>().ok());
    let payload = sectors.expect("a number") * 512;
    assert_eq!(encryption.payload_offset, Some(payload));
    let enabled = dump.matches(": ENABLED").count();
    assert_eq!(
        encryption.active_slots.map(|count| count as usize),
        Some(enabled)
    );
    // The data of a detached header is in another file, so its size is unknown.
    let size = (payload != 0).then(|| length - payload);
    assert_eq!(image.virtual_size(), size, "{dump}");
}

fn luks2_facts_match_luks_dump() {
    let images = Images::new();
    for variant in VARIANTS {
        let small = "--luks2-keyslots-size 1m";
        let small = if variant.contains("--offset") {
            ""
        } else {
            small
        };
        format(
            &images,
            "luks2",
            &format!("--type luks2 --pbkdf pbkdf2 {small} {variant}"),
        );
        assert_as_json_says(&images, "luks2", Some(LENGTH));
    }
    println!("{} LUKS2 images", VARIANTS.len());
}

fn assert_as_json_says(images: &Images, name: &str, length: Option<u64>) {
    let dump = format!("cryptsetup luksDump --disable-locks --dump-json-metadata {name}");
    let dump: Value = serde_json::from_str(&shell(images, &dump)).expect("JSON");
    let found = probed(images, name, None);
    let finding = found.encryption().expect("encryption").format;
    assert_eq!(
        (found.format(), finding),
        (Format::Raw, EncryptionFormat::Luks2)
    );
    assert!(is_luks(images, name, 2) && !is_luks(images, name, 1));

    let image = probed(images, name, Some(Format::Luks));
    let encryption = image.encryption().expect("encryption");
    let segment = &dump["segments"]["0"];
    let (cipher, mode) = (text(encryption.cipher), text(encryption.mode));
    assert_eq!(segment["encryption"], format!("{cipher}-{mode}"));
    let uuid = shell(
        images,
        &format!("cryptsetup luksUUID --disable-locks {name}"),
    );
    assert_eq!(uuid.trim_end(), text(encryption.uuid));
    let offset = segment["offset"]
        .as_str()
        .and_then(|offset| offset.parse::<u64>().ok());
    assert_eq!(encryption.payload_offset, offset);
    let slots = dump["keyslots"].as_object().expect("key slots").len();
    assert_eq!(
        encryption.active_slots.map(|count| count as usize),
        Some(slots)
    );
    let size = length.map(|length| length - offset.expect("a number"));
    assert_eq!(image.virtual_size(), size);
}

fn facts_of_a_detached_header_match_luks_dump() {
    let images = Images::new();
    format(&images, "data", "--type luks1 --header data.header");
    assert_as_dumped(&images, "data.header", 0);
    format(
        &images,
        "data",
        "--type luks2 --pbkdf pbkdf2 --header data.header",
    );
    assert_as_json_says(&images, "data.header", None);
    let data = probed(&images, "data", None);
    assert!(data.encryption().is_none() && !is_luks(&images, "data", 1));
}
