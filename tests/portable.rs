// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks that facts are the same on every machine, for images in memory with numbers of both byte
//! orders. Miri runs this crate for 32-bit and big-endian machines.

use diskprobe::{probe_buffer, EncryptionFormat, Format, Image, Options, Prober};
use diskprobe_test_support::build::{
    bochs, cloop, Build, Parallels, Qcow2, Qed, Vdi, Vpc, GIB, MIB, TIB,
};
use diskprobe_test_support::patched;

/// Makes a dirty overlay with AES encryption.
fn qcow2() -> Vec<u8> {
    let overlay = Qcow2::new(5 * TIB).backing("base.img", "raw");
    patched(&overlay.bytes(), &[(35, &[1]), (79, &[1])])
}

/// Makes an image that needs a check.
fn qed() -> Vec<u8> {
    patched(&Qed::new(5 * TIB).bytes(), &[(16, &[2])])
}

fn vmdk() -> Vec<u8> {
    let text = b"# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
        createType=\"twoGbMaxExtentFlat\"\nRW 4192256 FLAT \"a\" 0\nRW 2048 FLAT \"b\" 128\n";
    text.to_vec()
}

/// Feeds a prober what it requests.
fn fed(bytes: &[u8]) -> Image {
    let mut prober = Prober::new(&Options::new());
    let length = prober.set_length(bytes.len() as u64);
    length.expect("a new prober");
    while let Some(read) = prober.next_read().expect("a range") {
        let range = read.preferred;
        let from = usize::try_from(range.offset).expect("in the image");
        let length = usize::try_from(range.length).expect("in the image");
        let fed = prober.feed(range.offset, &bytes[from..from + length]);
        fed.expect("wanted");
    }
    prober.finish().expect("an answer")
}

/// An image, and its expected format, virtual size, cluster size and dirty flag.
type Row = (Vec<u8>, Format, u64, Option<u64>, Option<bool>);

#[test]
fn facts_do_not_depend_on_the_machine() {
    const K64: Option<u64> = Some(65536);
    let vdi = Vdi::new(64 * MIB).bytes();
    let vpc = Vpc::new(127 * GIB).force_size().bytes();
    let parallels = Parallels::new(4 * TIB).bytes();
    let bochs = bochs(0x2_0000);
    let rows: [Row; 8] = [
        (qcow2(), Format::Qcow2, 5 << 40, K64, Some(true)),
        (qed(), Format::Qed, 5 << 40, K64, Some(true)),
        (vdi, Format::Vdi, 64 << 20, Some(MIB), None),
        (vpc, Format::Vpc, 127 << 30, Some(2 << 20), None),
        (vmdk(), Format::Vmdk, 4194304 * 512, None, None),
        (parallels, Format::Parallels, 1 << 42, Some(MIB), None),
        (bochs, Format::Bochs, 64 << 20, Some(512 << 10), None),
        (cloop(), Format::Cloop, 1 << 20, K64, None),
    ];
    for (bytes, format, size, cluster, dirty) in &rows {
        let image = probe_buffer(bytes, Some(bytes.len() as u64), &Options::new());
        let image = image.unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(image.format(), *format);
        assert_eq!(image.virtual_size(), Some(*size), "{format}");
        assert_eq!(image.cluster_size(), *cluster, "{format}");
        if dirty.is_some() {
            assert_eq!(image.is_dirty(), *dirty, "{format}");
        }
        assert_eq!(image, fed(bytes), "{format}");
    }
    let overlay = probe_buffer(&rows[0].0, None, &Options::new()).expect("an answer");
    let backing = overlay.backing().expect("a backing file");
    assert_eq!(backing.location, b"base.img");
    assert_eq!(
        backing.format.and_then(|format| format.format()),
        Some(Format::Raw)
    );
    let encryption = overlay.encryption().map(|encryption| encryption.format);
    assert_eq!(encryption, Some(EncryptionFormat::Aes));
    let split = probe_buffer(&rows[4].0, Some(rows[4].0.len() as u64), &Options::new());
    let split = split.expect("an answer");
    let extents: Vec<_> = split
        .extents()
        .map(|one| (one.size, one.file_offset))
        .collect();
    assert_eq!(
        extents,
        [(4192256 << 9, Some(0)), (2048 << 9, Some(128 << 9))]
    );
    let content_id = split.content_id().expect("a content identifier");
    assert_eq!(content_id.own, 0x1234_5678);
}

/// The offset needs more than 32 bits.
#[test]
fn a_structure_beyond_4_gib_is_found() {
    let mut bytes = qcow2();
    bytes[8..16].copy_from_slice(&(1u64 << 40).to_be_bytes());
    let mut prober = Prober::new(&Options::new());
    prober.set_length(1 << 50).expect("a new prober");
    let read = prober.next_read().expect("a range").expect("a range");
    let range = read.preferred;
    prober
        .feed(0, &bytes[..usize::try_from(range.length).expect("short")])
        .expect("wanted");
    let error = prober
        .next_read()
        .expect_err("the name must be in the first cluster");
    assert!(error.to_string().contains("1099511627776"), "{error}");
}

/// Some 32-bit machines have no 64-bit atomic operations.
#[test]
#[cfg_attr(miri, ignore = "reads files")]
fn no_64_bit_atomics_are_used() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![source];
    let mut files = 0;
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("a name").path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let used = ["AtomicU64", "AtomicI64"].map(|name| text.contains(name));
            assert_eq!(used, [false; 2], "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 50, "{files}");
}
