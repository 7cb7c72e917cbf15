// SPDX-License-Identifier: MIT OR Apache-2.0
//! LUKS2. Detection treats it as encrypted raw; its header is read if luks is given. The images are
//! built here; `tests/agreement` uses those of `cryptsetup`.

use diskprobe::ErrorKind::{InvalidImage, UnsupportedFeature, WrongFormat};
use diskprobe::{EncryptionFormat, Error, Finding, Format, Image, Limits, Options};
use diskprobe_test_support::build::{luks2, luks2_of, LUKS2_COPY, LUKS2_METADATA, MIB};
use diskprobe_test_support::cases::luks2::{base, ciphers, copies, key_slots, metadata};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_error, probe, probe_as, probe_with};
use serde_json::json;

/// The offset of the JSON text in the first copy of the header.
const JSON: usize = 4096;

fn by_name(bytes: &[u8]) -> Result<Image, Error> {
    probe_as(Format::Luks, bytes)
}

/// Returns `base` with another JSON text.
fn with_text(base: &[u8], text: &str) -> Vec<u8> {
    let mut area = text.as_bytes().to_vec();
    area.resize(LUKS2_COPY - JSON, 0);
    patched(base, &[(JSON, &area)])
}

/// Returns `base` with these segments, given as text.
fn with_segments(base: &[u8], segments: &str) -> Vec<u8> {
    with_text(
        base,
        &format!(r#"{{"keyslots":{{}},"segments":{segments}}}"#),
    )
}

#[test]
fn luks2_is_detected_as_encrypted_raw() {
    let bytes = base();
    let image = probe(&bytes).expect("a raw image");
    assert_eq!(image.format(), Format::Raw);
    assert_eq!(image.virtual_size(), Some(2 * MIB));
    assert_eq!(image.also_matches().count(), 0);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.format, EncryptionFormat::Luks2);
    assert_eq!(encryption.uuid, Some(&bytes[168..168 + 36]));
    assert_eq!(encryption.payload_offset, None);
    assert_eq!(encryption.active_slots, None);
}

#[test]
fn detection_reads_the_first_sector_only() {
    let bytes = base();
    let limits = Limits::new().max_reads(1).expect("a low limit");
    assert!(probe_with(&bytes, &Options::new().limits(limits)).is_ok());
    for (length, has_uuid) in [(8, false), (207, false), (208, true), (512, true)] {
        let cut = probe(&bytes[..length]).expect("a raw image");
        let encryption = cut.encryption().expect("encryption");
        assert_eq!(encryption.uuid.is_some(), has_uuid, "{length} bytes");
    }
}

#[test]
fn luks2_given_as_raw_is_not_encrypted() {
    let raw = probe_as(Format::Raw, &base()).expect("a raw image");
    assert!(raw.encryption().is_none());
}

#[test]
fn other_versions_are_not_luks() {
    for version in [0, 3] {
        let other = patched(&base(), &[(7, &[version])]);
        let image = probe(&other).expect("a raw image");
        assert!(image.encryption().is_none());
        assert_eq!(by_name(&other).expect_err("no LUKS").kind(), WrongFormat);
    }
}

#[test]
fn a_luks2_header_is_read_if_luks_is_given() {
    let bytes = base();
    let image = by_name(&bytes).expect("a LUKS2 image");
    let encryption = image.encryption().expect("encryption");
    assert_eq!(image.format(), Format::Luks);
    assert_eq!(encryption.format, EncryptionFormat::Luks2);
    assert_eq!(encryption.payload_offset, Some(MIB));
    assert_eq!(encryption.cipher, Some(&b"aes"[..]));
    assert_eq!(encryption.mode, Some(&b"xts-plain64"[..]));
    assert_eq!(encryption.active_slots, Some(1));
    assert_eq!(encryption.uuid, Some(&bytes[168..168 + 36]));
    assert_eq!(image.virtual_size(), Some(MIB));
    assert!(image.findings().eq([Finding::Encrypted]));
}

#[test]
fn an_odd_length_is_rounded_up_to_whole_sectors() {
    let odd = [base(), vec![0; 100]].concat();
    let image = by_name(&odd).expect("a LUKS2 image");
    let sizes = (image.recorded_size(), image.virtual_size());
    assert_eq!(sizes, (Some(MIB + 100), Some(MIB + 512)));
}

