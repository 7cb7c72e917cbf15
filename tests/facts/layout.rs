// SPDX-License-Identifier: MIT OR Apache-2.0
//! Findings about what a write can change: tables, names and data over the header, and a log that
//! is replayed.

use diskprobe::{Finding, Format, Options, Policy};
use diskprobe_test_support::build::{
    bochs, cowd, luks2_of, vhd_checksum, Build, Parallels, Qcow, Qcow2, Qed, Vdi, Vhdx, Vmdk, Vpc,
    MIB,
};
use diskprobe_test_support::cases::vhdx;
use diskprobe_test_support::probe::{probe, probe_as};
use diskprobe_test_support::vhdx::in_headers;
use diskprobe_test_support::{patched, Changes};

const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;
const BE8: fn(u64) -> [u8; 8] = u64::to_be_bytes;
const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;

/// Asserts whether the image with these changes has a header that a guest can change.
#[track_caller]
fn assert_writable(expected: bool, base: &[u8], changes: Changes<'_>) {
    let image = probe(&patched(base, changes)).expect("an image");
    assert_eq!(image.has_finding(Finding::WritableHeader), expected);
    let options = Options::new().thorough(true).format(image.format());
    let bytes = patched(base, changes);
    let given = diskprobe::probe_buffer(&bytes, Some(bytes.len() as u64), &options);
    let verdict = Policy::new().evaluate(&given.expect("an image"), None);
    let mut violations = verdict.violations().iter();
    let is_refused = violations.any(|one| one.token() == "writable-header");
    assert_eq!(is_refused, expected);
}

#[test]
fn a_qcow_name_is_between_the_header_and_the_table() {
    let plain = Qcow::new(MIB).bytes();
    let overlay = Qcow::new(MIB).backing("base").bytes();
    let name = |offset, size| [(8, BE8(offset).to_vec()), (16, BE4(size).to_vec())];
    assert_writable(false, &plain, &[]);
    assert_writable(false, &overlay, &[]);
    for (offset, size, expected) in [
        (48, 4, false),
        (48, 8, false),
        (48, 9, true),
        (47, 4, true),
        (1, 4, true),
        (56, 4, true),
        (300, 4, true),
        (48, 0, true),
        (0, 4, true),
        (0, 0, false),
    ] {
        let [first, second] = name(offset, size);
        let changes = [(first.0, &first.1[..]), (second.0, &second.1)];
        assert_writable(expected, &overlay, &changes);
    }
    for (table, expected) in [
        (0u64, true),
        (6, true),
        (47, true),
        (48, false),
        (4096, false),
    ] {
        assert_writable(expected, &plain, &[(40, &BE8(table))]);
    }
}

#[test]
fn qcow2_tables_are_outside_of_the_first_cluster() {
    let plain = Qcow2::new(MIB).bytes();
    assert_writable(false, &plain, &[]);
    for offset in [40, 48] {
        assert_writable(true, &plain, &[(offset, &BE8(0))]);
        assert_writable(false, &plain, &[(offset, &BE8(65536))]);
    }
    assert_writable(true, &plain, &[(60, &BE4(1))]);
    assert_writable(false, &plain, &[(60, &BE4(1)), (64, &BE8(65536))]);
    // A table without entries overlaps nothing.
    assert_writable(
        false,
        &Qcow2::new(0).bytes(),
        &[(36, &BE4(0)), (40, &BE8(0))],
    );
    let bitmaps = |directory: u64| {
        let fields = [&BE4(0x2385_2875)[..], &BE4(24), &BE4(1), &BE4(0), &BE8(24)].concat();
        [fields, BE8(directory).to_vec(), BE8(0).to_vec()].concat()
    };
    for (directory, expected) in [(0, true), (65536, false)] {
        let bits = (88, &BE8(1)[..]);
        assert_writable(expected, &plain, &[bits, (112, &bitmaps(directory))]);
    }
}

#[test]
fn a_qed_table_is_after_the_header() {
    let plain = Qed::new(MIB).bytes();
    assert_writable(false, &plain, &[]);
    // A header of no clusters.
    assert_writable(true, &plain, &[(12, &LE4(0)), (40, &LE8(0))]);
    assert_writable(false, &plain, &[(12, &LE4(0)), (40, &LE8(65536))]);
}

#[test]
fn a_vdi_map_and_its_data_are_after_the_header() {
    let plain = Vdi::new(4 * MIB).bytes();
    assert_writable(false, &plain, &[]);
    for offset in [340, 344] {
        assert_writable(true, &plain, &[(offset, &LE4(0))]);
        assert_writable(false, &plain, &[(offset, &LE4(512))]);
    }
    let empty = [
        (340, &LE4(0)[..]),
        (344, &LE4(0)),
        (368, &LE8(0)),
        (384, &LE4(0)),
    ];
    assert_writable(false, &plain, &empty);
}

