// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parallels, Bochs and cloop: small headers.

use crate::build::{bochs, cloop, Build, Parallels, MIB};
use crate::case::{accepted, Case, Qemu};
use crate::patched;

const LE4: fn(u32) -> [u8; 4] = u32::to_le_bytes;
const LE8: fn(u64) -> [u8; 8] = u64::to_le_bytes;
const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;
/// The value of `inuse` of an image that is open.
pub const IN_USE: u32 = 0x746f_6e59;

/// All cases.
pub fn all() -> Vec<Case> {
    let base = Parallels::new(64 * MIB).bytes();
    let mut all = accepted(
        &base,
        &[
            ("plain", &[], "parallels 67108864 cluster 1048576"),
            (
                "first form",
                &[(0, b"WithoutFreeSpace")],
                "parallels 67108864 cluster 1048576",
            ),
            (
                "first form, upper half of the size",
                &[(0, b"WithoutFreeSpace"), (40, &[0xff; 4])],
                "parallels 67108864 cluster 1048576",
            ),
            (
                "in use",
                &[(44, &LE4(IN_USE))],
                "parallels 67108864 cluster 1048576 dirty",
            ),
            (
                "size beyond the table",
                &[(32, &[0; 4]), (36, &LE8(1 << 40))],
                "parallels 562949953421312 cluster 1048576",
            ),
            ("size 0", &[(36, &[0; 8])], "parallels 0 cluster 1048576"),
            ("version 3", &[(16, &[3])], "raw 1048576"),
        ],
    );
    let longest = Case::accepted(
        "longest table",
        patched(&base, &[(32, &LE4(536_869_872))]),
        "parallels 67108864 cluster 1048576",
    );
    all.push(longest.qemu(Qemu::Unasked("it reads a table of 2 GiB")));
    all.push(Case::accepted(
        "bochs version 1",
        bochs(0x1_0000),
        "bochs 67108864 cluster 524288",
    ));
    all.extend(accepted(
        &bochs(0x2_0000),
        &[
            ("bochs version 2", &[], "bochs 67108864 cluster 524288"),
            (
                "bochs size not whole sectors",
                &[(88, &[0x64])],
                "bochs 67108864 cluster 524288",
            ),
            (
                "bochs smallest extent",
                &[(80, &LE4(512)), (88, &LE8(65536))],
                "bochs 65536 cluster 512",
            ),
            (
                "bochs largest extent",
                &[(80, &LE4(8 << 20))],
                "bochs 67108864 cluster 8388608",
            ),
            (
                "bochs table of exactly the size",
                &[(88, &LE8(64 << 20))],
                "bochs 67108864 cluster 524288",
            ),
            (
                "bochs table and a part of a sector",
                &[(88, &LE8((64 << 20) + 511))],
                "bochs 67108864 cluster 524288",
            ),
            ("bochs Undoable", &[(48, b"Undoable")], "raw 1024"),
            ("bochs Volatile", &[(48, b"Volatile")], "raw 1024"),
        ],
    ));
    all.extend(accepted(
        &cloop(),
        &[
            ("cloop", &[], "cloop 1048576 cluster 65536"),
            (
                "cloop smallest block",
                &[(128, &BE4(512))],
                "cloop 8192 cluster 512",
            ),
            (
                "cloop largest block",
                &[(128, &BE4(64 << 20))],
                "cloop 1073741824 cluster 67108864",
            ),
            (
                "cloop no blocks",
                &[(132, &[0; 4])],
                "cloop 0 cluster 65536",
            ),
        ],
    ));
    all
}
