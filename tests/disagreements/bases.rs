// SPDX-License-Identifier: MIT OR Apache-2.0
//! The valid images that the rows change, each made once.

use crate::common::{patched, Images};
use std::sync::OnceLock;

fn create(place: &'static OnceLock<Vec<u8>>, arguments: &[&str]) -> Vec<u8> {
    place
        .get_or_init(|| Images::new().create(arguments))
        .clone()
}

/// A function for each image, 64 MiB unless its arguments say otherwise.
macro_rules! created {
    ($($name:ident: $arguments:expr;)*) => {
        $(
            pub(crate) fn $name() -> Vec<u8> {
                static PLACE: OnceLock<Vec<u8>> = OnceLock::new();
                create(&PLACE, &$arguments)
            }
        )*
    };
}

created! {
    qcow: ["-f", "qcow", "NAME", "64M"];
    qcow2: ["-f", "qcow2", "NAME", "64M"];
    qed: ["-f", "qed", "NAME", "64M"];
    vmdk: ["-f", "vmdk", "NAME", "64M"];
    vdi: ["-f", "vdi", "NAME", "64M"];
    vpc: ["-f", "vpc", "NAME", "64M"];
    vpc_forced: ["-f", "vpc", "-o", "force_size=on", "NAME", "64M"];
    vpc_fixed: ["-f", "vpc", "-o", "subformat=fixed,force_size=on", "NAME", "1M"];
    vhdx: ["-f", "vhdx", "NAME", "64M"];
    parallels: ["-f", "parallels", "NAME", "64M"];
    luks: [
        "--object", "secret,id=s0,data=abc", "-f", "luks", "-o", "key-secret=s0,iter-time=10",
        "NAME", "1M",
    ];
}

/// A qcow2 image with these header extensions, and a backing file name behind them where it is
/// not empty. Each extension has the length that is given, whatever its data's.
pub(crate) fn extended(extensions: &[(u32, u32, &[u8])], backing: &[u8]) -> Vec<u8> {
    let mut area = Vec::new();
    for (kind, length, data) in extensions {
        area.extend(kind.to_be_bytes());
        area.extend(length.to_be_bytes());
        area.extend(*data);
        area.resize(area.len().next_multiple_of(8), 0);
    }
    area.extend([0; 8]);
    let bytes = patched(&qcow2(), &[(112, &area)]);
    match backing {
        [] => bytes,
        name => backed(&bytes, 0x400, name),
    }
}

/// A qcow2 image with this backing file name at `offset`.
pub(crate) fn backed(qcow2: &[u8], offset: usize, name: &[u8]) -> Vec<u8> {
    let length = u32::try_from(name.len()).expect("short");
    let place = (offset as u64).to_be_bytes();
    patched(
        qcow2,
        &[(8, &place), (16, &length.to_be_bytes()), (offset, name)],
    )
}

/// The descriptor of a disk in one file of 1 MiB.
pub(crate) const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile\nversion=1\nCID=12345678\n\
    parentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 2048 FLAT \"f\" 0\n";
