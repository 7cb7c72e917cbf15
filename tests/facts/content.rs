// SPDX-License-Identifier: MIT OR Apache-2.0
//! Other interpretations of the same bytes: content, signatures of other formats, other tools.

use diskprobe::{Content, EncryptionFormat, Finding, Format, Image, Options, Tool};
use diskprobe_test_support::build::{
    Build, Parallels, Qcow, Qcow2, Qed, Subformat, Vdi, Vhdx, Vmdk, Vpc, MIB,
};
use diskprobe_test_support::probe::{probe, probe_with};
use diskprobe_test_support::{patched, Changes};

fn thorough(bytes: &[u8]) -> Image {
    probe_with(bytes, &Options::new().thorough(true)).expect("an answer")
}

/// Makes a raw image of 1 MiB with some bytes changed.
fn raw(changes: Changes<'_>) -> Vec<u8> {
    patched(&vec![0; 1 << 20], changes)
}

const ISO: (usize, &[u8]) = (32768, b"\x01CD001\x01");
/// An active partition of type Linux that starts at sector 1 and has 2 sectors.
const PARTITION: (usize, &[u8]) = (446, b"\x80\0\0\0\x83\0\0\0\x01\0\0\0\x02\0\0\0");
const BOOT_SIGNATURE: (usize, &[u8]) = (510, &[0x55, 0xaa]);

#[track_caller]
fn assert_content(changes: Changes<'_>, expected: &[Content]) {
    let image = thorough(&raw(changes));
    assert_eq!(image.format(), Format::Raw);
    assert_eq!(image.content().collect::<Vec<_>>(), expected);
    // Content is a hint, not another format.
    assert_eq!(image.findings().count(), 0);
}

#[test]
fn content_is_found_by_its_signature() {
    assert_content(&[], &[]);
    assert_content(&[ISO], &[Content::Iso9660]);
    assert_content(&[(512, b"EFI PART")], &[Content::Gpt]);
    assert_content(&[(4096, b"EFI PART")], &[Content::Gpt]);
    assert_content(&[(512, b"LABELONE"), (536, b"LVM2 001")], &[Content::Lvm2]);
    assert_content(&[(0, b"XFSB")], &[Content::Xfs]);
    assert_content(&[(3, b"NTFS    "), BOOT_SIGNATURE], &[Content::Ntfs]);
    assert_content(&[(3, b"EXFAT   "), BOOT_SIGNATURE], &[Content::ExFat]);
    assert_content(&[(54, b"FAT16   "), BOOT_SIGNATURE], &[Content::Fat]);
    assert_content(&[(82, b"FAT32   "), BOOT_SIGNATURE], &[Content::Fat]);
    assert_content(&[(0, b"hsqs")], &[Content::Squashfs]);
    assert_content(&[(4086, b"SWAPSPACE2")], &[Content::Swap]);
}

#[test]
fn an_archive_or_a_text_is_no_disk() {
    assert_content(&[(0, b"\x1f\x8b\x08")], &[Content::Gzip]);
    assert_content(&[(0, b"\xfd7zXZ\0")], &[Content::Xz]);
    assert_content(&[(0, b"\x28\xb5\x2f\xfd")], &[Content::Zstd]);
    assert_content(&[(0, b"BZh91AY&SY")], &[Content::Bzip2]);
    assert_content(&[(0, b"\x04\x22\x4d\x18")], &[Content::Lz4]);
    assert_content(&[(0, b"box.ovf"), (257, b"ustar\x0000")], &[Content::Tar]);
    assert_content(&[(257, b"ustar  \0")], &[Content::Tar]);
    assert_content(&[(0, b"PK\x03\x04")], &[Content::Zip]);
    assert_content(&[(1, b"\x1f\x8b\x08")], &[]);
    let gzip_in_qcow2 = patched(&Qcow2::new(MIB).bytes(), &[(257, b"ustar")]);
    assert_eq!(
        thorough(&gzip_in_qcow2).findings().collect::<Vec<_>>(),
        [Finding::Ambiguous]
    );
}

