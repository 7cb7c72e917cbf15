// SPDX-License-Identifier: MIT OR Apache-2.0
//! The valid images that the tests damage: every format, with every option that changes the header.

use super::fields::{self, Field};
use diskprobe::Format;
use diskprobe_test_support::build::{
    bochs, cloop, cow, cowd, udif, vhd_checksum, Build, Qcow2, Vmdk, MIB,
};
use diskprobe_test_support::recipes::{recipes, Recipe};
use diskprobe_test_support::{patched, vhdx, Images};
use std::ops::Range;

/// A valid image and the parts to damage.
pub(crate) struct Base {
    pub(crate) name: &'static str,
    pub(crate) format: Format,
    pub(crate) bytes: Vec<u8>,
    /// The format given to both programs, if detection does not find it.
    pub(crate) asked: Option<Format>,
    pub(crate) fields: Vec<Field>,
    /// The range of a VMDK descriptor.
    pub(crate) text: Option<Range<usize>>,
    pub(crate) checksums: Checksums,
}

/// The checksums that a reader verifies before it reads further.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Checksums {
    None,
    /// The checksum of the VHD footer at this offset.
    Vpc(usize),
    Vhdx,
}

impl Checksums {
    pub(crate) fn corrected(self, bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Checksums::Vpc(footer) if bytes.len() >= footer + 68 => vhd_checksum(bytes, footer),
            Checksums::Vhdx => vhdx::with_checksums(bytes),
            Checksums::Vpc(_) | Checksums::None => bytes,
        }
    }
}

/// The commands of the images that `qemu-img` could make.
const CREATED: &str = "
qcow | create -f qcow @ 64M
qcow-backing | create -f qcow -b base -F raw @
qcow-aes | create -f qcow -o encrypt.format=aes,encrypt.key-secret=s0 @ 64M
qcow2 | create -f qcow2 @ 64M
qcow2-v2 | create -f qcow2 -o compat=0.10 @ 64M
qcow2-512 | create -f qcow2 -o cluster_size=512 @ 1M
qcow2-2M | create -f qcow2 -o cluster_size=2M @ 64M
qcow2-backing | create -f qcow2 -b base -F raw @
qcow2-v2-backing | create -f qcow2 -o compat=0.10 -b base -F raw @
qcow2-nbd | create -f qcow2 -u -b nbd://localhost/x -F qcow2 @ 64M
qcow2-data-file | create -f qcow2 -o data_file=data @ 1M
qcow2-data-file-raw | create -f qcow2 -o data_file=data,data_file_raw=on @ 1M
qcow2-data-file-backing | create -f qcow2 -o data_file=data -b base -F raw @
qcow2-everything | create -f qcow2 -o lazy_refcounts=on,extended_l2=on,compression_type=zstd,refcount_bits=32 @ 64M
qcow2-aes | create -f qcow2 -o encrypt.format=aes,encrypt.key-secret=s0 @ 64M
qcow2-luks | create -f qcow2 -o encrypt.format=luks,encrypt.key-secret=s0 @ 1M
qed | create -f qed @ 64M
qed-4k | create -f qed -o cluster_size=4096,table_size=4 @ 1M
qed-raw | create -f qed -b base -F raw @
qed-backing | create -f qed -b below -F qcow2 @
vmdk | create -f vmdk @ 64M
vmdk-zeroed | create -f vmdk -o zeroed_grain=on @ 64M
vmdk-backing | create -f vmdk -b sparse -F vmdk @
vmdk-stream | create -f vmdk -o subformat=streamOptimized @ 64M
vmdk-flat | create -f vmdk -o subformat=monolithicFlat @ 1M
vmdk-extents | create -f vmdk -o subformat=twoGbMaxExtentSparse @ 5G
vmdk-extents-backing | create -f vmdk -o subformat=twoGbMaxExtentSparse -b sparse -F vmdk @
vdi | create -f vdi @ 64M
vdi-odd | create -f vdi @ 1000003
vdi-fixed | create -f vdi -o static=on @ 1M
vpc | create -f vpc @ 64M
vpc-forced | create -f vpc -o force_size=on @ 64M
vpc-fixed as vpc | create -f vpc -o subformat=fixed,force_size=on @ 1M
vhdx | create -f vhdx @ 64M
vhdx-1M | create -f vhdx -o block_size=1M @ 10G
vhdx-fixed | create -f vhdx -o subformat=fixed @ 1M
parallels | create -f parallels @ 64M
parallels-64k | create -f parallels -o cluster_size=65536 @ 1M
luks | create -f luks -o key-secret=s0 @ 1M
";