#[test]
fn a_detached_header_has_no_size() {
    let mut detached = metadata();
    detached["segments"]["0"]["offset"] = json!("0");
    let image = by_name(&luks2(&detached.to_string())).expect("a LUKS2 image");
    assert_eq!(image.virtual_size(), None);
    let encryption = image.encryption().expect("encryption");
    assert_eq!(encryption.payload_offset, Some(0));
}

#[test]
fn each_key_slot_with_a_key_is_active() {
    let mut two = metadata();
    let mut second = two["keyslots"]["0"].clone();
    second["area"]["size"] = json!("4096");
    two["keyslots"]["0"]["area"]["size"] = json!("4096");
    second["area"]["offset"] = json!("36864");
    two["keyslots"]["1"] = second;
    let active = |metadata: &serde_json::Value| {
        let image = by_name(&luks2(&metadata.to_string())).expect("a LUKS2 image");
        image
            .encryption()
            .and_then(|encryption| encryption.active_slots)
    };
    assert_eq!(active(&two), Some(2));
    // A slot of this type describes a running reencryption and holds no key.
    two["keyslots"]["1"]["type"] = json!("reencrypt");
    assert_eq!(active(&two), Some(1));
}

#[test]
fn an_image_without_an_active_key_slot_is_a_finding() {
    let mut erased = metadata();
    erased["keyslots"] = json!({});
    let image = by_name(&luks2(&erased.to_string())).expect("a LUKS2 image");
    assert!(image.findings().eq([Finding::Encrypted, Finding::NoKey]));
}

