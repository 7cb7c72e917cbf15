// SPDX-License-Identifier: MIT OR Apache-2.0
//! Descriptors: which lines count as extents, where values are looked for, and what is refused.

use crate::common::{assert_refused, patched, probe, probe_with, Images};
use crate::{assert_agreed, assert_both_refuse, backing_name, images_and_base};
use diskprobe::limits::{FIRST_READ, LATER_READ};
use diskprobe::ErrorKind::{InvalidImage, Truncated, UnsupportedFeature, WrongFormat};
use diskprobe::{EncryptionFormat, Format, Limits, Options, Prober};

/// A descriptor with these lines where extents stand.
fn descriptor(extents: &str) -> Vec<u8> {
    with_type("monolithicFlat", extents)
}

fn with_type(create_type: &str, extents: &str) -> Vec<u8> {
    let header = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n";
    format!("{header}createType=\"{create_type}\"\n{extents}\nddb.x = \"ide\"\n").into_bytes()
}

/// What stands in front of `createType`'s value.
const BEFORE_TYPE: u64 = 76;

#[test]
fn the_facts_and_where_they_stand() {
    let bytes = with_type(
        "twoGbMaxExtentFlat",
        "parentFileNameHint=\"base.vmdk\"\nRW 4 FLAT \"f\" 3\nRW 5 VMFS \"g\"\nRW 6 SPARSE \"s\"",
    );
    let image = probe(&bytes).unwrap();
    assert_eq!(image.virtual_size(), Some(15 * 512));
    assert_eq!(image.recorded_size(), Some(15 * 512));
    assert_eq!(image.subformat(), Some("twoGbMaxExtentFlat"));
    assert_eq!(image.cid(), Some(0x1234_5678));
    assert_eq!(image.parent_cid(), Some(0xffff_ffff));
    assert_eq!(image.cluster_size(), None);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let extents: Vec<_> = image
        .extents()
        .map(|extent| (text(extent.kind), text(extent.location), extent.file_offset))
        .collect();
    let expected = [
        ("FLAT", "f", Some(3 * 512)),
        ("VMFS", "g", Some(0)),
        ("SPARSE", "s", None),
    ];
    let expected = expected.map(|(kind, name, at)| (kind.to_owned(), name.to_owned(), at));
    assert_eq!(extents, expected);
    let references: Vec<_> = image.references().collect();
    assert_eq!(references.len(), 4);
    for reference in references {
        let from = usize::try_from(reference.origin.offset).unwrap();
        let to = from + usize::try_from(reference.origin.length).unwrap();
        assert_eq!(&bytes[from..to], reference.location);
    }
}

