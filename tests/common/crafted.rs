// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images that qemu-img reads and does not make.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use std::io::Write;
use std::process::{Command, Stdio};

/// A growing image of 64 MiB, of this version.
pub fn bochs(version: u32) -> Vec<u8> {
    let mut image = vec![0u8; 1024];
    let disk = if version == 0x0001_0000 { 84 } else { 88 };
    for (offset, bytes) in [
        (0, &b"Bochs Virtual HD Image"[..]),
        (32, b"Redolog"),
        (48, b"Growing"),
        (64, &version.to_le_bytes()),
        (68, &512u32.to_le_bytes()),
        (72, &128u32.to_le_bytes()),
        (76, &512u32.to_le_bytes()),
        (80, &(512u32 << 10).to_le_bytes()),
        (disk, &(64u64 << 20).to_le_bytes()),
    ] {
        image[offset..offset + bytes.len()].copy_from_slice(bytes);
    }
    image
}

/// Sixteen blocks of 64 KiB, whose offsets rise by one.
pub fn cloop() -> Vec<u8> {
    let mut image = vec![0u8; 2048];
    let script =
        b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";
    image[..script.len()].copy_from_slice(script);
    image[128..132].copy_from_slice(&65536u32.to_be_bytes());
    image[132..136].copy_from_slice(&16u32.to_be_bytes());
    for block in 0..17u64 {
        let at = 136 + 8 * usize::try_from(block).unwrap();
        image[at..at + 8].copy_from_slice(&(300 + block).to_be_bytes());
    }
    image
}

/// A sparse file of ESX: 1 MiB, with the descriptor that makes an image of it.
pub fn cowd() -> Vec<u8> {
    let mut bytes = vec![0; 65536];
    let fields = [1u32, 3, 2048, 1, 4, 1, 0];
    bytes[..4].copy_from_slice(b"COWD");
    for (field, at) in fields.iter().zip((4..).step_by(4)) {
        bytes[at..at + 4].copy_from_slice(&field.to_le_bytes());
    }
    let text = b"CID=7\nparentCID=8\nparentFileNameHint=\"p\"\n";
    bytes[0x200..0x200 + text.len()].copy_from_slice(text);
    bytes
}

fn base64(bytes: &[u8]) -> String {
    let mut child = Command::new("base64")
        .arg("-w0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("base64 is installed (package coreutils)");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(bytes).expect("base64 reads");
    drop(stdin);
    let output = child.wait_with_output().expect("base64 ends");
    String::from_utf8(output.stdout).expect("text")
}

/// 4096 bytes of data, a list of blocks that names them, and the trailer. Returns the trailer's
/// place too.
pub fn udif() -> (Vec<u8>, usize) {
    let mut blocks = vec![0u8; 204];
    blocks[..4].copy_from_slice(b"mish");
    for field in [
        &1u32.to_be_bytes()[..],
        &[0; 4],
        &[0; 8],
        &8u64.to_be_bytes(),
        &[0; 8],
        &4096u64.to_be_bytes(),
    ] {
        blocks.extend(field);
    }
    let xml = format!(
        "<plist><dict><key>blkx</key><data>{}</data></dict></plist>",
        base64(&blocks)
    );
    let mut image = vec![0u8; 4096];
    image.extend(xml.as_bytes());
    let at = image.len();
    let mut trailer = [0u8; 512];
    for (offset, bytes) in [
        (0, &b"koly"[..]),
        (4, &4u32.to_be_bytes()),
        (8, &512u32.to_be_bytes()),
        (32, &4096u64.to_be_bytes()),
        (216, &4096u64.to_be_bytes()),
        (224, &(xml.len() as u64).to_be_bytes()),
        (492, &8u64.to_be_bytes()),
    ] {
        trailer[offset..offset + bytes.len()].copy_from_slice(bytes);
    }
    image.extend(trailer);
    (image, at)
}
