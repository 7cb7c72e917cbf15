// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that name another file: of the host, of another tenant, or of a program.

use super::bases::*;
use super::every_way::{check, Hostile};
use diskprobe::chain::{Chain, ChainOptions, UnrecordedFormat};
use diskprobe::{ErrorKind, Format};
use diskprobe_test_support::build::{bochs, cloop, cowd, udif, vhd_checksum, Build, MIB};
use diskprobe_test_support::{build, patched, vhdx, Images};
use Format::{Qcow2, Raw, Vmdk};

const DATA_FILE: u32 = 0x4441_5441;
const BACKING_FORMAT: u32 = 0xe279_2aca;
/// The data file bit is bit 2 of the incompatible features, so it is in their last byte.
const DATA_FILE_BIT: (usize, &[u8]) = (79, &[4]);
const SECRET: &[u8] = b"/etc/hostname";

/// A descriptor whose extent is another file.
pub(crate) const FLAT: &[u8] =
    b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
    createType=\"monolithicFlat\"\nRW 2048 FLAT \"/etc/hostname\" 0\n";

pub(crate) fn overlay(name: &[u8]) -> Vec<u8> {
    extended(&[(BACKING_FORMAT, 3, b"raw")], name)
}

pub(crate) fn with_data_file(name: &[u8]) -> Vec<u8> {
    let length = u32::try_from(name.len()).expect("short");
    patched(
        &extended(&[(DATA_FILE, length, name)], b""),
        &[DATA_FILE_BIT],
    )
}

/// Returns a sparse file with capacity 0, so that its descriptor lists the extents.
pub(crate) fn in_sparse_file(text: &[u8]) -> Vec<u8> {
    let mut bytes = patched(&vmdk(), &[(12, &[0; 8]), (0x200, &[0; 1024])]);
    bytes[0x200..0x200 + text.len()].copy_from_slice(text);
    bytes
}

/// A guest writes an image header to its disk. A probe detects an image, unless the format is
/// given.
fn written_by_a_guest(disk: u64) {
    let header = overlay(SECRET)[..4096].to_vec();
    let image = Hostile::new(header.clone())
        .in_file_of(disk)
        .refused(Qcow2, &["backing-file"]);
    assert_eq!(image.backing().expect("a name").location, SECRET);
    let known = Hostile::new(header).in_file_of(disk).given(Raw).costs(0, 0);
    assert_eq!(known.accepted(Raw).virtual_size(), Some(disk));
}

fn upload_with_a_backing_file() {
    let image = Hostile::new(overlay(SECRET)).refused(Qcow2, &["backing-file"]);
    assert_eq!(image.backing().expect("a name").location, SECRET);
}

/// A data file can be recorded in three ways.
fn upload_with_a_data_file() {
    let image = Hostile::new(with_data_file(SECRET)).refused(Qcow2, &["data-file"]);
    assert_eq!(image.data_file().expect("one").location, Some(SECRET));
    let without_bit = patched(&with_data_file(SECRET), &[(79, &[0])]);
    let image = Hostile::new(without_bit).refused(Qcow2, &["data-file"]);
    assert_eq!(image.data_file().expect("one").location, Some(SECRET));
    let without_name = patched(&extended(&[], b""), &[DATA_FILE_BIT]);
    let image = Hostile::new(without_name).refused(Qcow2, &["data-file"]);
    assert_eq!(image.data_file().expect("one").location, None);
}

#[test]
fn cve_2008_2004() {
    written_by_a_guest(64 << 20);
}

#[test]
fn cve_2008_1945() {
    written_by_a_guest(1_474_560);
}

/// Makes an overlay without a recorded backing format. The guest wrote a header to the base.
fn over_a_written_base() -> Images {
    let images = Images::new();
    images.write("top.qcow2", extended(&[], b"base.raw"));
    images.write("base.raw", overlay(SECRET));
    images
}