#[test]
fn a_text_has_no_control_characters_in_its_first_512_bytes() {
    let long = |text: &str| text.repeat(512);
    for (text, expected) in [
        ("not a disk\r\n\tbut text".to_owned(), Some(Content::Text)),
        ("{\"error\":404}".to_owned(), Some(Content::Text)),
        ("<?xml version='1.0'?>".to_owned(), Some(Content::Text)),
        (long("ä€"), Some(Content::Text)),
        (format!("{}\0", long("x")), Some(Content::Text)),
        ("<!doctype HTML><html>".to_owned(), Some(Content::Html)),
        (
            format!("\u{feff}\n <HTML lang=en>{}", long("x")),
            Some(Content::Html),
        ),
        (format!("{}<html>", long(" ")), Some(Content::Text)),
        ("x\0".to_owned(), None),
        ("x\x1b[0m".to_owned(), None),
        (String::new(), None),
    ] {
        let image = thorough(text.as_bytes());
        let found: Vec<_> = image.content().collect();
        assert_eq!(found, Vec::from_iter(expected), "{text:?}");
        assert_eq!(image.findings().count(), 0);
    }
    // A character that is cut at the end of the file is none.
    assert_eq!(thorough(b"x\xc3").content().count(), 0);
    assert_eq!(thorough(b"x\xff").content().count(), 0);
    // To other formats than raw, text is nothing.
    let descriptor = Vmdk::new(MIB).subformat(Subformat::MonolithicFlat).bytes();
    assert_eq!(thorough(&descriptor).content().count(), 0);
}

#[test]
fn a_bitlocker_volume_is_encrypted() {
    let guid: (usize, &[u8]) = (
        160,
        b"\x3b\xd6\x67\x49\x29\x2e\xd8\x4a\x83\x99\xf6\xa3\x39\xe3\xd0\x01",
    );
    let name: (usize, &[u8]) = (3, b"-FVE-FS-");
    let fat: (usize, &[u8]) = (82, b"FAT32   ");
    for changes in [
        &[name][..],
        &[name, fat, BOOT_SIGNATURE],
        &[(3, b"MSWIN4.1"), (424, guid.1), fat, BOOT_SIGNATURE],
        &[guid, BOOT_SIGNATURE],
    ] {
        let bytes = raw(changes);
        for image in [thorough(&bytes), probe(&bytes).expect("raw")] {
            assert_eq!(image.format(), Format::Raw);
            let encryption = image.encryption().expect("encryption");
            assert_eq!(encryption.format, EncryptionFormat::BitLocker);
        }
        let image = thorough(&bytes);
        assert_eq!(image.content().collect::<Vec<_>>(), [Content::BitLocker]);
        assert_eq!(image.findings().collect::<Vec<_>>(), [Finding::Encrypted]);
    }
    for changes in [&[guid][..], &[(424, b"MSWIN4.1"), BOOT_SIGNATURE]] {
        assert!(thorough(&raw(changes)).encryption().is_none());
    }
    // With another file system, or in another format, it is not the only reading.
    for bytes in [raw(&[name, ISO]), patched(&Vdi::new(MIB).bytes(), &[name])] {
        assert!(thorough(&bytes).has_finding(Finding::Ambiguous));
    }
}

#[test]
fn a_signature_at_another_offset_is_not_content() {
    assert_content(&[(32770, b"CD001")], &[]);
    assert_content(&[(1024, b"EFI PART")], &[]);
    assert_content(&[(4, b"XFSB")], &[]);
}

#[test]
fn ext_needs_more_than_its_magic() {
    let magic: (usize, &[u8]) = (1024 + 56, &[0x53, 0xef]);
    assert_content(&[magic], &[Content::Ext]);
    // Blocks of 64 KiB, and revision 1.
    let last: [(usize, &[u8]); 2] = [(1024 + 24, &[6]), (1024 + 76, &[1])];
    assert_content(&[magic, last[0], last[1]], &[Content::Ext]);
    assert_content(&[magic, (1024 + 24, &[7])], &[]);
    assert_content(&[magic, (1024 + 76, &[2])], &[]);
}

