// SPDX-License-Identifier: MIT OR Apache-2.0
//! UDIF images that are asked for as dmg.

use crate::build::{encrypted_dmg, udif, Udif};
use crate::case::{Case, Qemu};
use crate::patched;
use diskprobe::ErrorKind::WrongFormat;
use diskprobe::Format::Dmg;

const BE8: fn(u64) -> [u8; 8] = u64::to_be_bytes;

/// All cases.
pub fn all() -> Vec<Case> {
    let Udif {
        bytes: base,
        trailer,
    } = udif();
    let mut filled = base.clone();
    filled.resize(base.len().next_multiple_of(512), 0);
    let sectors = |sectors: u64| patched(&base, &[(trailer + 492, &BE8(sectors))]);
    let mut all = Vec::new();
    for (name, bytes, size) in [
        ("plain", base.clone(), 4096),
        ("filled to whole sectors", filled, 4096),
        ("more sectors", sectors(1 << 30), 1u64 << 39),
        ("no sectors", sectors(0), 0),
        // A trailer outweighs an encrypted header, as it does for QEMU.
        ("encrypted outside", with_trailer(&encrypted_dmg()), 4096),
    ] {
        let raw = (bytes.len() as u64).next_multiple_of(512);
        let detected = match name {
            "encrypted outside" => format!("raw {raw} encrypted"),
            _ => format!("raw {raw}"),
        };
        all.push(Case::accepted(name, bytes.clone(), format!("dmg {size}")).asked(Dmg));
        all.push(Case::accepted(name, bytes, detected));
    }
    for bytes in [&base[..trailer], &base[..trailer + 3], &[][..]] {
        all.push(Case::rejected("", WrongFormat, 0, bytes.to_vec()).asked(Dmg));
    }
    // QEMU cannot open an encrypted image.
    let encrypted = Case::accepted("encrypted", encrypted_dmg(), "dmg encrypted").asked(Dmg);
    all.push(encrypted.qemu(Qemu::Refuses("")));
    all
}

/// Returns `front`, a disk's worth of zeros, and the end of a UDIF image.
pub fn with_trailer(front: &[u8]) -> Vec<u8> {
    let Udif {
        bytes: image,
        trailer,
    } = udif();
    let mut bytes = front.to_vec();
    bytes.resize(front.len().next_multiple_of(4096), 0);
    let start = bytes.len() as u64;
    bytes.extend(&image[4096..]);
    let trailer = bytes.len() - (image.len() - trailer);
    patched(&bytes, &[(trailer + 216, &start.to_be_bytes())])
}

/// Images by the name of their file: what QEMU opens each as, with its virtual size.
pub fn by_name(
    cloop: &[u8],
    qcow2: &[u8],
    vdi: &[u8],
) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let udif = udif().bytes;
    vec![
        ("disk.dmg", udif.clone(), "dmg 4096"),
        ("disk.img", udif.clone(), "raw 5120"),
        ("DISK.DMG", udif.clone(), "raw 5120"),
        ("dmg", udif.clone(), "raw 5120"),
        (".dmg", udif.clone(), "dmg 4096"),
        ("disk.dmg.img", udif, "raw 5120"),
        ("x.dmg", with_trailer(cloop), "dmg 4096"),
        ("cloop.img", cloop.to_vec(), "cloop 1048576"),
        ("qcow2.dmg", with_trailer(qcow2), "qcow2 1048576"),
        ("vdi.dmg", with_trailer(vdi), "vdi 1048576"),
        ("raw.img", vec![0; 4096], "raw 4096"),
    ]
}
