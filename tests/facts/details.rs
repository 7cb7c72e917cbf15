// SPDX-License-Identifier: MIT OR Apache-2.0
//! Facts that only some formats record.

use diskprobe::{Feature, Finding, Format, Image};
use diskprobe_test_support::build::{
    padded, vhd_checksum, Build, Fields, Qcow, Qcow2, Qed, Subformat, Vdi, Vmdk, Vpc, MIB,
};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{probe, probe_as};

fn text(bytes: Option<&[u8]>) -> Option<&str> {
    bytes.map(|bytes| std::str::from_utf8(bytes).expect("UTF-8"))
}

#[test]
fn vpc_has_a_time_a_geometry_and_a_saved_state() {
    let base = Vpc::new(64 * MIB).bytes();
    let image = probe(&base).expect("a vpc image");
    // The builder's, in seconds since 2000.
    assert_eq!(image.created(), Some(946_684_800 + 0x329f_774d));
    let geometry = image.geometry().expect("a geometry");
    let sectors = geometry.cylinders * geometry.heads * geometry.sectors;
    assert_eq!(Some(u64::from(sectors) * 512), image.virtual_size());
    assert!(!image.has_feature(Feature::SavedState));

    let changed = |changes| {
        let bytes = vhd_checksum(patched(&base, changes), 0);
        probe(&bytes).expect("a vpc image")
    };
    assert!(changed(&[(84, &[1])]).has_feature(Feature::SavedState));
    assert_eq!(changed(&[(24, &[0; 4])]).created(), Some(946_684_800));
    let last = changed(&[(24, &[0xff; 4])]).created();
    assert_eq!(last, Some(946_684_800 + 0xffff_ffff));
    let geometry = changed(&[(56, &[1, 2, 3, 4])])
        .geometry()
        .expect("a geometry");
    let sides = (geometry.cylinders, geometry.heads, geometry.sectors);
    assert_eq!(sides, (0x102, 3, 4));
}

#[test]
fn a_fixed_vpc_has_a_time_and_a_geometry_too() {
    let image = probe_as(Format::Vpc, &Vpc::new(MIB).fixed().bytes()).expect("a fixed image");
    assert!(image.created().is_some() && image.geometry().is_some());
}

#[test]
fn vdi_has_a_comment_and_counts_its_blocks() {
    let base = Vdi::new(64 * MIB).bytes();
    let image = probe(&base).expect("a vdi image");
    let facts = (image.allocated_clusters(), image.comment());
    assert_eq!(facts, (Some(0), None));
    let three = probe(&patched(&base, &[(388, &[3])])).expect("a vdi image");
    assert_eq!(three.allocated_clusters(), Some(3));
    let longest = [b'c'; 256];
    for (comment, shown) in [
        (&b"a comment\0rest"[..], &b"a comment"[..]),
        (&longest, &longest),
    ] {
        let image = probe(&patched(&base, &[(84, comment)])).expect("a vdi image");
        assert_eq!(image.comment(), Some(shown));
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
        assert_eq!(text(image.adapter_type()), Some(adapter));
        assert_eq!(text(image.hardware_version()), Some(hardware));
        assert_eq!(image.format_version(), version, "{subformat:?}");
    }
}

#[test]
fn the_value_of_a_vmdk_line_is_quoted() {
    let head = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 1 VMFS \"f\"\n";
    let adapter = |line: &str| -> Option<String> {
        let image: Image = probe(format!("{head}{line}").as_bytes()).expect("a descriptor");
        text(image.adapter_type()).map(str::to_owned)
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
    // Longer than a word ever is: not a fact, and no reason to reject the image.
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

/// 0, which is what `qemu-img` writes, is no time.
#[test]
fn qcow_and_cow_record_when_the_backing_file_was_changed() {
    let base = Qcow::new(MIB).bytes();
    assert_eq!(probe(&base).expect("qcow").backing_mtime(), None);
    let changed = patched(&base, &[(20, &0x8000_0001u32.to_be_bytes())]);
    let image = probe(&changed).expect("qcow");
    assert_eq!(image.backing_mtime(), Some(0x8000_0001));

    let cow = Fields::new()
        .bytes(b"OOOM\0\0\0\x02")
        .bytes(&padded::<1024>(&[b'b'; 1023]))
        .be32(256) // mtime
        .at(1048);
    let image = probe_as(Format::Cow, &cow.finish()).expect("cow");
    assert_eq!(image.backing_mtime(), Some(256));
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