#[test]
fn a_partition_must_have_sectors() {
    assert_content(&[BOOT_SIGNATURE], &[]);
    assert_content(&[PARTITION], &[]);
    assert_content(&[PARTITION, BOOT_SIGNATURE], &[Content::Mbr]);
    let odd_status: (usize, &[u8]) = (462, &[1]);
    assert_content(&[PARTITION, BOOT_SIGNATURE, odd_status], &[]);
    let no_sectors: (usize, &[u8]) = (446 + 12, &[0; 4]);
    assert_content(&[PARTITION, BOOT_SIGNATURE, no_sectors], &[]);
    let protective: (usize, &[u8]) = (446 + 4, &[0xee]);
    let table: (usize, &[u8]) = (512, b"EFI PART");
    assert_content(
        &[PARTITION, BOOT_SIGNATURE, protective, table],
        &[Content::Gpt],
    );
}

#[test]
fn udf_is_found_alone_and_after_iso_9660() {
    let at = |number: usize, id: &'static [u8]| (32768 + number * 2048 + 1, id);
    let udf = [at(0, b"BEA01"), at(1, b"NSR02"), at(2, b"TEA01")];
    assert_content(&udf, &[Content::Udf]);
    let bridge = [
        at(0, b"CD001"),
        at(1, b"CD001"),
        at(2, b"BEA01"),
        at(3, b"NSR03"),
    ];
    assert_content(&bridge, &[Content::Iso9660, Content::Udf]);
    let interrupted = [at(0, b"BEA01"), at(2, b"NSR02")];
    assert_content(&interrupted, &[]);
}

#[test]
fn a_hybrid_disc_has_two_contents_and_is_not_ambiguous() {
    assert_content(
        &[ISO, PARTITION, BOOT_SIGNATURE],
        &[Content::Iso9660, Content::Mbr],
    );
}

#[test]
fn a_trailer_is_another_format() {
    let length = 1 << 20;
    for (offset, magic, format) in [
        (length - 512, &b"conectix"[..], Format::Vpc),
        // After the last whole sector, or followed by other bytes.
        (length - 500, b"conectix", Format::Vpc),
        (length - 1024, b"conectix", Format::Vpc),
        (length - 4096, b"conectix", Format::Vpc),
        (length - 1112, b"koly\0\0\0\x04\0\0\x02\0", Format::Dmg),
        (length - 4096, b"koly\0\0\0\x04\0\0\x02\0", Format::Dmg),
        (0, b"koly\0\0\0\x04\0\0\x02\0", Format::Dmg),
        (length - 512, b"koly", Format::Dmg),
        (length - 1023, b"koly", Format::Dmg),
    ] {
        let bytes = raw(&[(offset, magic)]);
        let image = thorough(&bytes);
        assert_eq!(image.format(), Format::Raw);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        assert_eq!(image.findings().collect::<Vec<_>>(), [Finding::Ambiguous]);
        // A quick probe does not read the end, so the scan is incomplete.
        let quick = probe(&bytes).expect("an answer");
        assert_eq!(quick.also_matches().count(), 0);
        assert_eq!(
            quick.findings().collect::<Vec<_>>(),
            [Finding::IncompleteScan]
        );
    }
    for (offset, magic) in [
        (length - 4097, &b"conectix"[..]),
        (length - 4097, b"koly\0\0\0\x04\0\0\x02\0"),
        (length - 1024, b"koly"),
        (0, b"koly"),
        (1, b"koly\0\0\0\x04\0\0\x02\0"),
    ] {
        let inside = thorough(&raw(&[(offset, magic)]));
        assert_eq!(inside.also_matches().count(), 0, "{offset}");
    }
}

#[test]
fn libvirt_detects_vmdk_versions_1_to_3() {
    let vmdk = Vmdk::new(MIB).bytes();
    for version in 1..=3 {
        let image = thorough(&patched(&vmdk, &[(4, &[version])]));
        assert_eq!(image.format(), Format::Vmdk);
        assert_eq!(image.detected_as(Tool::Libvirt), None, "{version}");
    }
}

#[test]
fn only_a_foreign_trailer_is_another_format() {
    let fixed = Vpc::new(MIB).fixed().force_size().bytes();
    let image = thorough(&fixed);
    assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Vpc]);
    // The length need not be a multiple of the sector size.
    let image = thorough(&fixed[..fixed.len() - 1]);
    assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Vpc]);
    let dynamic = Vpc::new(MIB).force_size().bytes();
    let image = thorough(&dynamic);
    assert_eq!(image.format(), Format::Vpc);
    assert_eq!(image.findings().count(), 0);
}