/// A descriptor of a disk in two files, with a line that QEMU ignores.
const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
    createType=\"vmfs\"\nparentFileNameHint=\"base\"\n\n# Extents\nRW 100 FLAT \"f\" 0\n\
    RW 2048 VMFS \"g\"\nRW 5 ZERO\n\nddb.x = \"1\"\n";

/// Returns all images. Creates the files that they name in `images`.
pub(crate) fn all(images: &Images) -> Vec<Base> {
    for name in ["f", "g", "base"] {
        images.write(name, vec![0; 1 << 20]);
    }
    Vmdk::new(64 * MIB).write(images.path("sparse"));
    Qcow2::new(64 * MIB).write(images.path("below"));
    let recipes = recipes(CREATED);
    let mut bases: Vec<_> = recipes
        .iter()
        .map(|recipe| created(images, recipe))
        .collect();
    let more = variants(&bases);
    bases.extend(more);
    bases.extend(crafted_bases());
    bases
}

fn created(images: &Images, recipe: &Recipe) -> Base {
    recipe.build(images);
    let format: Format = recipe.format().parse().expect("a format");
    let mut bytes = images.read(recipe.name);
    if format == Format::Vhdx {
        // Nothing after the metadata matters.
        bytes.truncate(vhdx::METADATA + 0x11000);
    }
    base(recipe.name, format, bytes, recipe.asked)
}

fn base(name: &'static str, format: Format, bytes: Vec<u8>, asked: Option<Format>) -> Base {
    let checksums = match format {
        Format::Vpc if asked.is_some() => Checksums::Vpc(bytes.len() - 512),
        Format::Vpc => Checksums::Vpc(0),
        Format::Vhdx => Checksums::Vhdx,
        _ => Checksums::None,
    };
    Base {
        name,
        format,
        fields: fields::of(format, &bytes),
        text: (format == Format::Vmdk).then(|| text_of(&bytes)).flatten(),
        bytes,
        asked,
        checksums,
    }
}

/// Returns the range of the descriptor of a VMDK.
fn text_of(bytes: &[u8]) -> Option<Range<usize>> {
    if !bytes.starts_with(b"KDMV") && !bytes.starts_with(b"COWD") {
        return Some(0..bytes.len());
    }
    let length = bytes.get(512..)?.iter().position(|byte| *byte == 0)?;
    (length > 0).then_some(512..512 + length)
}

/// Returns copies of the images with some bytes changed.
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
    let vpc = vhd_checksum(patched(&bytes_of("vpc"), &[(60, &[0, 0, 0, 4])]), 0);
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
    let mut iso = vec![0u8; 0x9000];
    iso[0x8000..0x8007].copy_from_slice(b"\x01CD001\x01");
    let mut mbr = vec![0u8; 4096];
    mbr[510..520].copy_from_slice(b"\x55\xaaEFI PART");
    let cow = patched(&cow(MIB), &[(8, b"base.img")]);
    vec![
        base("bochs-1", Format::Bochs, bochs(0x1_0000), None),
        base("bochs-2", Format::Bochs, bochs(0x2_0000), None),
        base("cloop", Format::Cloop, cloop(), None),
        base("cowd", Format::Vmdk, cowd(), None),
        base("descriptor", Format::Vmdk, DESCRIPTOR.to_vec(), None),
        base("dmg", Format::Dmg, udif().bytes, Some(Format::Dmg)),
        base("cow", Format::Cow, cow, None),
        base("raw", Format::Raw, vec![0; 5003], None),
        base("iso", Format::Raw, iso, None),
        base("gpt", Format::Raw, mbr, None),
    ]
}
