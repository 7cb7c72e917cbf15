// SPDX-License-Identifier: MIT OR Apache-2.0
//! The valid images that are damaged: of every format, and of every option that changes the header.
//! What programs choose at random in them (keys, identifiers, dates) is made the same in every run.

use crate::common::{patched, vhd_sealed, Images};
use crate::fields::{self, Field};
use crate::{crafted, vhdx};
use diskprobe::Format;
use std::ops::Range;

/// A valid image, and where it is worth damaging.
pub(crate) struct Base {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
    pub(crate) bytes: Vec<u8>,
    /// The format that both sides are told, for those that no probing sees.
    pub(crate) asked: Option<Format>,
    pub(crate) fields: Vec<Field>,
    /// Where a VMDK descriptor stands.
    pub(crate) text: Option<Range<usize>>,
    pub(crate) seal: Seal,
}

/// The checksums that an image needs to be looked at any further.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Seal {
    None,
    /// Of the VHD footer there.
    Vpc(usize),
    Vhdx,
}

impl Seal {
    pub(crate) fn applied(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Seal::Vpc(footer) if bytes.len() >= footer + 68 => vhd_sealed(bytes, footer),
            Seal::Vhdx => vhdx::sealed(bytes),
            Seal::Vpc(_) | Seal::None => bytes,
        }
    }
}

/// Names, formats and what `qemu-img create` is told. `SECRET` stands for a key.
const CREATED: [(&str, Format, &str); 39] = [
    ("qcow", Format::Qcow, "NAME 64M"),
    ("qcow-backing", Format::Qcow, "-b base -F raw NAME"),
    (
        "qcow-aes",
        Format::Qcow,
        "SECRET -o encrypt.format=aes,encrypt.key-secret=s0 NAME 64M",
    ),
    ("qcow2", Format::Qcow2, "NAME 64M"),
    ("qcow2-v2", Format::Qcow2, "-o compat=0.10 NAME 64M"),
    ("qcow2-512", Format::Qcow2, "-o cluster_size=512 NAME 1M"),
    ("qcow2-2M", Format::Qcow2, "-o cluster_size=2M NAME 64M"),
    ("qcow2-backing", Format::Qcow2, "-b base -F raw NAME"),
    (
        "qcow2-v2-backing",
        Format::Qcow2,
        "-o compat=0.10 -b base -F raw NAME",
    ),
    (
        "qcow2-nbd",
        Format::Qcow2,
        "-u -b nbd://localhost/x -F qcow2 NAME 64M",
    ),
    (
        "qcow2-data-file",
        Format::Qcow2,
        "-o data_file=data NAME 1M",
    ),
    (
        "qcow2-data-file-raw",
        Format::Qcow2,
        "-o data_file=data,data_file_raw=on NAME 1M",
    ),
    (
        "qcow2-data-file-backing",
        Format::Qcow2,
        "-o data_file=data -b base -F raw NAME",
    ),
    (
        "qcow2-everything",
        Format::Qcow2,
        "-o lazy_refcounts=on,extended_l2=on,compression_type=zstd,refcount_bits=32 NAME 64M",
    ),
    (
        "qcow2-aes",
        Format::Qcow2,
        "SECRET -o encrypt.format=aes,encrypt.key-secret=s0 NAME 64M",
    ),
    (
        "qcow2-luks",
        Format::Qcow2,
        "SECRET -o encrypt.format=luks,encrypt.key-secret=s0,encrypt.iter-time=10 NAME 1M",
    ),
    ("qed", Format::Qed, "NAME 64M"),
    (
        "qed-4k",
        Format::Qed,
        "-o cluster_size=4096,table_size=4 NAME 1M",
    ),
    ("qed-raw", Format::Qed, "-b base -F raw NAME"),
    ("qed-backing", Format::Qed, "-b below -F qcow2 NAME"),
    ("vmdk", Format::Vmdk, "NAME 64M"),
    ("vmdk-zeroed", Format::Vmdk, "-o zeroed_grain=on NAME 64M"),
    ("vmdk-backing", Format::Vmdk, "-b sparse -F vmdk NAME"),
    (
        "vmdk-stream",
        Format::Vmdk,
        "-o subformat=streamOptimized NAME 64M",
    ),
    (
        "vmdk-flat",
        Format::Vmdk,
        "-o subformat=monolithicFlat NAME 1M",
    ),
    (
        "vmdk-extents",
        Format::Vmdk,
        "-o subformat=twoGbMaxExtentSparse NAME 5G",
    ),
    (
        "vmdk-extents-backing",
        Format::Vmdk,
        "-o subformat=twoGbMaxExtentSparse -b sparse -F vmdk NAME",
    ),
    ("vdi", Format::Vdi, "NAME 64M"),
    ("vdi-odd", Format::Vdi, "NAME 1000003"),
    ("vdi-fixed", Format::Vdi, "-o static=on NAME 1M"),
    ("vpc", Format::Vpc, "NAME 64M"),
    ("vpc-forced", Format::Vpc, "-o force_size=on NAME 64M"),
    (
        "vpc-fixed",
        Format::Vpc,
        "-o subformat=fixed,force_size=on NAME 1M",
    ),
    ("vhdx", Format::Vhdx, "NAME 64M"),
    ("vhdx-1M", Format::Vhdx, "-o block_size=1M NAME 10G"),
    ("vhdx-fixed", Format::Vhdx, "-o subformat=fixed NAME 1M"),
    ("parallels", Format::Parallels, "NAME 64M"),
    (
        "parallels-64k",
        Format::Parallels,
        "-o cluster_size=65536 NAME 1M",
    ),
    (
        "luks",
        Format::Luks,
        "SECRET -o key-secret=s0,iter-time=10 NAME 1M",
    ),
];