#[test]
fn extent_lines_that_count() {
    let (images, _) = images_and_base();
    let long = "n".repeat(255);
    let cases: Vec<(u64, String)> = [
        (2048, "RW 2048 FLAT \"f\" 0"),
        (2048, "RW 2048 FLAT \"f\" 0\r"),
        (2048, "  RW\t2048  FLAT  \"f\"  0  and more"),
        (2048, "\x0b\x0cRW 2048 FLAT \"f\" 0"),
        (2048, "RW +2048 FLAT \"f\" +0"),
        (2048, "RW 2048 FLAT \"f\" 1"),
        (2048, "RW 2048 FLAT \"f\"0"),
        (2048, "RW 2048 FLAT \"f\" 0x10"),
        (2048, "RW 2048FLAT \"f\" 0"),
        (2048, "RW 2048 FLAT\"f\" 0\nRW 2048 FLAT \"f\" 0"),
        (4096, "RW 4096 FLAT \"f\" 0"),
        (2048, "RW 2048 VMFS \"f\""),
        (2048, "RW 2048 VMFS \"f"),
        (2048, "RW 2048 VMFS \"f\" x"),
        (2048, "RW 2048 VMFS \"f\"\"g\" 0"),
        (131_072, "RW 131072 SPARSE \"sparse\""),
        (131_072, "RW 131072 VMFSSPARSE \"sparse\""),
        (131_072, "RW 131072 VMFSSPARSE\"sparse\""),
        (2048, "RW 2048 VMFS \n \"f\"\nx"),
        (2048, "RW\n2048\n\nFLAT\n\"f\"\n0"),
        (2048, "RW 2048 FLAT \"f\"\n0"),
        (3, "RW 1 FLAT \"f\" 0\nRW 2 VMFS \"g\""),
        (4, "\nRW 2 FLAT \"f\" 0"),
        (10, "\n \n\r\n\t\nRW 2 FLAT \"f\" 0"),
        (6, "RW 2 FLAT \"f\" 0\n\nRW 2 FLAT \"f\" 0"),
        (2, "\n# comment\nRW 2 FLAT \"f\" 0\n\n"),
        // Passed over.
        (2, "RW 2 FLAT \"f\" 0\nRW 2048 ZERO"),
        (2, "RW 2 FLAT \"f\" 0\nRDONLY 4096 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nNOACCESS 4096 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nrw 4096 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRWRWRWRWRWRW 4096 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW 0 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW -5 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW - 5 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW 4096 FLAT f 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW 4096 FLAT \"\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW 0x1000 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW many FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\nRW 5 VMFSRDM \"f\""),
        (2, "RW 2 FLAT \"f\" 0\nRW 5 vmfs \"f\""),
        (2, "RW 2 FLAT \"f\" 0\nRW 5 VMFSSPARSEX \"f\""),
        (2, "RW 2 FLAT \"f\" 0\n# RW 5 FLAT \"f\" 0"),
        (2, "RW 2 FLAT \"f\" 0\n\0RW 2 FLAT \"f\" 0"),
    ]
    .into_iter()
    .map(|(sectors, lines)| (sectors, lines.to_owned()))
    .chain([(2048, format!("RW 2048 FLAT \"{long}\" 0"))])
    .collect();
    std::fs::write(images.path(&long), [0; 512]).unwrap();
    for (sectors, lines) in &cases {
        let (_, image) = assert_agreed(&images, lines, &descriptor(lines));
        assert_eq!(image.virtual_size(), Some(sectors * 512), "{lines}");
    }
    // Where an extent says its size itself, qemu-img shows that; the descriptor's is ours.
    let bytes = descriptor("RW 262144 SPARSE \"sparse\"");
    assert_eq!(
        images.qemu_info_of(&bytes).unwrap()["virtual-size"],
        64 << 20
    );
    assert_eq!(probe(&bytes).unwrap().virtual_size(), Some(128 << 20));
}

#[test]
fn extent_lines_that_are_refused() {
    let (images, _) = images_and_base();
    let start = BEFORE_TYPE + 16;
    let long = "n".repeat(512);
    let flat = "a FLAT extent must have an offset";
    let other = "an extent must have no offset";
    let none = "no line names an extent file";
    for (words, at, line) in [
        (flat, start + 8, "RW 2048 FLAT \"f\""),
        (flat, start + 8, "RW 2048 FLAT \"f\" -1"),
        (flat, start + 8, "RW 2048 FLAT \"f\" x"),
        (flat, start + 8, "RW 2048 FLAT \"f 0"),
        (flat, start + 5, "RW 0 FLAT \"f\""),
        (flat, start + 8, &format!("RW 2048 FLAT \"{long}\" 0")),
        (other, start + 8, "RW 2048 VMFS \"f\" 0"),
        (other, start + 8, "RW 2048 flat \"f\" 0"),
        (other, start + 8, "RW 2048 SPARSE \"sparse\" 0"),
        (other, start + 8, "RW 2048 VMFSRDM \"f\" 0"),
        (other, start + 8, "RW 2048 VMFS \"f\"\n5"),
        (none, 0, ""),
        (none, 0, "RW 2048 ZERO"),
        (none, 0, "RDONLY 2048 FLAT \"f\" 0"),
        (
            "size of an extent is 9223372036854775807",
            start + 2,
            "RW 9223372036854775807 FLAT \"f\" 0",
        ),
        (
            "size of an extent is 9223372036854775807",
            start + 2,
            "RW 99999999999999999999 FLAT \"f\" 0",
        ),
        (
            "size of an extent is 18014398507384833",
            start + 2,
            "RW 18014398507384833 FLAT \"f\" 0",
        ),
        (
            "total size of the extents is 9223372035781034496",
            0,
            "RW 18014398507384832 FLAT \"f\" 0\nRW 1 FLAT \"f\" 0",
        ),
    ] {
        assert_both_refuse(&images, &descriptor(line), InvalidImage, at, words);
    }
    assert_agreed(
        &images,
        "largest",
        &descriptor("RW 18014398507384832 FLAT \"f\" 0"),
    );

    // QEMU shifts the offset of its data out of 64 bits.
    let bytes = descriptor("RW 1 FLAT \"f\" 36028797018963968");
    let at = Some(start + 12);
    assert_refused(
        &bytes,
        InvalidImage,
        at,
        "offset of an extent is 36028797018963968",
    );
    assert!(images.qemu_info_of(&bytes).is_some());

    // Of a longer name, QEMU takes the beginning; no file can be called so.
    let bytes = descriptor(&format!("RW 1 VMFS \"{long}\""));
    let image = probe(&bytes).unwrap();
    assert_eq!(
        image.extents().next().unwrap().location,
        &long.as_bytes()[..511]
    );
    assert!(images.qemu_info_of(&bytes).is_none());
}