#[test]
fn the_later_valid_copy_is_used() {
    for case in copies() {
        let name = case.name;
        let image = by_name(&case.bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let encryption = image.encryption().expect("encryption");
        let cipher = [encryption.cipher, encryption.mode].map(|part| part.expect("both parts"));
        assert_eq!(cipher.join(&b'-'), case.cipher.as_bytes(), "{name}");
        assert_eq!(
            image.has_finding(Finding::HeadersDiffer),
            case.differ,
            "{name}"
        );
        // Detection reads only the first sector, so it does not compare copies.
        let detected = probe(&case.bytes).expect("raw");
        assert!(!detected.has_finding(Finding::HeadersDiffer), "{name}");
    }
}

/// The second copy can be at several offsets after an invalid first one. Trying all of them costs a
/// bounded number of reads.
#[test]
fn a_second_copy_at_a_high_offset_is_found() {
    let size = 4 << 20;
    let mut far = metadata();
    far["segments"]["0"]["offset"] = json!((16 * MIB).to_string());
    far["keyslots"] = json!({});
    let bytes = luks2_of(&far.to_string(), size, 20 << 20);
    let broken = patched(&bytes, &[(8, &[0; 8])]);
    let image = by_name(&broken).expect("the second copy");
    assert!(image.has_finding(Finding::HeadersDiffer));
    let neither = patched(&broken, &[(size, &[0; 8])]);
    assert_error(by_name(&neither), InvalidImage, 8, "hdr_size");
}

#[test]
fn key_slots_must_be_within_their_area() {
    for (name, bytes, is_good) in key_slots() {
        match by_name(&bytes) {
            Ok(image) => {
                assert!(is_good, "{name}");
                assert!(image.findings().eq([Finding::Encrypted]), "{name}");
            }
            Err(error) => {
                assert!(!is_good, "{name}: {error}");
                assert_eq!(error.kind(), InvalidImage, "{name}: {error}");
                assert!(error.to_string().contains("keyslot area "), "{error}");
            }
        }
    }
}

#[test]
fn a_null_cipher_is_a_finding() {
    for (cipher, bytes, is_null) in ciphers() {
        let image = by_name(&bytes).expect(cipher);
        assert_eq!(image.has_finding(Finding::NullCipher), is_null, "{cipher}");
        assert!(image.has_finding(Finding::Encrypted));
    }
    // One null cipher in several segments is enough.
    let segment = |offset: u64, cipher: &str| {
        json!({ "type": "crypt", "offset": offset.to_string(), "size": "4096",
                "iv_tweak": "0", "encryption": cipher, "sector_size": 512 })
    };
    let null = "cipher_null-ecb";
    for (first, second) in [("aes-xts", null), (null, "aes-xts")] {
        let mut metadata = metadata();
        metadata["segments"] =
            json!({ "0": segment(MIB, first), "1": segment(MIB + 4096, second) });
        let image = by_name(&luks2(&metadata.to_string())).expect("segments");
        assert!(image.has_finding(Finding::NullCipher), "{first}, {second}");
    }
}

fn thorough(bytes: &[u8]) -> Vec<Finding> {
    let image = probe_with(bytes, &Options::new().thorough(true)).expect("raw");
    assert_eq!(image.format(), Format::Raw);
    image.findings().collect()
}

/// Asserts the findings of these metadata, and that a thorough probe has the same without a given
/// format.
#[track_caller]
fn assert_findings(metadata: &serde_json::Value, expected: &[Finding]) {
    let bytes = luks2(&metadata.to_string());
    let image = by_name(&bytes).expect("LUKS2");
    assert!(
        image.findings().eq(expected.iter().copied()),
        "{:?}",
        image.findings()
    );
    assert_eq!(thorough(&bytes), expected);
}

#[test]
fn data_in_the_clear_is_a_finding() {
    use Finding::{Encrypted, NullCipher, UnknownFeature};
    assert_findings(&metadata(), &[Encrypted]);
    for cipher in [
        "cipher_null-ecb",
        "null",
        "null-ecb",
        "capi:ecb(cipher_null)-plain",
    ] {
        let mut null = metadata();
        null["segments"]["0"]["encryption"] = json!(cipher);
        assert_findings(&null, &[Encrypted, NullCipher]);
    }
    let linear = json!({ "type": "linear", "offset": "1572864", "size": "dynamic" });
    for kind in ["linear", "hw-opal", "x"] {
        let mut clear = metadata();
        clear["segments"]["0"]["type"] = json!(kind);
        assert_findings(&clear, &[Encrypted, NullCipher]);
    }
    let mut mixed = metadata();
    mixed["segments"]["0"]["size"] = json!("524288");
    mixed["segments"]["1"] = linear.clone();
    assert_findings(&mixed, &[Encrypted, NullCipher]);
    // What a segment was before does not count, but that it is in change does.
    let mut before = metadata();
    before["segments"]["1"] = linear;
    before["segments"]["1"]["flags"] = json!(["backup-previous"]);
    assert_findings(&before, &[Encrypted, UnknownFeature]);
}

#[test]
fn a_requirement_and_a_reencryption_are_unknown_features() {
    use Finding::{Encrypted, UnknownFeature};
    for mandatory in [
        json!(["a-future-thing"]),
        json!(["online-reencrypt-v2"]),
        json!("x"),
    ] {
        let mut required = metadata();
        required["config"]["requirements"] = json!({ "mandatory": mandatory });
        assert_findings(&required, &[Encrypted, UnknownFeature]);
    }
    for none in [
        json!({}),
        json!({ "mandatory": [] }),
        json!({ "optional": ["x"] }),
    ] {
        let mut required = metadata();
        required["config"]["requirements"] = none;
        assert_findings(&required, &[Encrypted]);
    }
    let mut flagged = metadata();
    flagged["segments"]["0"]["flags"] = json!(["in-reencryption"]);
    assert_findings(&flagged, &[Encrypted, UnknownFeature]);
    flagged["segments"]["0"]["flags"] = json!([]);
    assert_findings(&flagged, &[Encrypted]);
    let mut slot = metadata();
    slot["keyslots"]["0"]["type"] = json!("reencrypt");
    assert_findings(&slot, &[Encrypted, Finding::NoKey, UnknownFeature]);
}

#[test]
fn metadata_that_cannot_be_read_are_an_unknown_feature() {
    let base = base();
    let both = |text: &str| {
        let area = &with_text(&base, text)[JSON..LUKS2_COPY];
        patched(&with_text(&base, text), &[(LUKS2_COPY + JSON, area)])
    };
    let unread = [Finding::Encrypted, Finding::UnknownFeature];
    assert_eq!(thorough(&both("[]")), unread);
    assert_eq!(thorough(&both(r#"{"segments":{},"segments":{}}"#)), unread);
    // Only the second copy has a header.
    assert_eq!(thorough(&patched(&both("[]"), &[(8, &[0; 8])])), unread);
    // Neither has one, or the file ends before it: no program finds a volume.
    let neither = patched(&both("[]"), &[(8, &[0; 8]), (LUKS2_COPY, &[0; 8])]);
    assert_eq!(thorough(&neither), [Finding::Encrypted]);
    assert_eq!(thorough(&base[..JSON + 10]), [Finding::Encrypted]);
    // If one can be read, it counts.
    let second = with_text(&base, "[]");
    assert_eq!(
        thorough(&second),
        [Finding::Encrypted, Finding::HeadersDiffer]
    );
}

#[test]
fn a_cipher_of_the_kernel_s_notation_is_one_specification() {
    let mut capi = metadata();
    capi["segments"]["0"]["encryption"] = json!("capi:xts(ecb(aes-generic))-plain64");
    let image = by_name(&luks2(&capi.to_string())).expect("LUKS2");
    let encryption = image.encryption().expect("encryption");
    assert_eq!(
        encryption.cipher,
        Some(&b"capi:xts(ecb(aes-generic))-plain64"[..])
    );
    assert_eq!(encryption.mode, None);
}

#[test]
fn segments_may_end_before_the_device() {
    let base = base();
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
    // A backup of the segment before the reencryption is ignored.
    let backup = r#"{"0":{"offset":"1048576","size":"4096"},"1":{"flags":["backup-previous"]}}"#;
    assert_eq!(size(backup), (Some(MIB), Some(4096)));
    assert_eq!(size("{}"), (None, None));
}

/// Invalid JSON. The limits of its numbers are among the limits of fields.
#[test]
#[rustfmt::skip] // One line for each case.
fn invalid_json_is_rejected() {
    // The second copy is removed, because it would replace an invalid first one.
    let base = patched(&base(), &[(LUKS2_COPY, &[0; 8])]);
    let text = |text: &str| with_text(&base, text);
    let segments = |text: &str| with_segments(&base, text);
    let segment = |members: &str| segments(&format!(r#"{{"0":{{{members}}}}}"#));
    let offset = |offset: &str| segment(&format!(r#""offset":"{offset}","size":"dynamic""#));
    // The offset of the name of the first segment, and of the value of its offset.
    let number = JSON + r#"{"keyslots":{},"segments":{""#.len();
    let value = JSON + r#"{"keyslots":{},"segments":{"0":{"offset":""#.len();
    let twice = number + r#"0":{"flags":["backup-x"]},""#.len();
    for (words, offset, bytes) in [
        ("not a JSON object", JSON, text("")),
        ("not a JSON object", JSON, text("{\"segments\":{}")),
        ("segments or keyslots is missing", JSON, text(r#"{"keyslots":{}}"#)),
        ("or not an object", JSON, text(r#"{"segments":{}}"#)),
        ("segments or keyslots is missing", JSON, segments("[]")),
        ("a name occurs twice", JSON + 16, text(r#"{"segments":{},"segments":{}}"#)),
        ("a name contains an escape sequence", JSON + 2, text(r#"{"\u0073":1}"#)),
        ("a name occurs twice", value + 4, offset(r#"1","offset":"1"#)),
        ("occurs twice or is not 0 to 63", number, segments(r#"{"":{}}"#)),
        ("occurs twice or is not 0 to 63", number, segments(r#"{"-1":{}}"#)),
        ("or keyslot occurs twice", twice, segments(r#"{"0":{"flags":["backup-x"]},"0":{}}"#)),
        ("a segment or keyslot is not a JSON object", number, segments(r#"{"0":1}"#)),
        ("segment offset is missing", JSON, segment("")),
        ("a value is not a string", JSON, segment(r#""offset":1048576"#)),
        ("or contains an escape sequence", JSON, offset(r"1048576\n")),
        ("segment offset is not a number", value, offset("")),
        ("segment offset is not a number", value, offset("+1048576")),
        ("segment offset is not a number", value, offset("18446744073709551616")),
        ("flags of a segment are not an array", JSON, segment(r#""flags":"backup-x""#)),
        ("contain an escape sequence", JSON, segment(r#""flags":["\u0062ackup-x"]"#)),
    ] {
        assert_error(by_name(&bytes), InvalidImage, offset as u64, words);
        // Detection does not read the JSON.
        assert_eq!(probe(&bytes).expect("raw").format(), Format::Raw, "{words}");
    }
    let size = (128u64 << 10).to_be_bytes();
    let mut endless = patched(&base, &[(8, &size), (JSON, &[b' '; 64 << 10])]);
    endless.resize(4 << 20, 0);
    assert_error(by_name(&endless), UnsupportedFeature, JSON as u64, "longer than 64 KiB");
    assert!(by_name(&luks2(LUKS2_METADATA)).is_ok());
}
