// SPDX-License-Identifier: MIT OR Apache-2.0
//! A model of QEMU's probing, written from its rules and not from the library: twelve signatures in
//! the order in which its drivers are asked.

/// The first sector as QEMU's probing sees it.
pub type Sector = [u8; 512];

/// The first sector of `bytes`, filled up with zeros.
pub fn sector(bytes: &[u8]) -> Sector {
    let mut sector = [0; 512];
    let length = bytes.len().min(512);
    sector[..length].copy_from_slice(&bytes[..length]);
    sector
}

/// The driver that QEMU's probing chooses.
pub fn chosen(sector: &Sector) -> &'static str {
    let first = PROBES.iter().find(|(_, probe)| probe(sector));
    first.map_or("raw", |(driver, _)| driver)
}

/// How many drivers know the sector for theirs.
pub fn signatures(sector: &Sector) -> usize {
    PROBES.iter().filter(|(_, probe)| probe(sector)).count()
}

type Probe = (&'static str, fn(&Sector) -> bool);

/// In QEMU's order; cloop last, because its signature weighs least.
const PROBES: [Probe; 12] = [
    ("parallels", |s| {
        let magic = s.starts_with(b"WithoutFreeSpace") || s.starts_with(b"WithouFreSpacExt");
        magic && s[16..20] == [2, 0, 0, 0]
    }),
    ("qed", |s| s.starts_with(b"QED\0")),
    ("bochs", |s| {
        let version = u32::from_le_bytes([s[64], s[65], s[66], s[67]]);
        s.starts_with(b"Bochs Virtual HD Image\0")
            && s[32..].starts_with(b"Redolog\0")
            && s[48..].starts_with(b"Growing\0")
            && (version == 0x10000 || version == 0x20000)
    }),
    ("vpc", |s| s.starts_with(b"conectix")),
    ("vmdk", |s| {
        s.starts_with(b"KDMV") || s.starts_with(b"COWD") || is_descriptor(s)
    }),
    ("vhdx", |s| s.starts_with(b"vhdxfile")),
    ("vdi", |s| s[64..].starts_with(b"\x7f\x10\xda\xbe")),
    ("qcow", |s| s.starts_with(b"QFI\xfb\0\0\0\x01")),
    ("qcow2", |s| {
        let version = u32::from_be_bytes([s[4], s[5], s[6], s[7]]);
        s.starts_with(b"QFI\xfb") && version >= 2
    }),
    ("luks", |s| s.starts_with(b"LUKS\xba\xbe\0\x01")),
    ("cloop", |s| {
        s.starts_with(b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n")
    }),
    ("raw", |_| false),
];

/// Comments and blank lines, then a version that is known, all within the sector.
fn is_descriptor(sector: &Sector) -> bool {
    let mut rest = &sector[..];
    loop {
        match rest.first() {
            Some(b'#') => match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => rest = &rest[end + 1..],
                None => return false,
            },
            Some(b' ') => {
                let text = rest.iter().position(|byte| *byte != b' ');
                let line = &rest[text.unwrap_or(rest.len())..];
                let line = line.strip_prefix(b"\r").unwrap_or(line);
                match line.strip_prefix(b"\n") {
                    Some(next) => rest = next,
                    None => return false,
                }
            }
            _ => break,
        }
    }
    let Some([digit, end @ ..]) = rest.strip_prefix(b"version=") else {
        return false;
    };
    (b'1'..=b'3').contains(digit) && (end.starts_with(b"\n") || end.starts_with(b"\r\n"))
}