/// The descriptor of a disk in two files, and a line that QEMU passes over.
const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
    createType=\"vmfs\"\nparentFileNameHint=\"base\"\n\n# Extents\nRW 100 FLAT \"f\" 0\n\
    RW 2048 VMFS \"g\"\nRW 5 ZERO\n\nddb.x = \"1\"\n";

/// Makes all of them, with files in `images` that some of them name.
pub(crate) fn all(images: &Images) -> Vec<Base> {
    for name in ["f", "g", "base"] {
        std::fs::write(images.path(name), vec![0; 1 << 20]).expect("a file");
    }
    for (format, name) in [("vmdk", "sparse"), ("qcow2", "below")] {
        images.qemu_img(&["create", "-q", "-f", format, name, "64M"]);
    }
    let mut bases: Vec<_> = CREATED
        .iter()
        .map(|(name, format, arguments)| created(images, name, *format, arguments))
        .collect();
    let more = variants(&bases);
    bases.extend(more);
    bases.extend(crafted_bases());
    bases
}

fn created(images: &Images, name: &'static str, format: Format, arguments: &str) -> Base {
    let mut all = vec!["create", "-q", "-f", format.as_str()];
    for argument in arguments.split(' ') {
        match argument {
            "NAME" => all.push(name),
            "SECRET" => all.extend(["--object", "secret,id=s0,data=abc"]),
            other => all.push(other),
        }
    }
    images.qemu_img(&all);
    let bytes = std::fs::read(images.path(name)).expect("the image that qemu-img made");
    let bytes = settled(format, bytes);
    let asked = (name == "vpc-fixed").then_some(format);
    base(name, format, bytes, asked)
}

fn base(name: &'static str, format: Format, bytes: Vec<u8>, asked: Option<Format>) -> Base {
    let seal = match format {
        Format::Vpc if asked.is_some() => Seal::Vpc(bytes.len() - 512),
        Format::Vpc => Seal::Vpc(0),
        Format::Vhdx => Seal::Vhdx,
        _ => Seal::None,
    };
    Base {
        name,
        format,
        fields: fields::of(format, &bytes),
        text: (format == Format::Vmdk).then(|| text_of(&bytes)).flatten(),
        bytes,
        asked,
        seal,
    }
}