#[test]
fn a_vpc_table_is_apart_from_footer_and_header() {
    let plain = Vpc::new(4 * MIB).force_size().bytes();
    assert_writable(false, &plain, &[]);
    let table = |offset: u64| BE8(offset);
    for (offset, expected) in [
        (0, true),
        (511, true),
        (512, true),
        (504, true),
        (1024, true),
        (1535, true),
        (1536, false),
    ] {
        assert_writable(expected, &plain, &[(512 + 16, &table(offset))]);
    }
    // The data of a fixed image ends before the footer.
    let fixed = Vpc::new(MIB).force_size().fixed().bytes();
    let end = fixed.len() - 512;
    for (size, expected) in [(MIB, false), (MIB + 512, true), (MIB - 512, false)] {
        let bytes = vhd_checksum(patched(&fixed, &[(end + 48, &BE8(size))]), end);
        let image = probe_as(Format::Vpc, &bytes).expect("a fixed image");
        assert_eq!(
            image.has_finding(Finding::WritableHeader),
            expected,
            "{size}"
        );
    }
}

#[test]
fn vmdk_directories_are_apart_from_header_and_descriptor() {
    let plain = Vmdk::new(MIB).bytes();
    assert_writable(false, &plain, &[]);
    for sector in [0, 1, 20] {
        assert_writable(true, &plain, &[(48, &LE8(sector))]);
        assert_writable(true, &plain, &[(56, &LE8(sector))]);
    }
    assert_writable(false, &plain, &[(48, &LE8(21)), (56, &LE8(21))]);
    // Without the flag, nothing reads the redundant directory.
    assert_writable(false, &plain, &[(8, &LE4(1)), (48, &LE8(0))]);
    // The text that is read is longer than the declared descriptor.
    assert_writable(true, &plain, &[(36, &LE8(0)), (56, &LE8(1))]);
    assert_writable(false, &cowd(), &[]);
    for (sector, expected) in [(0, true), (1, true), (2, false)] {
        assert_writable(expected, &cowd(), &[(20, &LE4(sector))]);
    }
}

#[test]
fn tables_of_other_formats_are_after_the_header() {
    let ploop = Parallels::new(MIB).bytes();
    assert_writable(false, &ploop, &[]);
    assert_writable(false, &ploop, &[(48, &LE4(0))]);
    assert_writable(false, &ploop, &[(48, &LE4(1))]);
    assert_writable(true, &ploop, &[(48, &LE4(1)), (32, &LE4(200))]);
    let bochs = bochs(0x2_0000);
    assert_writable(false, &bochs, &[]);
    assert_writable(true, &bochs, &[(68, &LE4(511))]);
}

#[test]
fn vhdx_regions_are_after_the_headers() {
    let base = Vhdx::new(64 * MIB).bytes();
    for (offset, expected) in [(2 * MIB, false), (MIB - 65536, true), (65536, true)] {
        assert_writable(expected, &vhdx::bat(&base, offset, 65536), &[]);
    }
}

#[test]
fn luks2_data_is_after_both_headers() {
    let metadata = |data_start: u64| {
        luks2_of(
            &format!(
                r#"{{"keyslots":{{}},"segments":{{"0":{{"type":"crypt","encryption":"aes","offset":"{data_start}","size":"512"}}}}}}"#,
            ),
            16384,
            1 << 20,
        )
    };
    for (start, expected) in [(512u64, true), (32256, true), (32768, false), (0, false)] {
        let image = probe_as(Format::Luks, &metadata(start)).expect("LUKS2");
        assert_eq!(
            image.has_finding(Finding::WritableHeader),
            expected,
            "{start}"
        );
    }
}

#[test]
fn a_log_in_use_is_a_finding_of_its_own() {
    let clean = Vhdx::new(64 * MIB).bytes();
    let image = probe(&clean).expect("a vhdx image");
    assert!(!image.has_finding(Finding::LogInUse));
    let dirty = in_headers(&clean, 48, &[1]);
    let image = probe(&dirty).expect("a vhdx image");
    assert!(image.findings().any(|found| found == Finding::LogInUse));
    let allowing = Policy::new()
        .allow(Finding::Dirty)
        .allow(Finding::IncompleteScan);
    let verdict = allowing.evaluate(&image, None);
    assert_eq!(verdict.violations().len(), 1);
    assert!(allowing
        .allow(Finding::LogInUse)
        .evaluate(&image, None)
        .is_accepted());
    // Elsewhere nothing is replayed.
    let image = probe(&patched(&Qcow2::new(MIB).bytes(), &[(79, &[1])])).expect("a qcow2 image");
    assert!(image.has_finding(Finding::Dirty));
    assert!(!image.has_finding(Finding::LogInUse));
}
