// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows 1 to 30: the format itself.

use crate::bases::*;
use crate::common::{patched, vhd_sealed};
use crate::{crafted, rows, Bytes};
use diskprobe::Format;

/// Some bytes with another signature in them.
fn signed(base: Vec<u8>, signature: &[u8]) -> Vec<u8> {
    patched(&base, &[(0, signature)])
}

fn with_iso(mut base: Vec<u8>) -> Vec<u8> {
    base.resize(base.len().max(0x9000), 0);
    patched(&base, &[(0x8000, b"\x01CD001\x01")])
}

rows! {
    row_01_qcow2_future_version:
        "a version that nobody knows is an error: raw would be a way out of being looked at",
        [
            Bytes::both(patched(&qcow2(), &[(4, &[0, 0, 0, 4])]), "refused: version"),
            Bytes::both(patched(&qcow2(), &[(4, &[0xff; 4])]), "refused: version"),
        ];
    row_02_qcow2_fourth_byte:
        "a signature is all of its bytes",
        [Bytes::both(patched(&qcow2(), &[(3, &[0])]), "raw 197120")];
    row_03_qed_fourth_byte:
        "a signature is all of its bytes",
        [Bytes::both(patched(&qed(), &[(3, b"x")]), "raw 327680")];
    row_04_qcow2_version_0:
        "probing wants a version of 1 or more",
        [Bytes::both(patched(&qcow2(), &[(4, &[0; 4])]), "raw 197120")];
    row_05_vhdx:
        "a format of QEMU's probing",
        [Bytes::both(vhdx(), "vhdx 67108864")];
    row_06_vpc_version_2:
        "the version of the footer is not looked at, as in QEMU",
        [Bytes::both(
            vhd_sealed(patched(&vpc(), &[(12, &[0, 2, 0, 0])]), 0),
            "vpc 67125248",
        )];
    row_07_vpc_checksum:
        "a wrong checksum is an error",
        [Bytes::both(patched(&vpc(), &[(64, &[0; 4])]), "refused: checksum")];
    row_08_vpc_fixed:
        "no probing sees the footer, which a guest could write too: only who knows can ask",
        [
            Bytes::both(vpc_fixed(), "raw 1049088"),
            Bytes::both(vpc_fixed(), "vpc 1048576").asked(Format::Vpc),
        ];
    row_09_vdi_version:
        "a version that nobody knows is an error",
        [
            Bytes::both(patched(&vdi(), &[(68, &[0, 0, 1, 0])]), "refused: version"),
            Bytes::both(patched(&vdi(), &[(68, &[2, 0, 1, 0])]), "refused: version"),
        ];
    row_10_vmdk_version_0:
        "QEMU opens it, so that is what a guest gets",
        [Bytes::both(patched(&vmdk(), &[(4, &[0])]), "vmdk 67108864")];
    row_11_vmdk_version_4:
        "a version that nobody knows is an error",
        [Bytes::both(patched(&vmdk(), &[(4, &[4])]), "refused: ersion")];
    row_12_vmdk_descriptor:
        "a text that names the files of a disk is an image, and the names are what matters in it",
        [Bytes::both(DESCRIPTOR.to_vec(), "vmdk 1048576")];
    row_13_vmdk_version_line:
        "the first line makes it a descriptor, and what is missing an error",
        [Bytes::each(
            b"version=1\n".to_vec(),
            "refused: invalid VMDK image descriptor",
            "refused: there is no createType",
        )];
    row_14_vmdk_cowd:
        "a format of QEMU's probing",
        [Bytes::both(crafted::cowd(), "vmdk 1048576 backing p as vmdk")];
    row_15_parallels_first_magic:
        "a format of QEMU's probing",
        [Bytes::both(
            patched(&parallels(), &[(0, b"WithoutFreeSpace")]),
            "parallels 67108864",
        )];
    row_16_parallels_version_3:
        "probing wants version 2",
        [Bytes::both(patched(&parallels(), &[(16, &[3])]), "raw 1048576")];
    row_17_bochs:
        "a format of QEMU's probing where it grows; an overlay is raw to it",
        [
            Bytes::both(crafted::bochs(0x1_0000), "bochs 67108864"),
            Bytes::both(crafted::bochs(0x2_0000), "bochs 67108864"),
            Bytes::both(patched(&crafted::bochs(0x2_0000), &[(48, b"Undoable")]), "raw 1024"),
            Bytes::both(patched(&crafted::bochs(0x2_0000), &[(48, b"Volatile")]), "raw 1024"),
        ];
    row_18_cloop:
        "a format of QEMU's probing",
        [Bytes::both(crafted::cloop(), "cloop 1048576")];
    row_19_dmg_by_name:
        "bytes have no name: who knows that it is a dmg can ask for it",
        [
            Bytes::each(crafted::udif().0, "dmg 4096", "raw 5120").named("x.dmg"),
            Bytes::each(vec![0; 4096], "refused: UDIF", "raw 4096").named("x.dmg"),
            Bytes::both(crafted::udif().0, "dmg 4096").asked(Format::Dmg),
        ];
    row_20_dmg_by_trailer:
        "no probing sees the trailer, which a guest could write too: only who knows can ask",
        [Bytes::both(crafted::udif().0, "raw 5120")];
    row_21_luks:
        "a format of QEMU's probing",
        [Bytes::both(luks(), "luks 1048576 encrypted")];
    row_22_luks2:
        "the bytes are raw to QEMU, and so they are here; that they are encrypted is said beside it",
        [Bytes::each(
            signed(vec![0; 8192], b"LUKS\xba\xbe\0\x02"),
            "raw 8192",
            "raw 8192 encrypted",
        )];
    row_23_iso:
        "what a raw image holds does not make it another format",
        [Bytes::both(with_iso(Vec::new()), "raw 36864")];
    row_24_iso_in_other_formats:
        "what stands at 0x8001 does not hide a header at 0",
        [
            Bytes::both(with_iso(qcow2()), "qcow2 67108864"),
            Bytes::both(with_iso(vmdk()), "vmdk 67108864"),
        ];
    row_25_vdi_behind_another_signature:
        "of two signatures, the one that QEMU asks for first decides; its fields make no sense here",
        [
            Bytes::both(signed(vdi(), b"QED\0"), "refused: eatures"),
            Bytes::each(
                signed(vdi(), b"KDMV\x01\0\0\0"),
                "refused: L1 entry size is invalid",
                "refused: vmdk header: numGTEsPerGT",
            ),
            Bytes::each(
                signed(vdi(), b"vhdxfile"),
                "refused: No valid VHDX header",
                "refused: vhdx",
            ),
            Bytes::each(
                signed(vdi(), b"WithouFreSpacExt\x02\0\0\0"),
                "refused: Invalid image: Too big cluster",
                "refused: parallels header: tracks",
            ),
            Bytes::each(
                signed(vdi(), b"version=1\n"),
                "refused: invalid VMDK image descriptor",
                "refused: vmdk descriptor",
            ),
        ];
    row_26_vdi_before_another_signature:
        "QEMU asks for vdi before these",
        [
            Bytes::both(signed(vdi(), b"QFI\xfb\0\0\0\x01"), "vdi 67108864"),
            Bytes::both(signed(vdi(), b"QFI\xfb\0\0\0\x03"), "vdi 67108864"),
            Bytes::both(signed(vdi(), b"LUKS\xba\xbe\0\x01"), "vdi 67108864"),
        ];
    row_27_cow:
        "QEMU has no driver for it any more: raw, unless it is asked for",
        {
            let header = [(0, &b"OOOM\0\0\0\x02base.img"[..]), (1036, &(1u64 << 20).to_be_bytes())];
            [Bytes::both(patched(&[0; 1560], &header), "raw 2048")]
        };
    row_28_vmdk_of_4_bytes:
        "probing sees zeros behind the end; a header is not made of them",
        [Bytes::each(
            b"KDMV".to_vec(),
            "refused: L1 entry size is invalid",
            "refused: needs 79 bytes",
        )];
    row_29_qcow2_without_a_version:
        "probing sees zeros behind the end, and version 0 is no version",
        [
            Bytes::both(b"QFI\xfb".to_vec(), "raw 512"),
            Bytes::both(b"QFI\xfb\0\0\0".to_vec(), "raw 512"),
        ];
    row_30_qcow2_of_8_bytes:
        "a header is not made of the zeros behind the end",
        [Bytes::each(
            b"QFI\xfb\0\0\0\x03".to_vec(),
            "refused: Unsupported cluster size",
            "refused: needs 72 bytes",
        )];
}

/// Row 27, asked for: QEMU has no such driver to compare with.
#[test]
fn cow_that_is_asked_for() {
    let header = [
        (0, &b"OOOM\0\0\0\x02base.img"[..]),
        (1036, &(1u64 << 20).to_be_bytes()),
    ];
    let options = diskprobe::Options::new().format(Some(Format::Cow));
    let image = diskprobe::probe_buffer(&patched(&[0; 1560], &header), Some(1560), &options);
    let image = image.expect("a cow image");
    assert_eq!(crate::ours(&image), "cow 1048576 backing base.img");
}

/// Rows 25 and 26: two signatures are a finding, whichever decides.
#[test]
fn a_second_signature_is_told() {
    let bytes = signed(vdi(), b"QFI\xfb\0\0\0\x03");
    let image = crate::common::probe(&bytes).expect("a vdi image");
    assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Qcow2]);
}
