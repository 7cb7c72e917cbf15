// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2: header, header extensions, backing file and data file.

use crate::build::{Build, Fields, Qcow2, MIB};
use crate::case::{accepted, rejected, Case};
use crate::{patched, Changes};
use diskprobe::ErrorKind::InvalidImage;

const CLUSTER: u64 = 65536;
/// The end of the largest file of QEMU.
const FILE_END: u64 = 0x7fff_ffff_c000_0000;

const BE4: fn(u32) -> [u8; 4] = u32::to_be_bytes;
const BE8: fn(u64) -> [u8; 8] = u64::to_be_bytes;

/// The kind of the header extension for the backing format.
pub const BACKING_FORMAT: u32 = 0xe279_2aca;
/// The kind of the header extension for the data file.
pub const DATA_FILE: u32 = 0x4441_5441;
/// A kind of header extension that means nothing.
pub const UNKNOWN: u32 = 0x1234_5678;

/// A plain version 3 image of 64 MiB.
pub fn base() -> Vec<u8> {
    Qcow2::new(64 * MIB).bytes()
}

/// Returns `qcow2` with this backing file name at `offset`.
pub fn backed(qcow2: &[u8], offset: usize, name: &[u8]) -> Vec<u8> {
    let length = u32::try_from(name.len()).expect("short");
    patched(
        qcow2,
        &[(8, &BE8(offset as u64)), (16, &BE4(length)), (offset, name)],
    )
}

/// Returns the base with these header extensions, and a backing file name at 0x400 unless it is
/// empty. Each extension has the length that is given, whatever that of its data.
pub fn extended(extensions: &[(u32, u32, &[u8])], backing: &[u8]) -> Vec<u8> {
    let area = extensions
        .iter()
        .fold(Fields::new(), |area, (kind, length, data)| {
            area.be32(*kind).be32(*length).bytes(data).aligned(8)
        });
    let bytes = patched(&base(), &[(112, &area.be64(0).finish())]);
    match backing {
        [] => bytes,
        name => backed(&bytes, 0x400, name),
    }
}

/// An extension whose length is that of its data.
fn extension(kind: u32, data: &[u8]) -> (u32, u32, &[u8]) {
    (kind, u32::try_from(data.len()).expect("short"), data)
}

/// An image over `x.img`, with the extension for its format.
pub fn over_format(name: &[u8]) -> Vec<u8> {
    extended(&[extension(BACKING_FORMAT, name)], b"x.img")
}

/// An image with this data file, and the bit that says so.
pub fn with_data_file(name: &[u8]) -> Vec<u8> {
    patched(&extended(&[extension(DATA_FILE, name)], b""), &[(79, &[4])])
}

/// All cases.
pub fn all() -> Vec<Case> {
    let base = base();
    [
        fields(&base),
        names(&base),
        extensions(&base),
        limits(&base),
    ]
    .concat()
}