/// The descriptor of a VMDK: all of the file, or where QEMU looks for it in a sparse file.
fn text_of(bytes: &[u8]) -> Option<Range<usize>> {
    if !bytes.starts_with(b"KDMV") && !bytes.starts_with(b"COWD") {
        return Some(0..bytes.len());
    }
    let length = bytes.get(512..)?.iter().position(|byte| *byte == 0)?;
    (length > 0).then_some(512..512 + length)
}

/// The image without what was chosen at random.
fn settled(format: Format, mut bytes: Vec<u8>) -> Vec<u8> {
    match format {
        Format::Vdi => bytes[392..424].fill(1),
        Format::Vpc => {
            for footer in [0, bytes.len() - 512] {
                if bytes[footer..].starts_with(b"conectix") {
                    bytes[footer + 24..footer + 28].fill(1);
                    bytes[footer + 68..footer + 84].fill(1);
                    bytes = vhd_sealed(bytes, footer);
                }
            }
        }
        Format::Vhdx => {
            bytes.truncate(vhdx::METADATA + 0x11000);
            for (copy, header) in vhdx::HEADERS.into_iter().enumerate() {
                let sequence = copy as u64 + 7;
                bytes[header + 8..header + 16].copy_from_slice(&sequence.to_le_bytes());
                bytes[header + 16..header + 48].fill(1);
            }
            bytes[vhdx::FILE_PARAMETERS + 0x10..vhdx::SECTOR_SIZE].fill(1);
            bytes = vhdx::sealed(bytes);
        }
        Format::Vmdk => {
            settle_identifier(&mut bytes, b"\nCID=", b"12345678");
            settle_identifier(&mut bytes, b"\nparentCID=", b"87654321");
        }
        Format::Luks => settle_luks(&mut bytes, 0),
        Format::Qcow2 => {
            if let Some(header) = fields::luks_header(&bytes) {
                settle_luks(&mut bytes, header);
            }
        }
        _ => {}
    }
    bytes
}

/// Gives the identifier eight digits, unless it is that of no parent. A sparse file stays as long.
fn settle_identifier(bytes: &mut Vec<u8>, key: &[u8], digits: &[u8]) {
    let length = bytes.len();
    let place = bytes.windows(key.len()).position(|part| part == key);
    let start = place.expect("an identifier") + key.len();
    let chosen = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit());
    let end = start + chosen.count();
    if bytes[start..end] == *b"ffffffff" {
        return;
    }
    bytes.splice(start..end, digits.iter().copied());
    if bytes.starts_with(b"KDMV") {
        // Behind the text are zeros.
        let end = 512
            + bytes[512..]
                .iter()
                .position(|byte| *byte == 0)
                .expect("an end");
        let padding = vec![0; length.saturating_sub(bytes.len())];
        let surplus = bytes.len().saturating_sub(length);
        bytes.splice(end..end + surplus, padding);
    }
}

/// Digests, salts, counts that depend on the machine's speed, the UUID, and the keys themselves.
fn settle_luks(bytes: &mut [u8], header: usize) {
    bytes[header + 112..header + 164].fill(1);
    bytes[header + 164..header + 168].copy_from_slice(&5000u32.to_be_bytes());
    bytes[header + 168..header + 204].fill(b'1');
    let slots = (header + 208..).step_by(48).take(8);
    for slot in slots {
        if bytes[slot..slot + 4] == 0x00ac_71f3u32.to_be_bytes() {
            bytes[slot + 4..slot + 8].copy_from_slice(&5000u32.to_be_bytes());
            bytes[slot + 8..slot + 40].fill(1);
        }
    }
    let keys = header + 4096..(header + (2 << 20)).min(bytes.len());
    if header == 0 {
        bytes[keys].fill(0);
    }
}