#[test]
fn cve_2010_2237() {
    let images = over_a_written_base();
    for (policy, kind) in [
        (UnrecordedFormat::Refuse, ErrorKind::FormatNotRecorded),
        (UnrecordedFormat::Probe, ErrorKind::FormatNotRecorded),
    ] {
        let options = ChainOptions::new().unrecorded_format(policy);
        let broken = Chain::open_path(images.path("top.qcow2"), &options).expect_err("not whole");
        assert_eq!(broken.error().kind(), kind);
        let reached = broken.partial_chain().elements();
        assert!(reached.len() <= 2, "opened the file that the base names");
    }
    let options = ChainOptions::new().unrecorded_format(UnrecordedFormat::Raw);
    let chain = Chain::open_path(images.path("top.qcow2"), &options).expect("whole");
    assert_eq!(chain.elements()[1].format(), Some(Raw));
}

/// The top is not probed if its format is given.
#[test]
fn cve_2010_2238() {
    written_by_a_guest(8 << 20);
}

/// An overlay in a trusted directory is accepted only if it records the format of its base.
#[test]
fn cve_2010_2239() {
    let images = over_a_written_base();
    images.write("recorded.qcow2", overlay(b"base.raw"));
    let unrecorded = check(
        images.directory(),
        &["--allow-backing-under=.", "top.qcow2"],
    );
    assert_eq!(unrecorded.code, Some(1));
    assert!(
        unrecorded.text().contains("\n    backing-format "),
        "{unrecorded:?}"
    );
    let recorded = check(
        images.directory(),
        &["--allow-backing-under=.", "recorded.qcow2"],
    );
    assert_eq!(recorded.code, Some(0), "{recorded:?}");
}

#[test]
fn cve_2011_3147() {
    upload_with_a_backing_file();
}

#[test]
fn cve_2013_1922() {
    written_by_a_guest(16 << 20);
}

#[test]
fn cve_2014_3641() {
    written_by_a_guest(1 << 30);
}

#[test]
fn cve_2015_1850() {
    written_by_a_guest(1 << 30);
}

#[test]
fn cve_2015_1851() {
    written_by_a_guest(1 << 30);
}

#[test]
fn cve_2015_5163() {
    upload_with_a_backing_file();
}

#[test]
fn cve_2018_10472() {
    let mut bytes = overlay(b"cd.iso");
    bytes[0x8000..0x8007].copy_from_slice(b"\x01CD001\x01");
    let image = Hostile::new(bytes).refused(Qcow2, &["backing-file", "ambiguous"]);
    assert_eq!(image.content().next(), Some(diskprobe::Content::Iso9660));
}

#[test]
fn cve_2022_47951() {
    let texts = [
        FLAT.to_vec(),
        // The shortest valid descriptor.
        b"version=1\nCID=1\nparentCID=-1\ncreateType=\"monolithicFlat\"\nRW 1 FLAT \"/etc/hostname\" 0"
            .to_vec(),
        in_sparse_file(FLAT),
    ];
    for text in texts {
        let image = Hostile::new(text).refused(Vmdk, &["external-extents"]);
        let extents: Vec<_> = image.extents().map(|extent| extent.location).collect();
        assert_eq!(extents, [SECRET]);
    }
}

#[test]
fn cve_2024_32498() {
    upload_with_a_data_file();
}

/// The caller says that the image is raw, but it is not.
#[test]
fn cve_2024_40767() {
    for (bytes, format, token) in [
        (FLAT.to_vec(), Vmdk, "external-extents"),
        (overlay(SECRET), Qcow2, "backing-file"),
        (with_data_file(SECRET), Qcow2, "data-file"),
    ] {
        Hostile::new(bytes.clone()).refused(format, &[token]);
        let given = Hostile::new(bytes.clone()).given(Raw).costs(0, 0);
        assert_eq!(given.accepted(Raw).references().count(), 0);
        let matched = Hostile::new(bytes).given(Raw).also_matches();
        let image = matched.refused(Raw, &["ambiguous"]);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        assert_eq!(image.references().count(), 0);
    }
}