fn fields(base: &[u8]) -> Vec<Case> {
    let mut all = accepted(
        base,
        &[
            ("plain", &[], "qcow2 67108864 cluster 65536"),
            ("size 0", &[(24, &[0; 8])], "qcow2 0 cluster 65536"),
            (
                "size not whole sectors",
                &[(30, &[0x64])],
                "qcow2 67134464 cluster 65536",
            ),
            ("dirty", &[(79, &[1])], "qcow2 67108864 cluster 65536 dirty"),
            (
                "corrupt",
                &[(79, &[2])],
                "qcow2 67108864 cluster 65536 corrupt",
            ),
            (
                "unknown compatible bit",
                &[(80, &[0x80])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "unknown autoclear bit",
                &[(88, &[0x80])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "raw data file bit without data file",
                &[(95, &[2])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "tables at the end of the largest file",
                &[
                    (36, &BE4(8192)),
                    (40, &BE8(FILE_END - CLUSTER)),
                    (48, &BE8(FILE_END - CLUSTER)),
                ],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "most snapshots at the end of the largest file",
                &[(60, &BE4(1638)), (64, &BE8(FILE_END - CLUSTER))],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "no snapshots, at any offset",
                &[(64, &BE8((1 << 63) - CLUSTER))],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "no table, at any offset",
                &[
                    (24, &[0; 8]),
                    (36, &[0; 4]),
                    (40, &BE8((1 << 63) - CLUSTER)),
                ],
                "qcow2 0 cluster 65536",
            ),
            (
                "header_length 104",
                &[(100, &BE4(104)), (104, &[0; 8])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "header_length 105",
                &[(100, &BE4(105)), (105, &[0; 9]), (112, &[0; 8])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "refcount_order 6",
                &[(96, &BE4(6))],
                "qcow2 67108864 cluster 65536",
            ),
            ("version 0", &[(4, &[0; 4])], "raw 197120"),
            ("fourth byte not 0xfb", &[(3, &[0])], "raw 197120"),
        ],
    );
    let alone = [&patched(&base[..72], &[(7, &[2])])[..], &[0; 8]].concat();
    all.push(Case::accepted(
        "version 2 header that is the whole file",
        alone,
        "qcow2 67108864 cluster 65536",
    ));
    all
}

fn names(base: &[u8]) -> Vec<Case> {
    let plain = extended(&[], b"");
    let mut all = vec![
        Case::accepted(
            "no format",
            extended(&[], b"x.img"),
            "qcow2 67108864 cluster 65536 backing x.img",
        ),
        Case::accepted(
            "name far away",
            backed(&plain, 0xc000, b"/etc/hostname"),
            "qcow2 67108864 cluster 65536 backing /etc/hostname",
        ),
        Case::accepted(
            "name with NUL",
            backed(&plain, 600, b"abc\0defg"),
            "qcow2 67108864 cluster 65536 backing abc",
        ),
    ];
    let longest = backed(&plain, 600, &[b'A'; 1023]);
    let facts = format!("qcow2 67108864 cluster 65536 backing {}", "A".repeat(1023));
    all.push(Case::accepted("name of 1023 bytes", longest, facts));
    all.extend(accepted(
        base,
        &[
            (
                "name in the header",
                &[(8, &BE8(4)), (16, &BE4(5))],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "name empty",
                &[(8, &BE8(600)), (112, &[0; 8])],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "name without offset",
                &[(16, &BE4(5))],
                "qcow2 67108864 cluster 65536",
            ),
            (
                "empty name at the cluster's end",
                &[(8, &BE8(65536))],
                "qcow2 67108864 cluster 65536",
            ),
        ],
    ));
    all
}

fn extensions(base: &[u8]) -> Vec<Case> {
    let two = [
        extension(BACKING_FORMAT, b"raw"),
        extension(BACKING_FORMAT, b"qcow2"),
    ];
    let odd = [
        extension(UNKNOWN, b"12345"),
        extension(BACKING_FORMAT, b"qcow2"),
    ];
    let data_file = extended(&[extension(DATA_FILE, b"/etc/abc")], b"");
    let many = [BE4(UNKNOWN), [0; 4]].concat().repeat(7000);
    vec![
        Case::accepted(
            "format raw",
            over_format(b"raw"),
            "qcow2 67108864 cluster 65536 backing x.img as raw",
        ),
        Case::accepted(
            "format unknown",
            over_format(b"foo"),
            "qcow2 67108864 cluster 65536 backing x.img as foo",
        ),
        Case::accepted(
            "format of 15 bytes",
            over_format(b"AAAAAAAAAAAAAAA"),
            "qcow2 67108864 cluster 65536 backing x.img as AAAAAAAAAAAAAAA",
        ),
        Case::accepted(
            "format empty",
            over_format(b""),
            "qcow2 67108864 cluster 65536 backing x.img",
        ),
        Case::accepted(
            "two formats",
            extended(&two, b"x.img"),
            "qcow2 67108864 cluster 65536 backing x.img as qcow2",
        ),
        Case::accepted(
            "padding",
            extended(&odd, b"x.img"),
            "qcow2 67108864 cluster 65536 backing x.img as qcow2",
        ),
        Case::accepted(
            "data file without bit",
            data_file,
            "qcow2 67108864 cluster 65536 data /etc/abc",
        ),
        Case::accepted(
            "data file",
            with_data_file(b"/etc/abc"),
            "qcow2 67108864 cluster 65536 data /etc/abc",
        ),
        Case::accepted(
            "bit without data file",
            patched(base, &[(79, &[4]), (112, &[0; 8])]),
            "qcow2 67108864 cluster 65536",
        ),
        Case::accepted(
            "7000 extensions",
            patched(base, &[(112, &many)]),
            "qcow2 67108864 cluster 65536",
        ),
    ]
}

/// Limits that another field decides.
fn limits(base: &[u8]) -> Vec<Case> {
    let name_at_the_end: Changes<'_> = &[(8, &BE8(65532)), (16, &BE4(5)), (112, &[0; 8])];
    rejected(
        base,
        InvalidImage,
        &[
            ("backing_file_size is 5", 16, name_at_the_end),
            ("l1_size is 1", 36, &[(24, &BE8(1 << 40))]),
            (
                "refcount_table_offset is 9223372035780968448",
                48,
                &[(56, &BE4(2)), (48, &BE8(FILE_END - CLUSTER))],
            ),
            (
                "l1_table_offset is 9223372035780968448",
                40,
                &[(36, &BE4(8193)), (40, &BE8(FILE_END - CLUSTER))],
            ),
        ],
    )
}