#[test]
fn the_kind_of_disk() {
    let (images, _) = images_and_base();
    let flat = "RW 2048 FLAT \"f\" 0";
    for name in [
        "monolithicFlat",
        "vmfs",
        "vmfsSparse",
        "seSparse",
        "twoGbMaxExtentSparse",
        "twoGbMaxExtentFlat",
    ] {
        assert_agreed(&images, name, &with_type(name, flat));
    }
    let long = "x".repeat(128);
    for name in [
        "monolithicSparse",
        "streamOptimized",
        "custom",
        "fullDevice",
        "partitionedDevice",
        "2GbMaxExtentSparse",
        "2GbMaxExtentFlat",
        "vmfsThin",
        "vmfsPreallocated",
        "vmfsEagerZeroedThick",
        "vmfsRaw",
        "vmfsRDM",
        "vmfsRDMP",
        "VMFS",
        "vmfs ",
        "",
        &long,
    ] {
        let bytes = with_type(name, flat);
        let words = "createType is none of monolithicFlat";
        assert_both_refuse(&images, &bytes, UnsupportedFeature, BEFORE_TYPE, words);
    }
    let head = "version=1\nCID=1\nparentCID=2\n";
    let texts = |texts: &[&str]| texts.concat().into_bytes();
    for line in [
        "createType=\"vmfs\"\ncreateType=\"custom\"\n",
        "#createType=\"vmfs\"\n",
        "xcreateType: vmfs\"\n",
        "createType\n\nvmfs\"\n",
    ] {
        assert_agreed(&images, line, &texts(&[head, line, flat]));
    }
    for (line, words) in [
        ("", "there is no createType"),
        ("createtype=\"vmfs\"\n", "there is no createType"),
        ("createType=\"vmfs\n#", "createType has no quoted value"),
    ] {
        let bytes = texts(&[head, "RW 1 VMFS\n", line]);
        assert_both_refuse(&images, &bytes, InvalidImage, 0, words);
    }
    for end in ["createType", "createType=", "createType=\""] {
        let bytes = texts(&[head, flat, "\n", end]);
        assert_both_refuse(
            &images,
            &bytes,
            InvalidImage,
            0,
            "createType has no quoted value",
        );
    }
    for bare in ["version=1\n", "#\n \r\nversion=3\r\n"] {
        assert_both_refuse(
            &images,
            bare.as_bytes(),
            InvalidImage,
            0,
            "there is no createType",
        );
    }
}

/// A sparse file with this descriptor, up to the end of what is looked at.
fn embedding(base: &[u8], text: &[u8]) -> Vec<u8> {
    let mut whole = text.to_vec();
    whole.resize(10240.max(text.len()), 0);
    patched(base, &[(512, &whole)])
}