#[test]
fn cve_2024_44082() {
    upload_with_a_backing_file();
    upload_with_a_data_file();
    Hostile::new(FLAT.to_vec()).refused(Vmdk, &["external-extents"]);
}

/// The name contains options for a driver. Opening it would have side effects.
#[test]
fn cve_2024_4467() {
    let name = br#"json:{"driver":"raw","file":{"driver":"host_device","filename":"/dev/zero"}}"#;
    let image = Hostile::new(with_data_file(name)).refused(Qcow2, &["data-file"]);
    assert_eq!(image.data_file().expect("one").location, Some(&name[..]));
}

#[test]
fn cve_2024_45219() {
    upload_with_a_backing_file();
}

#[test]
fn cve_2024_50386() {
    upload_with_a_backing_file();
    upload_with_a_data_file();
}

#[test]
fn cve_2026_24708() {
    written_by_a_guest(1 << 30);
}

/// This is also GHSA-jmr4-g2hv-mjj6.
#[test]
fn cve_2026_27211() {
    written_by_a_guest(10 << 30);
}

#[test]
fn ghsa_f7qw_jj9c_rpq9() {
    upload_with_a_backing_file();
    upload_with_a_data_file();
}

#[test]
fn a_vmdk_with_a_relative_backing_name_is_refused() {
    let bytes = build::Vmdk::new(64 * MIB).parent("base.vmdk").bytes();
    let image = Hostile::new(bytes).refused(Vmdk, &["backing-file"]);
    assert_eq!(image.backing().expect("a name").location, b"base.vmdk");
}

/// QEMU does not follow these parents; other programs do.
#[test]
fn an_image_with_a_parent_is_refused() {
    // No locator names the parent.
    let child = patched(&vpc(), &[(60, &4u32.to_be_bytes())]);
    Hostile::new(vhd_checksum(child, 0)).refused(Format::Vpc, &["parent", "headers-differ"]);
    let mut child = patched(&vpc(), &[(60, &4u32.to_be_bytes())]);
    let end = child.len() - 512;
    child[end + 60..end + 64].copy_from_slice(&4u32.to_be_bytes());
    let child = vhd_checksum(vhd_checksum(child, 0), end);
    Hostile::new(child).refused(Format::Vpc, &["parent"]);

    let pairs = [
        ("parent_linkage", "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb}"),
        ("relative_path", "p.vhdx"),
    ];
    let child = vhdx::with_locator(&vhdx(), 0x10040, &vhdx::locator(&pairs));
    let child = Hostile::new(child).costs(8, 256 << 10);
    child.refused(Format::Vhdx, &["parent"]);

    for uuid in [424, 440] {
        let child = patched(&vdi(), &[(76, &4u32.to_le_bytes()), (uuid, &[7; 16])]);
        Hostile::new(child).refused(Format::Vdi, &["parent"]);
    }
}

/// Bochs treats it as an overlay, and QEMU as raw.
#[test]
fn a_bochs_overlay_is_ambiguous() {
    for kind in [b"Undoable", b"Volatile"] {
        let bytes = patched(&bochs(0x2_0000), &[(48, kind)]);
        let image = Hostile::new(bytes).refused(Raw, &["ambiguous"]);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Bochs]);
    }
}

/// Detection pads a short file with zeros. Facts are read only from bytes of the file.
#[test]
fn an_image_can_be_shorter_than_a_sector() {
    let whole = backed(&extended(&[], b""), 200, SECRET);
    Hostile::new(whole[..213].to_vec()).refused(Qcow2, &["backing-file"]);
    Hostile::new(whole[..212].to_vec()).broken(ErrorKind::Truncated, "backing file name");
    Hostile::new(whole[..8].to_vec()).broken(ErrorKind::Truncated, "header");
}

