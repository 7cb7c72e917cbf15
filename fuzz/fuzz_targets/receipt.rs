// SPDX-License-Identifier: MIT OR Apache-2.0
//! Receipts. Hostile text is rejected, or parses as a receipt that can be written and parsed again.
//! An unchanged image passes. After writes to the image, the message names exactly the facts that
//! an independent comparison finds different. If the image still passes, the policy accepts it.
//!
//! The input consists of a policy and a format, the number of writes, the writes, and the image. A
//! write consists of an offset and a byte.
#![no_main]

use diskprobe::{probe_buffer, Error, ErrorKind, Finding, Format, Image, Options, Policy, Receipt};
use diskprobe_fuzz::craft::seal;
use diskprobe_fuzz::object::{asked, Object, Window};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::path::Path;

/// The image is in a directory that the policy can allow for backing files.
const PATH: &str = "/srv/disk";
/// The size of a write in the input.
const WRITE: usize = 3;

fuzz_target!(|input: &[u8]| {
    assert_parsed(input);
    let Some((&[choice, count], rest)) = input.split_first_chunk() else {
        return;
    };
    let Some((writes, bytes)) = rest.split_at_checked(WRITE * usize::from(count)) else {
        return;
    };
    let options = Options::new().format(asked(choice));
    let options = options.thorough(true).also_matches(true);
    let Ok(image) = probed(bytes, &options) else {
        return;
    };
    let policy = policy(choice, &image);
    let path = Some(Path::new(PATH));
    let receipt = policy.receipt(&image, path);
    assert_eq!(receipt.is_ok(), policy.evaluate(&image, path).is_accepted());
    let Ok(receipt) = receipt else {
        return;
    };
    let text = receipt.to_string();
    assert_eq!(Receipt::parse(text.as_bytes()).expect("a receipt"), receipt);
    assert_recorded(&text, &image);
    // Also applies the writes to the text.
    assert_parsed(&written(text.as_bytes(), writes));
    let again = probed(bytes, &receipt.options()).expect("the same bytes");
    receipt.verify(&again, path).expect("the same image");
    if let Ok(later) = probed(&sealed(written(bytes, writes)), &receipt.options()) {
        assert_verified(&receipt, &image, &later);
        if receipt.verify(&later, path).is_ok() {
            let verdict = policy.evaluate(&later, path);
            assert!(verdict.is_accepted(), "{verdict:?}: {image:?} {later:?}");
        }
    }
});

fn probed(bytes: &[u8], options: &Options) -> Result<Image, Error> {
    probe_buffer(bytes, u64::try_from(bytes.len()).ok(), options)
}

/// Returns the default policy, or one that allows every finding, with some limits.
fn policy(choice: u8, image: &Image) -> Policy {
    let findings = Finding::ALL.iter().copied();
    let mut policy = match choice & 128 {
        0 => Policy::new(),
        _ => findings.fold(Policy::new(), Policy::allow),
    };
    if choice & 64 != 0 {
        policy = policy.allow_format(image.format());
        policy = policy.max_virtual_size(image.virtual_size().unwrap_or(0));
    }
    match choice & 32 {
        0 => policy,
        _ => {
            let policy = policy.deny(Finding::BackingFile);
            policy
                .allow_backing_under("/srv")
                .expect("an absolute path")
        }
    }
}

fn written(bytes: &[u8], writes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for write in writes.chunks_exact(WRITE) {
        let offset = usize::from(u16::from_le_bytes([write[0], write[1]]));
        if let Some(byte) = bytes.get_mut(offset) {
            *byte = write[2];
        }
    }
    bytes
}

/// Returns the bytes with correct checksums.
fn sealed(bytes: Vec<u8>) -> Vec<u8> {
    let mut object = Object {
        length: bytes.len() as u64,
        windows: vec![Window { offset: 0, bytes }],
        ..Object::default()
    };
    seal(&mut object);
    object.windows.remove(0).bytes
}

/// Asserts that a text is not a receipt, or that serde_json finds the same version and format.
fn assert_parsed(text: &[u8]) {
    let Ok(receipt) = Receipt::parse(text) else {
        return;
    };
    let again = Receipt::parse(receipt.to_string().as_bytes());
    assert_eq!(again.expect("a receipt"), receipt);
    // serde_json rejects half a surrogate pair and numbers outside the range of f64, and uses the
    // last of several equal keys.
    let text = receipt.to_string();
    let Ok(Value::Object(object)) = serde_json::from_str(&text) else {
        assert!(text.contains("\\u") || text.contains(['e', 'E']), "{text}");
        return;
    };
    let is_once = |key: &str| text.matches(&format!("\"{key}\"")).count() == 1;
    if is_once("receipt") {
        assert!(
            [Value::from(1), "1".into()].contains(&object["receipt"]),
            "{text}"
        );
    }
    if is_once("format") && !text.contains('\\') {
        let format: Format = object["format"]
            .as_str()
            .expect("text")
            .parse()
            .expect("a format");
        let options = Options::new().format(Some(format));
        assert_eq!(receipt.options(), options.thorough(true).also_matches(true));
    }
}

/// Asserts that the receipt records the facts of the image.
fn assert_recorded(text: &str, image: &Image) {
    let object: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(object["format"], image.format().as_str());
    assert_eq!(object["virtual-size"].as_u64(), image.virtual_size());
    let encryption = image.encryption().map(|found| found.format.as_str());
    assert_eq!(object["encryption"].as_str(), encryption);
    let count = |key: &str| object[key].as_array().expect("a list").len();
    assert_eq!(count("references"), image.references().count());
    let findings = image
        .findings()
        .map(|finding| Value::from(finding.as_str()));
    assert_eq!(object["findings"], findings.collect::<Value>());
}

/// Asserts that `verify` reports exactly the facts that differ.
fn assert_verified(receipt: &Receipt, image: &Image, later: &Image) {
    let differs = [
        ("format", image.format() != later.format()),
        ("virtual-size", image.virtual_size() != later.virtual_size()),
        ("encryption", encryption(image) != encryption(later)),
        (
            "backing-format",
            backing_format(image) != backing_format(later),
        ),
        ("references", references(image) != references(later)),
        (
            "directory",
            references(image).is_empty() != references(later).is_empty(),
        ),
        ("findings", !image.findings().eq(later.findings())),
    ];
    let differs = differs.iter().filter(|(_, differs)| *differs);
    let differs: Vec<_> = differs.map(|(key, _)| *key).collect();
    // The largest size that other programs read is not a public fact.
    let largest = "largest-virtual-size";
    match receipt.verify(later, Some(Path::new(PATH))) {
        Ok(()) => assert_eq!(differs, [""; 0], "{image:?} {later:?}"),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Changed);
            let text = error.to_string();
            let keys = text.strip_prefix("differs from the receipt in: ");
            let keys = keys
                .expect("keys")
                .split(", ")
                .filter(|key| *key != largest);
            assert_eq!(keys.collect::<Vec<_>>(), differs, "{image:?} {later:?}");
        }
    }
}

fn encryption(image: &Image) -> Option<&'static str> {
    image.encryption().map(|found| found.format.as_str())
}

fn backing_format(image: &Image) -> Option<Vec<u8>> {
    Some(image.backing()?.format?.name().to_vec())
}

fn references(image: &Image) -> Vec<(&'static str, Vec<u8>)> {
    let references = image.references();
    let references = references.map(|one| (one.kind.as_str(), one.location.to_vec()));
    references.collect()
}
