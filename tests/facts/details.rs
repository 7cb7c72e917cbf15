// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that only some formats record.

use diskprobe::{Feature, Finding, Format, Image};
use diskprobe_test_support::build::{
    padded, vhd_checksum, Build, Fields, Qcow, Qcow2, Qed, Subformat, Vdi, Vmdk, Vpc, MIB,
};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{detail, number, probe, probe_as};
use std::time::{Duration, UNIX_EPOCH};

/// Returns cylinders, heads and sectors.
fn geometry(image: &Image) -> Option<[u64; 3]> {
    let of = |name| number(image, name);
    Some([
        of("geometry.cylinders")?,
        of("geometry.heads")?,
        of("geometry.sectors")?,
    ])
}

#[test]
fn vpc_has_a_time_a_geometry_and_a_saved_state() {
    let base = Vpc::new(64 * MIB).bytes();
    let image = probe(&base).expect("a vpc image");
    // The time that the builder writes, in seconds since 2000.
    assert_eq!(number(&image, "created"), Some(946_684_800 + 0x329f_774d));
    let sectors: u64 = geometry(&image).expect("a geometry").iter().product();
    assert_eq!(Some(sectors * 512), image.virtual_size());
    assert!(!image.has_feature(Feature::SavedState));

    let changed = |changes: &[(usize, &[u8])]| {
        let bytes = vhd_checksum(patched(&base, changes), 0);
        probe(&bytes).expect("a vpc image")
    };
    assert!(changed(&[(84, &[1])]).has_feature(Feature::SavedState));
    let created = |field: &[u8; 4]| number(&changed(&[(24, field)]), "created");
    assert_eq!(created(&[0; 4]), Some(946_684_800));
    assert_eq!(created(&[0xff; 4]), Some(946_684_800 + 0xffff_ffff));
    let geometry = geometry(&changed(&[(56, &[1, 2, 3, 4])]));
    assert_eq!(geometry, Some([0x102, 3, 4]));
}

#[test]
fn a_fixed_vpc_has_a_time_and_a_geometry() {
    let image = probe_as(Format::Vpc, &Vpc::new(MIB).fixed().bytes()).expect("a fixed image");
    assert!(number(&image, "created").is_some() && geometry(&image).is_some());
}

#[test]
fn vdi_has_a_comment_and_counts_its_blocks() {
    let base = Vdi::new(64 * MIB).bytes();
    let image = probe(&base).expect("a vdi image");
    assert_eq!(number(&image, "allocated-clusters"), Some(0));
    assert_eq!(detail(&image, "comment"), None);
    let three = probe(&patched(&base, &[(388, &[3])])).expect("a vdi image");
    assert_eq!(number(&three, "allocated-clusters"), Some(3));
    let longest = "c".repeat(256);
    for (comment, shown) in [("a comment\0rest", "a comment"), (&longest, &longest)] {
        let image = probe(&patched(&base, &[(84, comment.as_bytes())])).expect("a vdi image");
        assert_eq!(detail(&image, "comment").as_deref(), Some(shown));
    }
}

#[test]
fn vmdk_has_an_adapter_type_a_hardware_version_and_a_version() {
    use Subformat::{MonolithicFlat, MonolithicSparse, StreamOptimized, TwoGbMaxExtentSparse};
    for (subformat, adapter, hardware, version) in [
        (MonolithicSparse, "ide", "4", Some(1)),
        (MonolithicSparse, "lsilogic", "4", Some(1)),
        (MonolithicFlat, "buslogic", "4", None),
        (TwoGbMaxExtentSparse, "ide", "13", None),
        (StreamOptimized, "ide", "6", Some(3)),
    ] {
        let vmdk = Vmdk::new(64 * MIB)
            .subformat(subformat)
            .adapter_type(adapter);
        let image = probe(&vmdk.hardware_version(hardware).bytes()).expect("a vmdk image");
        assert_eq!(detail(&image, "adapter-type").as_deref(), Some(adapter));
        assert_eq!(
            detail(&image, "hardware-version").as_deref(),
            Some(hardware)
        );
        let found = number(&image, "format-version");
        assert_eq!(found, version, "{subformat:?}");
    }
}