#[test]
fn identifiers_and_parents() {
    let (images, base) = images_and_base();
    let far = |length: usize, text: &str| "x".repeat(length - text.len()) + text;
    let ids = "CID=1\nparentCID=2\n";
    let hint = "parentFileNameHint=\"p\"";
    let name = "n".repeat(4095);
    let agreed: Vec<String> = [
        "CID=1\nparentCID=2\n",
        "parentCID=2\n",
        "CID=0x1F\nparentCID=0XffZ",
        "CID=+1\nparentCID=-1\n",
        "CID=-2\nparentCID=-0\n",
        "CID= \t\n7\nparentCID=abcdefg",
        "CID=1234567890abcdef\nparentCID=ffffffffffffffff",
        "CID=1234567890abcdef0\nparentCID=-1234567890abcdef0",
        "CID=-1234567890abcdef\nparentCID=-ffffffffffffffff",
        "CID:3\nparentCID\"4\n",
        "CID=1\nparentCID=2\nCID=3\nparentCID=4\n",
        "CID=1\nparentCID=2\nparentFileNameHint=\"base.vmdk\"\n",
        "CID=1\nparentCID=2\nparentFileNameHint = \"base.vmdk\"\n",
        "CID=1\nparentCID=2\nparentFileNameHint=\"\"\n",
        "CID=1\nparentCID=2\n#parentFileNameHint=\"a\"\nparentFileNameHint=\"b\"",
        "CID=1\nparentCID=2\nparentFileNameHint=\"base.vmdk\nRW 131072 SPARSE \"x\"",
        "CID=1\nparentCID=2\nparentFileNameHint=\"/etc/hostname\"",
        "CID=1\nparentCID=2\nparentFileNameHint=\"json:{}\"",
        "CID=1\nparentCID=2\n\0parentFileNameHint=\"p\"",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("{ids}parentFileNameHint=\"{name}\""),
        format!("{ids}{}", far(10240 - ids.len(), hint)),
        format!("{ids}{}", far(12000, hint)),
        format!("CID=1\n{}", far(10239 - 6, "parentCID=2")),
        format!("CID=1\n{}34", far(10239 - 6, "parentCID=2")),
        format!("{ids}{}", "x".repeat(5000)),
    ])
    .collect();
    for text in &agreed {
        let (_, image) = assert_agreed(&images, text, &embedding(&base, text.as_bytes()));
        let hidden = text.len() > 10240 || text.contains('\0') || text.contains("\"\"");
        let shown = text.contains("Hint") && !hidden;
        assert_eq!(image.backing().is_some(), shown, "{text}");
    }
    let refused: Vec<(&str, String)> = vec![
        ("there is no CID", String::new()),
        ("there is no CID", "cid=1\nparentcid=2\n".into()),
        ("there is no CID", "CID=g\nparentCID=2\n".into()),
        ("there is no CID", "CID=-\nparentCID=2\n".into()),
        ("there is no CID", "CID".into()),
        ("there is no parentCID", "CID=1\n".into()),
        ("there is no parentCID", "CID=1\nparentCID=".into()),
        (
            "there is no parentCID",
            format!("CID=1\n{}", far(10240 - 6, "parentCID=2")),
        ),
        (
            "parentFileNameHint has no quoted value",
            format!("{ids}parentFileNameHint=\"p"),
        ),
        (
            "parentFileNameHint has no quoted value",
            format!("{ids}parentFileNameHint"),
        ),
        (
            "parentFileNameHint has no quoted value",
            format!("{ids}{}", far(10241 - ids.len(), hint)),
        ),
    ];
    for (words, text) in &refused {
        let bytes = embedding(&base, text.as_bytes());
        assert_both_refuse(&images, &bytes, InvalidImage, 512, words);
    }
    let text = format!("{ids}parentFileNameHint=\"{name}n\"");
    let words = "length of parentFileNameHint is 4096";
    let at = 512 + (ids.len() + 20) as u64;
    assert_both_refuse(
        &images,
        &embedding(&base, text.as_bytes()),
        InvalidImage,
        at,
        words,
    );

    // QEMU looks for a value behind the text's own end.
    let behind = format!("{ids}parentFileNameHint\0..b\"");
    let bytes = embedding(&base, behind.as_bytes());
    assert_refused(
        &bytes,
        InvalidImage,
        Some(512),
        "parentFileNameHint has no quoted value",
    );
    assert_eq!(
        images.qemu_info_of(&bytes).unwrap()["backing-filename"],
        ".b"
    );
}

#[test]
fn identifiers_and_parents_of_a_descriptor_file() {
    let (images, _) = images_and_base();
    let hint = "parentFileNameHint=\"base.vmdk\"\n";
    let lines = |filler: usize| format!("RW 1 VMFS \"f\"\n#{}\n{hint}", "x".repeat(filler));
    let (_, image) = assert_agreed(&images, "near", &descriptor(&lines(9000)));
    assert_eq!(backing_name(&image).as_deref(), Some("base.vmdk"));
    let (_, image) = assert_agreed(&images, "far", &descriptor(&lines(12000)));
    assert!(image.backing().is_none());
    let text = b"version=1\ncreateType=\"vmfs\"\nRW 1 VMFS \"f\"\n";
    assert_both_refuse(&images, text, InvalidImage, 0, "there is no CID");
}

