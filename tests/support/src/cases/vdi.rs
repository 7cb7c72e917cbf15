// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI.

use crate::build::{Build, Vdi, MIB};
use crate::case::{accepted, rejected, Case, Qemu};
use crate::patched;
use crate::qemu_versions::VDI_AFTER_VMDK;
use diskprobe::ErrorKind::InvalidImage;

/// Number of entries of the longest table that QEMU reads.
const MOST_BLOCKS: u32 = 0x1fff_ff80;
const LARGEST_SIZE: u64 = (MOST_BLOCKS as u64) << 20;
/// An identifier, as it is stored.
pub const STORED: &[u8; 16] = b"\xc3\x0e\xed\x83\xc8\x24\xa6\x49\xa9\x59\x5e\x4b\xf1\x28\x8b\xfb";

const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;

/// 64 MiB in 64 blocks.
pub fn base() -> Vec<u8> {
    Vdi::new(64 * MIB).bytes()
}

/// All cases.
pub fn all() -> Vec<Case> {
    let base = base();
    let mut all = accepted(
        &base,
        &[
            ("plain", &[], "vdi 67108864 cluster 1048576"),
            ("size 0", &[(368, &LE8(0))], "vdi 0 cluster 1048576"),
            ("size 1", &[(368, &LE8(1))], "vdi 512 cluster 1048576"),
            (
                "size not whole sectors",
                &[(368, &LE8(67_108_764))],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "one block more",
                &[(384, &LE4(65))],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "block map at 0",
                &[(340, &LE4(0))],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "block map after the end",
                &[(340, &LE4(0xffff_fe00))],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "data at 512",
                &[(344, &LE4(512))],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "data after the end",
                &[(344, &LE4(0xffff_fe00))],
                "vdi 67108864 cluster 1048576",
            ),
            ("type 0", &[(76, &LE4(0))], "vdi 67108864 cluster 1048576"),
            ("type 4", &[(76, &LE4(4))], "vdi 67108864 cluster 1048576"),
            ("type 9", &[(76, &LE4(9))], "vdi 67108864 cluster 1048576"),
            (
                "uuid of the last snapshot",
                &[(408, STORED)],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "fields that mean nothing",
                &[
                    (72, &[0xff; 4]),
                    (80, &[0xff; 4]),
                    (380, &[0xff; 4]),
                    (388, &[0xff; 4]),
                ],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "qcow2 at 0",
                &[(0, b"QFI\xfb\0\0\0\x03")],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "qcow at 0",
                &[(0, b"QFI\xfb\0\0\0\x01")],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "LUKS at 0",
                &[(0, b"LUKS\xba\xbe\0\x01")],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "LUKS2 at 0",
                &[(0, b"LUKS\xba\xbe\0\x02")],
                "vdi 67108864 cluster 1048576",
            ),
            (
                "bochs at 0, whose version is the signature",
                &[
                    (0, b"Bochs Virtual HD Image\0"),
                    (32, b"Redolog\0"),
                    (48, b"Growing\0"),
                ],
                "vdi 67108864 cluster 1048576",
            ),
        ],
    );
    all.push(Case::accepted(
        "static",
        Vdi::new(MIB).fixed().bytes(),
        "vdi 1048576 cluster 1048576",
    ));
    all.extend(rejected(
        &base,
        InvalidImage,
        &[
            ("disk_size is 67108864", 368, &[(384, &LE4(63))]),
            (
                "disk_size is 562949819203585",
                368,
                &[(368, &LE8(LARGEST_SIZE + 1)), (384, &LE4(MOST_BLOCKS))],
            ),
        ],
    ));
    for size in [64 << 20, LARGEST_SIZE - 1, LARGEST_SIZE] {
        let bytes = patched(&base, &[(368, &LE8(size)), (384, &LE4(MOST_BLOCKS))]);
        let facts = format!("vdi {} cluster 1048576", size.next_multiple_of(512));
        let case = Case::accepted(format!("size {size} of the longest table"), bytes, facts);
        all.push(case.qemu(Qemu::Unasked("it reads a table of 2 GiB")));
    }
    all.extend(detected_before(&base));
    // QEMU refuses a VDI with a parent; VirtualBox follows it. So it has facts, and a parent.
    for uuid in [424, 440] {
        let child = patched(&base, &[(76, &[4]), (uuid, STORED)]);
        all.push(
            Case::accepted("parent", child, "vdi 67108864 cluster 1048576").qemu(Qemu::Refuses("")),
        );
    }
    all
}

/// A VDI that starts with the signature of a format that QEMU asks for first.
fn detected_before(base: &[u8]) -> Vec<Case> {
    let signed = |signature: &[u8]| patched(base, &[(0, signature)]);
    let case = |format, signature: &[u8]| Case::refused(format, signed(signature), "", format);
    vec![
        case("qed", b"QED\0"),
        case("vpc", b"conectix").needs(&VDI_AFTER_VMDK),
        case("parallels", b"WithouFreSpacExt\x02\0\0\0"),
        case("vmdk", b"KDMV\x01\0\0\0").needs(&VDI_AFTER_VMDK),
        case("vmdk", b"version=1\n").needs(&VDI_AFTER_VMDK),
        case("vhdx", b"vhdxfile").needs(&VDI_AFTER_VMDK),
    ]
}