#[test]
fn a_vmdk_descriptor_value_must_be_quoted() {
    let head = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 1 VMFS \"f\"\n";
    let adapter = |line: &str| -> Option<String> {
        let image: Image = probe(format!("{head}{line}").as_bytes()).expect("a descriptor");
        detail(&image, "adapter-type")
    };
    for (line, expected) in [
        ("ddb.adapterType = \"lsilogic\"\n", Some("lsilogic")),
        ("ddb.adapterType=\"pvscsi\"", Some("pvscsi")),
        ("ddb.adapterType\t=  \"a b\"\r\n", Some("a b")),
        ("ddb.adapterType = \"\"\n", None),
        ("ddb.adapterType = \"x\n\"", None),
        ("ddb.adapterType = \"x", None),
        ("ddb.adapterType = ide\n", None),
        ("ddb.adapterTypes = \"ide\"\n", None),
        ("ddb.adapterType", None),
        ("", None),
    ] {
        assert_eq!(adapter(line).as_deref(), expected, "{line:?}");
    }
    // A value that is too long is not reported, but the image is still accepted.
    let (longest, longer) = ("a".repeat(511), "a".repeat(512));
    let line = |value: &str| format!("ddb.adapterType = \"{value}\"\n");
    assert_eq!(adapter(&line(&longest)), Some(longest));
    assert_eq!(adapter(&line(&longer)), None);
}

#[test]
fn a_vmdk_that_was_not_closed_is_dirty() {
    let base = Vmdk::new(64 * MIB).bytes();
    for (byte, dirty) in [(0, false), (1, true), (0xff, true)] {
        let image = probe(&patched(&base, &[(72, &[byte])])).expect("a vmdk image");
        assert_eq!(image.is_dirty(), Some(dirty));
        assert_eq!(image.has_finding(Finding::Dirty), dirty);
    }
}

/// `qemu-img` writes 0, which means that no time is recorded.
#[test]
fn qcow_and_cow_record_the_mtime_of_the_backing_file() {
    let base = Qcow::new(MIB).bytes();
    let after = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    assert_eq!(probe(&base).expect("qcow").backing_mtime(), None);
    let changed = patched(&base, &[(20, &0x8000_0001u32.to_be_bytes())]);
    let image = probe(&changed).expect("qcow");
    assert_eq!(image.backing_mtime(), after(0x8000_0001));

    let cow = Fields::new()
        .bytes(b"OOOM\0\0\0\x02")
        .bytes(&padded::<1024>(&[b'b'; 1023]))
        .be32(256) // mtime
        .at(1048);
    let image = probe_as(Format::Cow, &cow.finish()).expect("cow");
    assert_eq!(image.backing_mtime(), after(256));
}

#[test]
fn an_unknown_optional_feature_is_a_finding() {
    let qcow2 = Qcow2::new(MIB).bytes();
    let qed = Qed::new(MIB).bytes();
    for (name, bytes, unknown) in [
        (
            "compatible: lazy refcounts",
            patched(&qcow2, &[(87, &[1])]),
            false,
        ),
        (
            "compatible: the second",
            patched(&qcow2, &[(87, &[2])]),
            true,
        ),
        (
            "compatible: the last",
            patched(&qcow2, &[(80, &[0x80])]),
            true,
        ),
        (
            "autoclear: both known",
            patched(&qcow2, &[(95, &[3])]),
            false,
        ),
        ("autoclear: the third", patched(&qcow2, &[(95, &[4])]), true),
        ("qed", qed.clone(), false),
        ("qed: compatible", patched(&qed, &[(24, &[1])]), true),
        ("qed: autoclear", patched(&qed, &[(39, &[0x80])]), true),
    ] {
        let image = probe(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            image.has_feature(Feature::UnknownOptional),
            unknown,
            "{name}"
        );
        assert_eq!(
            image.has_finding(Finding::UnknownFeature),
            unknown,
            "{name}"
        );
    }
}
