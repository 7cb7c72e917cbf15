// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows 1 to 30: the format itself.

use super::{both, each, list, luks, parallels, qed, vdi, vhdx, vmdk, vpc, vpc_fixed, DESCRIPTOR};
use crate::build::{bochs, cloop, cowd, udif, vhd_checksum};
use crate::cases::qcow2;
use crate::patched;
use crate::qemu_versions::VDI_AFTER_VMDK;
use diskprobe::Format;

/// Some bytes with another signature in them.
fn signed(base: Vec<u8>, signature: &[u8]) -> Vec<u8> {
    patched(&base, &[(0, signature)])
}

fn with_iso(mut base: Vec<u8>) -> Vec<u8> {
    base.resize(base.len().max(0x9000), 0);
    patched(&base, &[(0x8000, b"\x01CD001\x01")])
}

list! {
    row_01_qcow2_future_version:
        "An unknown version is an error: raw would be a way to escape inspection",
        [
            both(patched(&qcow2::base(), &[(4, &[0, 0, 0, 4])]), "refused: version"),
            both(patched(&qcow2::base(), &[(4, &[0xff; 4])]), "refused: version"),
        ];
    row_02_qcow2_fourth_byte:
        "A signature is all of its bytes",
        [both(patched(&qcow2::base(), &[(3, &[0])]), "raw 197120")];
    row_03_qed_fourth_byte:
        "A signature is all of its bytes",
        [both(patched(&qed(), &[(3, b"x")]), "raw 327680")];
    row_04_qcow2_version_0:
        "Probing needs a version of 1 or more",
        [both(patched(&qcow2::base(), &[(4, &[0; 4])]), "raw 197120")];
    row_05_vhdx:
        "QEMU probes this format",
        [both(vhdx(), "vhdx 67108864 cluster 8388608")];
    row_06_vpc_version_2:
        "The version of the footer is not checked, as in QEMU",
        [both(
            vhd_checksum(patched(&vpc(), &[(12, &[0, 2, 0, 0])]), 0),
            "vpc 67125248 cluster 2097152",
        )];
    row_07_vpc_checksum:
        "A wrong checksum is an error",
        [both(patched(&vpc(), &[(64, &[0; 4])]), "refused: checksum")];
    row_08_vpc_fixed:
        "No probing sees the footer, which a guest could write too: a caller must ask for it",
        [
            both(vpc_fixed(), "raw 1049088"),
            both(vpc_fixed(), "vpc 1048576").asked(Format::Vpc),
        ];
    row_09_vdi_version:
        "An unknown version is an error",
        [
            both(patched(&vdi(), &[(68, &[0, 0, 1, 0])]), "refused: version"),
            both(patched(&vdi(), &[(68, &[2, 0, 1, 0])]), "refused: version"),
        ];
    row_10_vmdk_version_0:
        "QEMU opens it, so that is what a guest gets",
        [both(
            patched(&vmdk(), &[(4, &[0])]),
            "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
        )];
    row_11_vmdk_version_4:
        "An unknown version is an error",
        [both(patched(&vmdk(), &[(4, &[4])]), "refused: ersion")];
    row_12_vmdk_descriptor:
        "A text that names the files of a disk is an image, and the names are what matters in it",
        [both(
            DESCRIPTOR.to_vec(),
            "vmdk 1048576 cid 12345678 type monolithicFlat extent FLAT f 1048576",
        )];
    row_13_vmdk_version_line:
        "The first line makes it a descriptor, and what is missing is an error",
        [each(
            b"version=1\n".to_vec(),
            "refused: invalid VMDK image descriptor",
            "refused: createType is missing",
        )];
    row_14_vmdk_cowd:
        "QEMU probes this format",
        [both(cowd(), "vmdk 1048576 cluster 512 backing p as vmdk cid 7 parent-cid 8")];
    row_15_parallels_first_magic:
        "QEMU probes this format",
        [both(
            patched(&parallels(), &[(0, b"WithoutFreeSpace")]),
            "parallels 67108864 cluster 1048576",
        )];
    row_16_parallels_version_3:
        "Probing needs version 2",
        [both(patched(&parallels(), &[(16, &[3])]), "raw 1048576")];
    row_17_bochs:
        "QEMU probes the growing kind; an overlay is raw to it",
        [
            both(bochs(0x1_0000), "bochs 67108864 cluster 524288"),
            both(bochs(0x2_0000), "bochs 67108864 cluster 524288"),
            both(patched(&bochs(0x2_0000), &[(48, b"Undoable")]), "raw 1024"),
            both(patched(&bochs(0x2_0000), &[(48, b"Volatile")]), "raw 1024"),
        ];
    row_18_cloop:
        "QEMU probes this format",
        [both(cloop(), "cloop 1048576 cluster 65536")];
    row_19_dmg_by_name:
        "Bytes have no name: a caller who knows that it is a dmg can ask for it",
        [
            each(udif().bytes, "dmg 4096", "raw 5120").named("x.dmg"),
            each(vec![0; 4096], "refused: UDIF", "raw 4096").named("x.dmg"),
            both(udif().bytes, "dmg 4096").asked(Format::Dmg),
        ];
    row_20_dmg_by_trailer:
        "No probing sees the trailer, which a guest could write too: a caller must ask for it",
        [both(udif().bytes, "raw 5120")];
    row_21_luks:
        "QEMU probes this format",
        [both(luks(), "luks 1048576 encrypted")];
    row_22_luks2:
        "The bytes are raw to QEMU, and so they are here; the encryption is a separate fact",
        [each(
            signed(vec![0; 8192], b"LUKS\xba\xbe\0\x02"),
            "raw 8192",
            "raw 8192 encrypted",
        )];
    row_23_iso:
        "The content of a raw image does not make it another format",
        [both(with_iso(Vec::new()), "raw 36864")];
    row_24_iso_in_other_formats:
        "What is at 0x8001 does not hide a header at 0",
        [
            both(with_iso(qcow2::base()), "qcow2 67108864 cluster 65536"),
            both(
                with_iso(vmdk()),
                "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
            ),
        ];
    row_25_vdi_behind_another_signature:
        "The signature that QEMU asks for first decides; its fields make no sense here",
        [
            both(signed(vdi(), b"QED\0"), "refused: eatures"),
            each(
                signed(vdi(), b"KDMV\x01\0\0\0"),
                "refused: L1 entry size is invalid",
                "refused: vmdk header: numGTEsPerGT",
            )
            .needs(&VDI_AFTER_VMDK),
            each(
                signed(vdi(), b"vhdxfile"),
                "refused: No valid VHDX header",
                "refused: vhdx",
            )
            .needs(&VDI_AFTER_VMDK),
            each(
                signed(vdi(), b"WithouFreSpacExt\x02\0\0\0"),
                "refused: Invalid image: Too big cluster",
                "refused: parallels header: tracks",
            ),
            each(
                signed(vdi(), b"version=1\n"),
                "refused: invalid VMDK image descriptor",
                "refused: vmdk descriptor",
            )
            .needs(&VDI_AFTER_VMDK),
        ];
    row_26_vdi_before_another_signature:
        "QEMU asks for vdi before these",
        [
            both(signed(vdi(), b"QFI\xfb\0\0\0\x01"), "vdi 67108864 cluster 1048576"),
            both(signed(vdi(), b"QFI\xfb\0\0\0\x03"), "vdi 67108864 cluster 1048576"),
            both(signed(vdi(), b"LUKS\xba\xbe\0\x01"), "vdi 67108864 cluster 1048576"),
        ];
    row_27_cow:
        "QEMU has no driver for it: raw, unless a caller asks for it",
        {
            let header = [(0, &b"OOOM\0\0\0\x02base.img"[..]), (1036, &(1u64 << 20).to_be_bytes())];
            [both(patched(&[0; 1560], &header), "raw 2048")]
        };
    row_28_vmdk_of_4_bytes:
        "Probing sees zeros after the end; a header does not consist of them",
        [each(
            b"KDMV".to_vec(),
            "refused: L1 entry size is invalid",
            "refused: needs 79 bytes",
        )];
    row_29_qcow2_without_a_version:
        "Probing sees zeros after the end, and version 0 does not exist",
        [
            both(b"QFI\xfb".to_vec(), "raw 512"),
            both(b"QFI\xfb\0\0\0".to_vec(), "raw 512"),
        ];
    row_30_qcow2_of_8_bytes:
        "A header does not consist of the zeros after the end",
        [each(
            b"QFI\xfb\0\0\0\x03".to_vec(),
            "refused: Unsupported cluster size",
            "refused: needs 72 bytes",
        )];
}