/// No program writes these descriptors. They name the same file as `FLAT`.
#[test]
fn an_unusual_descriptor_with_extents_is_refused() {
    let text = std::str::from_utf8(FLAT).expect("ASCII");
    let latin = [&b"# caf\xe9\n"[..], FLAT].concat();
    let bell = [&b"# \x07\n"[..], FLAT].concat();
    let twice = text.replace("createType", "CREATETYPE=\"monolithicSparse\"\ncreateType");
    let tabs = twice.replace(
        "RW 2048 FLAT \"/etc/hostname\" 0",
        "NOACCESS 1 ZERO\nRW\t2048\tFLAT\t\"/etc/hostname\"\t0 =x",
    );
    for bytes in [
        latin,
        bell,
        twice.clone().into_bytes(),
        tabs.clone().into_bytes(),
        in_sparse_file(twice.as_bytes()),
        in_sparse_file(tabs.as_bytes()),
    ] {
        let image = Hostile::new(bytes).refused(Vmdk, &["external-extents"]);
        assert_eq!(
            image.extents().map(|extent| extent.location).next(),
            Some(SECRET)
        );
    }
}

/// QEMU ignores the extents in this descriptor.
#[test]
fn a_sparse_file_whose_descriptor_lists_other_files_is_refused() {
    let mut bytes = vmdk();
    bytes[0x200..0x200 + FLAT.len()].copy_from_slice(FLAT);
    bytes[0x200 + FLAT.len()] = 0;
    Hostile::new(bytes).refused(Vmdk, &["headers-differ"]);
    let mut bytes = patched(&cowd(), &[(0x200, &[0; 64])]);
    bytes[0x200..0x200 + FLAT.len()].copy_from_slice(FLAT);
    Hostile::new(bytes).refused(Vmdk, &["headers-differ"]);
    Hostile::new(cowd()).refused(Vmdk, &["backing-file"]);
}

/// The list of allowed formats also covers formats that few programs know.
#[test]
fn a_format_that_few_programs_read_is_detected() {
    for (bytes, format) in [
        (parallels(), Format::Parallels),
        (bochs(0x2_0000), Format::Bochs),
        (cloop(), Format::Cloop),
    ] {
        let images = Images::new();
        images.write("x.img", &bytes);
        Hostile::new(bytes).accepted(format);
        let run = check(images.directory(), &["--formats=raw,qcow2", "x.img"]);
        assert_eq!(run.code, Some(1));
        assert!(run.text().contains("\n    format "), "{run:?}");
    }
    // A guest can also write a trailer.
    for (bytes, format) in [
        (udif().bytes, Format::Dmg),
        (fixed_vpc_of_1_mib(), Format::Vpc),
    ] {
        let image = Hostile::new(bytes.clone()).refused(Raw, &["ambiguous"]);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [format]);
        Hostile::new(bytes).given(format).accepted(format);
    }
}

/// A disk that an untrusted host passes as encrypted, so that the guest trusts what is in it.
fn encrypted_by_a_null_cipher(segment: &str) {
    let text = r#""type":"crypt","offset":"1048576","size":"dynamic","iv_tweak":"0","encryption":"aes-xts-plain64""#;
    let text = build::LUKS2_METADATA.replace(text, segment);
    assert_ne!(text, build::LUKS2_METADATA);
    // If no copy is valid, the second one is looked for at every offset that it can have.
    let volume = || Hostile::new(build::luks2(&text)).costs(12, 128 << 10);
    let image = volume().refused(Raw, &["null-cipher"]);
    assert_eq!(image.virtual_size(), Some(2 * MIB));
    volume()
        .given(Format::Luks)
        .refused(Format::Luks, &["null-cipher"]);
}

#[test]
fn cve_2025_59054() {
    let null = r#""type":"crypt","offset":"1048576","size":"dynamic","iv_tweak":"0","encryption":"cipher_null-ecb""#;
    encrypted_by_a_null_cipher(null);
}

#[test]
fn cve_2025_58356() {
    let null =
        r#""type":"crypt","offset":"1048576","size":"dynamic","iv_tweak":"0","encryption":"null""#;
    encrypted_by_a_null_cipher(null);
    encrypted_by_a_null_cipher(r#""type":"linear","offset":"1048576","size":"dynamic""#);
}