#[test]
fn capacity_0_means_that_the_text_lists_extents() {
    let (images, base) = images_and_base();
    let text = descriptor("RW 2048 FLAT \"f\" 0\nparentFileNameHint=\"p\"");
    let near = patched(&embedding(&base, &text), &[(12, &[0; 8])]);
    let (_, image) = assert_agreed(&images, "at 0x200", &near);
    assert_eq!(backing_name(&image).as_deref(), Some("p"));
    let version = patched(
        &near,
        &[(4, &[9; 8]), (20, &[0; 8]), (44, &[0; 4]), (56, &[0xff; 8])],
    );
    assert_agreed(&images, "no other field counts", &version);

    // The extents are listed in one place, and the identifiers looked for in another.
    let far = patched(&base, &[(12, &[0; 8]), (28, &[100]), (51200, &text)]);
    let (_, image) = assert_agreed(&images, "elsewhere", &far);
    assert!(image.backing().is_none());
    let origin = image.references().next().unwrap().origin.offset;
    assert_eq!(far[usize::try_from(origin).unwrap()], b'f');
    let end = u8::try_from(base.len() / 512).unwrap();
    let at_end = patched(&base, &[(12, &[0; 8]), (28, &[end])]);
    let words = "vmdk descriptor: needs 1 bytes";
    assert_both_refuse(&images, &at_end, Truncated, base.len() as u64, words);
}

#[test]
fn encryption() {
    let (images, base) = images_and_base();
    let lines = [
        (true, "encryptionKeys=\"vmware:key/list/(pair/(x))\""),
        (true, "ENCRYPTIONKEYS = \"x\""),
        (true, "keyID=\"x\""),
        (true, "\tkeyid = x\r"),
        (true, "ddb.iofilters = \"vmwarevmcrypt\""),
        (true, "DDB.IOFILTERS=\"other,VMwareVMcrypt\""),
        (false, "ddb.iofilters = \"vmwarelwd\""),
        (false, "ddb.comment = \"vmwarevmcrypt\""),
        (false, "#keyID=\"x\""),
        (false, "keyID"),
    ];
    for (encrypted, line) in lines {
        let extents = format!("RW 1 FLAT \"f\" 0\n{line}");
        let inside = embedding(&base, &descriptor(line));
        let listed = descriptor(&extents);
        let elsewhere = patched(&base, &[(12, &[0; 8]), (28, &[100]), (51200, &listed)]);
        for bytes in [listed, inside, elsewhere] {
            let (info, image) = assert_agreed(&images, line, &bytes);
            let found = image.encryption().map(|encryption| encryption.format);
            assert_eq!(found, encrypted.then_some(EncryptionFormat::Vmdk), "{line}");
            assert!(info.get("encrypted").is_none(), "qemu-img knows of it");
        }
    }
}

/// The ranges that a probe asks for.
fn reads(bytes: &[u8], length: Option<u64>) -> Vec<(u64, u64)> {
    let mut pull = Prober::new(length, &Options::default());
    let mut ranges = Vec::new();
    while let Ok(Some(range)) = pull.next_read() {
        ranges.push((range.offset, range.length));
        let from = usize::try_from(range.offset).unwrap().min(bytes.len());
        let to = (from + usize::try_from(range.length).unwrap()).min(bytes.len());
        pull.feed(&bytes[from..to]).unwrap();
    }
    ranges
}

#[test]
fn no_more_is_read_than_the_text() {
    let (_images, base) = images_and_base();
    // Whether the last of the 128 sectors of overHead is there.
    let end = (127 * 512, LATER_READ);
    for (length, more) in [(Some(base.len() as u64), &[][..]), (None, &[end])] {
        assert_eq!(reads(&base, length), [&[(0, FIRST_READ)], more].concat());
        let long = embedding(&base, &descriptor(&"#\n".repeat(2500)));
        let (first, text) = ([(0, FIRST_READ)], [(512, 10240)]);
        assert_eq!(reads(&long, length), [&first, more, &text].concat());
    }
    let flat = descriptor("RW 1 FLAT \"f\" 0");
    assert_eq!(
        reads(&flat, Some(flat.len() as u64)),
        [(0, flat.len() as u64)]
    );
    assert_eq!(reads(&flat, None), [(0, FIRST_READ)]);
    let long = descriptor(&format!("RW 1 FLAT \"f\" 0\n{}", "#\n".repeat(3000)));
    assert_eq!(reads(&long, None), [(0, FIRST_READ), (0, 65537)]);
}