#[test]
fn signatures_unknown_to_qemu_are_found_by_every_probe() {
    let cow = raw(&[(0, b"OOOM\0\0\0\x02")]);
    for image in [probe(&cow).expect("an answer"), thorough(&cow)] {
        assert_eq!(image.format(), Format::Raw);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Cow]);
    }
}

#[test]
fn content_in_a_container_is_ambiguous() {
    let qcow2 = Qcow2::new(MIB).preallocated().bytes();
    let plain = thorough(&qcow2);
    assert_eq!(plain.findings().count(), 0);
    assert_eq!(plain.detected_as(Tool::Libvirt), None);
    let image = thorough(&patched(&qcow2, &[ISO]));
    assert_eq!(image.format(), Format::Qcow2);
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Iso9660]);
    assert_eq!(image.detected_as(Tool::Libvirt), Some("iso"));
    assert_eq!(image.findings().collect::<Vec<_>>(), [Finding::Ambiguous]);
}

#[test]
fn other_tools_detect_by_their_own_rules() {
    let detected = |image: &Image| [Tool::Qemu, Tool::Libvirt].map(|tool| image.detected_as(tool));
    let size = 4 * MIB;
    for (bytes, format, libvirt) in [
        (Qcow2::new(size).bytes(), "qcow2", None),
        (Qcow::new(size).bytes(), "qcow", None),
        (Qed::new(size).bytes(), "qed", None),
        (Vdi::new(size).bytes(), "vdi", None),
        (Vmdk::new(size).bytes(), "vmdk", None),
        (Parallels::new(size).bytes(), "parallels", None),
        (Vhdx::new(size).bytes(), "vhdx", Some("raw")),
    ] {
        let image = thorough(&bytes);
        assert_eq!(image.format().as_str(), format);
        assert_eq!(detected(&image), [None, libvirt], "{format}");
    }
    for (changes, libvirt) in [
        (&[][..], None),
        (&[ISO][..], Some("iso")),
        (&[(0, &b"QEDx"[..])], Some("qed")),
        (&[(0, b"QFI\0\0\0\0\x02")], Some("qcow2")),
        (&[(0, b"WithouFreSpacExt\x03")], Some("ploop")),
        (&[(0, b"OOOM\0\0\0\x02")], Some("cow")),
    ] {
        assert_eq!(detected(&thorough(&raw(changes))), [None, libvirt]);
    }
}

#[test]
fn a_given_format_is_not_ambiguous() {
    let bytes = patched(&Vpc::new(4 * MIB).fixed().bytes(), &[ISO]);
    let asked = |format| {
        let options = Options::new().thorough(true).format(Some(format));
        probe_with(&bytes, &options).expect("an answer")
    };
    let image = asked(Format::Vpc);
    assert_eq!(image.detected_as(Tool::Qemu), Some("raw"));
    assert_eq!(image.detected_as(Tool::Libvirt), Some("iso"));
    assert_eq!(image.findings().count(), 0);
    // Content is not read if the format is given.
    let image = asked(Format::Raw);
    assert_eq!(image.detected_as(Tool::Libvirt), None);
    assert_eq!(image.content().count(), 0);
    assert_eq!(image.findings().count(), 0);
}

#[test]
fn an_unread_end_is_a_finding() {
    let bytes = raw(&[ISO]);
    let options = Options::new().thorough(true);
    let image = diskprobe::probe_buffer(&bytes[..65536], None, &options).expect("an answer");
    assert_eq!(image.content().collect::<Vec<_>>(), [Content::Iso9660]);
    assert_eq!(
        image.findings().collect::<Vec<_>>(),
        [Finding::IncompleteScan]
    );
    let cut = diskprobe::probe_buffer(&bytes[..32768], None, &options).expect_err("more bytes");
    assert_eq!(cut.kind(), diskprobe::ErrorKind::NeedMoreData);
}

#[test]
fn a_short_file_is_read_whole() {
    for length in [0, 1, 511, 512, 4608, 32768, 32769, 32774] {
        let image = thorough(&raw(&[ISO])[..length]);
        let iso = (length == 32774).then_some(Content::Iso9660);
        assert_eq!(image.content().next(), iso, "{length}");
        assert_eq!(image.findings().count(), 0, "{length}");
    }
}