/// What can be made of other images by changing some bytes.
fn variants(bases: &[Base]) -> Vec<Base> {
    let bytes_of = |name: &str| {
        let base = bases.iter().find(|base| base.name == name);
        base.expect("a base of that name").bytes.clone()
    };
    let vmdk = bytes_of("vmdk");
    let differencing = [("parent_linkage", "{83ed0ec3-24c8-49a6-a959-5e4bf1288bfb}")];
    let locator = vhdx::locator(&[differencing[0], ("relative_path", "p.vhdx")]);
    let child = vhdx::with_locator(&bytes_of("vhdx"), 0x10040, &locator);
    let header = patched(
        &vmdk[..512],
        &[(12, &(2u64 << 17).to_le_bytes()), (77, &[1, 0])],
    );
    let footer = [&[0; 12][..], &[3, 0, 0, 0], &[0; 496], &header, &[0; 512]].concat();
    let stream = [&patched(&vmdk, &[(56, &[0xff; 8])])[..], &footer].concat();
    let listing = [(12, &[0; 8][..]), (512, DESCRIPTOR), (64, &[0; 8])];
    let vpc = vhd_sealed(patched(&bytes_of("vpc"), &[(60, &[0, 0, 0, 4])]), 0);
    let name: Vec<u8> = "parent.vhd"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let aes = [
        (8, &b"aes\0"[..]),
        (40, b"cbc-essiv:sha256\0"),
        (72, b"sha1\0"),
        (108, &[0, 0, 0, 32]),
    ];
    vec![
        base("vmdk-footer", Format::Vmdk, stream, None),
        base(
            "vmdk-listing",
            Format::Vmdk,
            patched(&vmdk[..16384], &listing),
            None,
        ),
        base(
            "vpc-differencing",
            Format::Vpc,
            patched(&vpc, &[(512 + 40, &[1; 16]), (512 + 64, &name)]),
            None,
        ),
        base("vhdx-differencing", Format::Vhdx, child, None),
        base(
            "parallels-first",
            Format::Parallels,
            patched(&bytes_of("parallels"), &[(0, b"WithoutFreeSpace")]),
            None,
        ),
        base(
            "luks-essiv",
            Format::Luks,
            patched(&bytes_of("luks"), &aes),
            None,
        ),
        base(
            "qcow2-detached",
            Format::Qcow2,
            patched(&bytes_of("qcow2-backing"), &[(16, &[0; 4])]),
            None,
        ),
    ]
}

fn crafted_bases() -> Vec<Base> {
    let mut cow = vec![0u8; 2048];
    cow[..16].copy_from_slice(b"OOOM\0\0\0\x02base.img");
    cow[1036..1044].copy_from_slice(&(1u64 << 20).to_be_bytes());
    let mut iso = vec![0u8; 0x9000];
    iso[0x8000..0x8007].copy_from_slice(b"\x01CD001\x01");
    let mut mbr = vec![0u8; 4096];
    mbr[510..520].copy_from_slice(b"\x55\xaaEFI PART");
    let udif = crafted::udif().0;
    vec![
        base("bochs-1", Format::Bochs, crafted::bochs(0x1_0000), None),
        base("bochs-2", Format::Bochs, crafted::bochs(0x2_0000), None),
        base("cloop", Format::Cloop, crafted::cloop(), None),
        base("cowd", Format::Vmdk, crafted::cowd(), None),
        base("descriptor", Format::Vmdk, DESCRIPTOR.to_vec(), None),
        base("dmg", Format::Dmg, udif, Some(Format::Dmg)),
        base("cow", Format::Cow, cow, None),
        base("raw", Format::Raw, vec![0; 5003], None),
        base("iso", Format::Raw, iso, None),
        base("gpt", Format::Raw, mbr, None),
    ]
}
