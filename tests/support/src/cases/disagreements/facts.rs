// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows 31 to 57: the same format, and its facts.

use super::{both, each, list, luks, parallels, qcow, qed, vdi, vmdk, vpc, vpc_forced};
use crate::build::{vhd_checksum, Build, Qcow2, MIB};
use crate::case::Case;
use crate::cases::qcow2::{
    self, backed, extended, over_format, BACKING_FORMAT, DATA_FILE, UNKNOWN,
};
use crate::patched;
use crate::qemu_versions::LUKS_WITHOUT_HEADER;

/// Both refuse a qcow2 image with such bytes at an offset.
fn qcow2_refused(offset: usize, new: &[u8], words: [&'static str; 2]) -> Case {
    each(
        patched(&qcow2::base(), &[(offset, new)]),
        words[0],
        words[1],
    )
}

/// A VMDK whose descriptor has this text at such an offset.
fn vmdk_with(text: &[u8], offset: usize) -> Vec<u8> {
    patched(&vmdk(), &[(0x200 + offset, text)])
}

/// Where the descriptor of a fresh VMDK ends.
fn end_of_text() -> usize {
    let bytes = vmdk();
    let text = bytes[0x200..].iter().position(|byte| *byte == 0);
    text.expect("zeros after the text")
}

/// A VMDK with a footer that says twice the size.
fn with_footer() -> Vec<u8> {
    let header = patched(&vmdk()[..512], &[(12, &(2u64 << 17).to_le_bytes())]);
    let start = patched(&vmdk(), &[(56, &[0xff; 8])]);
    let marker = [&[0; 12][..], &[3], &[0; 499]].concat();
    [start, marker, header, vec![0; 512]].concat()
}

/// A VHD whose current size is 32 MiB, of this creator and geometry.
fn created_by(creator: &[u8; 4], geometry: [u8; 4]) -> Vec<u8> {
    let changes: [(usize, &[u8]); 3] = [
        (28, creator),
        (48, &(32u64 << 20).to_be_bytes()),
        (56, &geometry),
    ];
    vhd_checksum(patched(&vpc(), &changes), 0)
}

/// 64 MiB and less than half: 964 cylinders, 8 heads, 17 sectors.
const GEOMETRY: [u8; 4] = [0x03, 0xc4, 8, 17];
/// All ones except the heads: larger than a geometry can express.
const LARGEST: [u8; 4] = [0xff, 0xff, 16, 255];

list! {
    row_31_backing_name_far_away:
        "A name counts wherever the header may point to",
        [both(
            backed(&extended(&[], b""), 0xc000, b"/etc/hostname"),
            "qcow2 67108864 cluster 65536 backing /etc/hostname",
        )];
    row_32_extension_padding:
        "The data of an extension is padded to 8 bytes",
        [both(
            extended(&[(UNKNOWN, 5, b"12345"), (BACKING_FORMAT, 5, b"qcow2")], b"x.img"),
            "qcow2 67108864 cluster 65536 backing x.img as qcow2",
        )];
    row_33_data_file_and_backing_file:
        "Both are named, and both count",
        {
            let image = Qcow2::new(64 * MIB).backing("b.qcow2", "qcow2").data_file("d");
            [both(image.bytes(), "qcow2 67108864 cluster 65536 backing b.qcow2 as qcow2 data d")]
        };
    row_34_backing_format_twice:
        "The last one counts, as in QEMU",
        [both(
            extended(
                &[(BACKING_FORMAT, 3, b"raw"), (BACKING_FORMAT, 5, b"qcow2")],
                b"x.img",
            ),
            "qcow2 67108864 cluster 65536 backing x.img as qcow2",
        )];
    row_35_backing_format_names:
        "The name is kept as recorded, known or not, and never treated as raw",
        [
            both(over_format(b"foo"), "qcow2 67108864 cluster 65536 backing x.img as foo"),
            both(over_format(b"file"), "qcow2 67108864 cluster 65536 backing x.img as file"),
            both(over_format(b"vhdx"), "qcow2 67108864 cluster 65536 backing x.img as vhdx"),
            both(over_format(b"luks"), "qcow2 67108864 cluster 65536 backing x.img as luks"),
            both(
                over_format(b"parallels"),
                "qcow2 67108864 cluster 65536 backing x.img as parallels",
            ),
            both(over_format(b"vhd"), "qcow2 67108864 cluster 65536 backing x.img as vhd"),
            both(over_format(b"ploop"), "qcow2 67108864 cluster 65536 backing x.img as ploop"),
        ];
    row_36_extension_length:
        "An extension that does not fit is an error: it could hide others",
        [
            each(
                extended(&[(UNKNOWN, 0xffff_fff0, b"")], b"x.img"),
                "refused: Header extension too large",
                "refused: length is 4294967280",
            ),
            each(
                extended(&[(UNKNOWN, 0x400, b"")], b"x.img"),
                "refused: Header extension too large",
                "refused: length is 1024",
            ),
        ];
    row_37_backing_name_behind_the_end:
        "No fact comes from bytes that do not exist, or from half of them",
        [each(
            {
                let mut bytes = backed(&extended(&[], b""), 0x400, b"raw.img");
                bytes.truncate(0x404);
                bytes
            },
            "qcow2 67108864 backing raw.",
            "refused: backing file name: needs 7 bytes",
        )];
    row_38_backing_name_in_the_header:
        "A name that starts with NUL is empty, and an empty name is none",
        [both(
            patched(&qcow2::base(), &[(8, &4u64.to_be_bytes()), (16, &[0, 0, 0, 5])]),
            "qcow2 67108864 cluster 65536",
        )];
    row_39_long_backing_names:
        "A name that is longer than the format allows is an error",
        [
            each(
                backed(&extended(&[], b""), 0x400, &[b'A'; 1024]),
                "refused: Backing file name too long",
                "refused: backing_file_size is 1024",
            ),
            each(
                patched(
                    &qed(),
                    &[
                        (16, &[1]),
                        (56, &0x400u32.to_le_bytes()),
                        (60, &5000u32.to_le_bytes()),
                        (0x400, &[b'A'; 5000]),
                    ],
                ),
                "refused: Failed to read backing filename",
                "refused: backing_filename_size is 5000",
            ),
        ];
    row_40_vmdk_hint_far_away:
        "The parent is looked for where QEMU looks, in 10240 bytes",
        [both(
            {
                let (from, to) = (end_of_text(), 12000);
                let filled = vmdk_with(&vec![b'#'; to - from], from);
                patched(&filled, &[(0x200 + to, b"\nparentFileNameHint=\"base.vmdk\"\n")])
            },
            "vmdk 67108864 cluster 65536 cid 12345678 type monolithicSparse",
        )];
    row_41_vmdk_hint_with_blanks:
        "The value starts two bytes after the key, as in QEMU: that is the file a guest gets",
        [both(
            vmdk_with(b"parentFileNameHint = \"b\"\n", end_of_text()),
            "vmdk 67108864 cluster 65536 backing   as vmdk cid 12345678 type monolithicSparse",
        )];
    row_42_vmdk_backing_format:
        "QEMU opens the parent of a vmdk as vmdk, so its format is known",
        [both(
            vmdk_with(b"parentFileNameHint=\"base.vmdk\"\n", end_of_text()),
            "vmdk 67108864 cluster 65536 backing base.vmdk as vmdk cid 12345678 \
             type monolithicSparse",
        )];
    row_43_vmdk_footer:
        "If the header says that a footer counts, it does",
        [both(with_footer(), "vmdk 134217728 cluster 65536 cid 12345678 type monolithicSparse")];
    row_44_vpc_size:
        "The creator decides which field is the size, as in QEMU",
        [
            both(created_by(b"win ", GEOMETRY), "vpc 33554432 cluster 2097152"),
            both(created_by(b"qem2", GEOMETRY), "vpc 33554432 cluster 2097152"),
            both(created_by(b"vpc ", GEOMETRY), "vpc 67125248 cluster 2097152"),
            both(created_by(b"qemu", GEOMETRY), "vpc 67125248 cluster 2097152"),
            both(created_by(b"vpc ", LARGEST), "vpc 33554432 cluster 2097152"),
            both(created_by(b"vpc ", [0; 4]), "vpc 0 cluster 2097152"),
            both(
                vhd_checksum(patched(&vpc_forced(), &[(40, &(1u64 << 20).to_be_bytes())]), 0),
                "vpc 67108864 cluster 2097152",
            ),
        ];
    row_45_odd_size_cut:
        "The size is what the guest sees: whole sectors, here fewer; the exact one is separate",
        [
            both(
                patched(&qcow2::base(), &[(24, &(67_108_764u64).to_be_bytes())]),
                "qcow2 67108352 cluster 65536",
            ),
            both(
                patched(&qcow(), &[(24, &(67_108_764u64).to_be_bytes())]),
                "qcow 67108352 cluster 4096",
            ),
        ];
    row_46_odd_size_filled:
        "The size is what the guest sees: whole sectors, here more",
        [both(
            patched(&vdi(), &[(368, &(67_108_764u64).to_le_bytes())]),
            "vdi 67108864 cluster 1048576",
        )];
    row_47_odd_length:
        "The size is what the guest sees: the length, rounded up to whole sectors",
        [
            both(vec![0; 1_000_003], "raw 1000448"),
            both(
                {
                    let mut bytes = luks();
                    bytes.truncate(bytes.len() - (1 << 20) + 1_000_003);
                    bytes
                },
                "luks 1000448 encrypted",
            ),
        ];
    row_48_qcow2_size_0:
        "A size of 0 is a size",
        [both(patched(&qcow2::base(), &[(24, &[0; 8])]), "qcow2 0 cluster 65536")];
    row_49_qcow2_cluster_bits:
        "A cluster size that the format does not have is an error",
        [
            qcow2_refused(
                20,
                &8u32.to_be_bytes(),
                ["refused: cluster size: 2^8", "refused: cluster_bits is 8"],
            ),
            qcow2_refused(
                20,
                &40u32.to_be_bytes(),
                ["refused: cluster size: 2^40", "refused: cluster_bits is 40"],
            ),
            qcow2_refused(
                20,
                &[0xff; 4],
                ["refused: cluster size", "refused: cluster_bits is 4294967295"],
            ),
        ];
    row_50_qcow2_impossible_fields:
        "Each of these is an error that names the field",
        [
            qcow2_refused(79, &[1 << 5], ["refused: feature", "refused: unknown bits 0x20"]),
            qcow2_refused(
                100,
                &72u32.to_be_bytes(),
                ["refused: header too short", "refused: header_length is 72"],
            ),
            qcow2_refused(
                100,
                &65_544u32.to_be_bytes(),
                ["refused: exceeds cluster size", "refused: header_length is 65544"],
            ),
            each(
                patched(&qcow2::base(), &[(79, &[1 << 3]), (104, &[2])]),
                "refused: compression type: 2",
                "refused: compression_type is 2",
            ),
            qcow2_refused(
                96,
                &7u32.to_be_bytes(),
                ["refused: entry width too large", "refused: refcount_order is 7"],
            ),
            qcow2_refused(
                24,
                &(1u64 << 40).to_be_bytes(),
                ["refused: L1 table is too small", "refused: l1_size is 1"],
            ),
            qcow2_refused(
                36,
                &(4_194_305u32).to_be_bytes(),
                ["refused: L1 table too large", "refused: l1_size is 4194305"],
            ),
            qcow2_refused(
                60,
                &65_537u32.to_be_bytes(),
                ["refused: Snapshot table too large", "refused: nb_snapshots is 65537"],
            ),
            qcow2_refused(
                56,
                &[0; 4],
                ["refused: reference count table", "refused: refcount_table_clusters is 0"],
            ),
        ];
    row_51_encryption_methods:
        "An unknown encryption is an error: it is certain that the image is encrypted",
        [
            qcow2_refused(
                32,
                &3u32.to_be_bytes(),
                ["refused: encryption method 3", "refused: crypt_method is 3"],
            ),
            each(
                patched(&qcow(), &[(36, &2u32.to_be_bytes())]),
                "refused: invalid encryption method",
                "refused: crypt_method is 2",
            ),
        ];
    row_52_luks_without_a_header:
        "An encrypted image that does not record where its header is is an error",
        [qcow2_refused(
            32,
            &2u32.to_be_bytes(),
            ["refused: Missing CRYPTO header", "refused: the encryption header extension is missing"],
        )
        .needs(&LUKS_WITHOUT_HEADER)];
    row_53_data_file_without_its_bit:
        "The name of another file is reported, whether or not the bit that makes it count is set",
        [both(
            extended(&[(DATA_FILE, 8, b"/etc/abc")], b""),
            "qcow2 67108864 cluster 65536 data /etc/abc",
        )];
    row_54_qcow2_largest_size:
        "A size that QEMU cannot address is an error",
        [each(
            patched(&qcow2::base(), &[(24, &[0xff; 8])]),
            "refused: File too large",
            "refused: size is 18446744073709551615",
        )];
    row_55_luks_cut:
        "No fact comes from bytes that do not exist",
        [
            each(luks()[..8].to_vec(), "refused: LUKS", "refused: needs 592 bytes"),
            each(luks()[..512].to_vec(), "refused: Keyslot", "refused: needs 592 bytes"),
        ];
    row_56_parallels_cut:
        "No fact comes from bytes that do not exist, even if zeros would do",
        [each(
            parallels()[..40].to_vec(),
            "parallels 67108864",
            "refused: needs 64 bytes",
        )];
    row_57_qed_fields:
        "The bit for a check says that it was not closed properly; the rest are errors",
        [
            each(
                patched(&qed(), &[(16, &[2])]),
                "qed 67108864",
                "qed 67108864 cluster 65536 dirty",
            ),
            both(patched(&qed(), &[(16, &[8])]), "refused: eatures"),
            each(
                patched(&qed(), &[(4, &2048u32.to_le_bytes())]),
                "refused: cluster size is invalid",
                "refused: cluster_size is 2048",
            ),
            each(
                patched(&qed(), &[(48, &67_108_865u64.to_le_bytes())]),
                "refused: image size is invalid",
                "refused: image_size is 67108865",
            ),
        ];
}