#[test]
fn long_texts() {
    let (images, _) = images_and_base();
    let of_length = |length: usize| {
        let mut bytes = descriptor("RW 2048 FLAT \"f\" 0\n");
        bytes.resize(length - 20, b'#');
        [&bytes[..], b"\nRW 2048 VMFS \"f\"\n##"].concat()
    };
    let longest = of_length(65536);
    assert_agreed(&images, "longest", &longest);
    assert_agreed(
        &images,
        "longest and NUL",
        &[&longest[..], &[0; 9000]].concat(),
    );
    let longer = of_length(65537);
    let words = "the text is longer than 65536 bytes";
    assert_refused(&longer, UnsupportedFeature, Some(0), words);
    let endless = [&longest[..], &[b'x'; 9000]].concat();
    assert_refused(&endless, UnsupportedFeature, Some(0), words);

    let repeated = |blanks: usize| {
        let line = format!("{}RW 1 VMFS \"f\"", "\n".repeat(blanks));
        descriptor(&line)
    };
    assert_agreed(&images, "listed 65 times", &repeated(64));
    let words = "more than 64 blank lines list an extent once more";
    let at = Some(BEFORE_TYPE + 16 + 65 + 11);
    assert_refused(&repeated(65), UnsupportedFeature, at, words);
    let each = |extents: usize| descriptor(&"\nRW 1 VMFS \"f\"\n".repeat(extents));
    assert_agreed(&images, "each listed twice", &each(64));
    assert!(probe(&each(65)).unwrap_err().to_string().contains(words));
    let lines = descriptor(&"RW 1 VMFS \"f\"\n".repeat(4500));
    assert_eq!(probe(&lines).unwrap().extents().len(), 4500);
    // Linear in the length: squared, this would take minutes.
    for piece in [
        "\n",
        "RW\n",
        "RW 1\n",
        " ",
        "1",
        "RW 1 VMFS \"",
        "\"",
        "CID",
        "createType",
    ] {
        let mut bytes = descriptor("RW 1 VMFS \"f\"");
        bytes.extend(piece.bytes().cycle().take(65000));
        let _ = probe(&bytes);
        bytes.splice(10..10, piece.bytes().cycle().take(500));
        let _ = probe(&bytes);
    }
}

fn as_luks(images: &Images, bytes: &[u8]) -> String {
    let options = Options::default().format(Some(Format::Luks));
    let error = probe_with(bytes, &options).unwrap_err();
    assert_eq!(error.kind(), WrongFormat, "{error}");
    assert!(images.directory().exists());
    error.to_string()
}

#[test]
fn the_hint_names_a_descriptor() {
    let (images, base) = images_and_base();
    let three = "RW 1 VMFS \"a\"\nRW 1 VMFS \"b\"\nRW 1 FLAT \"c\" 0\nRW 1 ZERO";
    let message = as_luks(&images, &descriptor(three));
    assert!(
        message.ends_with("this is a VMDK descriptor that names 3 extent files"),
        "{message}"
    );
    let late = format!("{}\n{three}", "#".repeat(1000));
    let message = as_luks(&images, &descriptor(&late));
    assert!(message.ends_with("names 3 extent files"), "{message}");
    let message = as_luks(&images, &descriptor("RW 1 VMFS \"a\""));
    assert!(message.ends_with("names 1 extent file"), "{message}");
    let message = as_luks(&images, &base);
    assert!(
        message.ends_with("the bytes are those of a vmdk image"),
        "{message}"
    );
    // What is wrong does not depend on whether the extents can be counted.
    let long = descriptor(&format!("RW 1 VMFS \"a\"\n{}", "#\n".repeat(2000)));
    let message = as_luks(&images, &long);
    assert!(
        message.ends_with("the bytes are those of a vmdk image"),
        "{message}"
    );
    let first = &long[..usize::try_from(FIRST_READ).unwrap()];
    let whole = Some(long.len() as u64);
    let as_luks = Options::default().format(Some(Format::Luks));
    let one_read = Limits::new().max_reads(1).unwrap();
    for (bytes, options) in [(first, as_luks), (&long[..], as_luks.limits(one_read))] {
        let error = diskprobe::probe_buffer(bytes, whole, &options).unwrap_err();
        assert_eq!(error.kind(), WrongFormat, "{error}");
    }
    let options = Options::default().format(Some(Format::Vmdk));
    let error = probe_with(&[0; 512], &options).unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (WrongFormat, Some(0)),
        "{error}"
    );
}
