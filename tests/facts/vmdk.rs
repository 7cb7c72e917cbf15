// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMDK: sparse files, streams, COWD files, seSparse and descriptors.

use crate::{FIRST_READ, LATER_READ};
use diskprobe::ErrorKind::{NeedMoreData, WrongFormat};
use diskprobe::{EncryptionFormat, Finding, Format, Limits, Options, Policy, Prober, Violation};
use diskprobe_test_support::build::{cowd, se_sparse, Build, Subformat, Vmdk, MIB};
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::vmdk::{
    all, base, descriptor, detection, embedding, encryption, stream, with_type,
};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, probe, probe_as};

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn created_images_have_their_parent_and_no_encryption() {
    for subformat in Subformat::ALL {
        for size in [1_000_003, 5 << 30] {
            let vmdk = Vmdk::new(size).subformat(subformat);
            for (vmdk, parent) in [
                (vmdk.clone(), None),
                (vmdk.parent("sparse"), Some("sparse")),
            ] {
                let image = probe(&vmdk.bytes()).expect("a vmdk image");
                assert_eq!(image.subformat(), Some(subformat.name()));
                assert_eq!(image.virtual_size(), Some(size.next_multiple_of(512)));
                let backing = image.backing().map(|backing| backing.location);
                assert_eq!(backing, parent.map(str::as_bytes));
                assert!(image.encryption().is_none() && image.parent().is_none());
            }
        }
    }
}

/// QEMU does not detect it.
#[test]
fn a_descriptor_without_its_version_must_be_given() {
    let text = b"CID=7\nparentCID=8\ncreateType=\"vmfs\"\nRW 1 VMFS \"/etc/shadow\"\n";
    assert_eq!(probe(text).expect("raw").format(), Format::Raw);
    let image = probe_as(Format::Vmdk, text).expect("a descriptor");
    assert_eq!(
        (image.virtual_size(), image.extents().len()),
        (Some(512), 1)
    );
    let verdict = Policy::new().evaluate(&image, None);
    let extents = Violation::Finding(Finding::ExternalExtents);
    assert!(verdict.violations().contains(&extents));
    // Any other text is not a vmdk image.
    for text in [
        &b"CID=7\nparentCID=8\n"[..],
        b"",
        &[0; 4096],
        &[b'x'; 70000],
    ] {
        let error = probe_as(Format::Vmdk, text).expect_err("not a vmdk image");
        assert_eq!(error.kind(), WrongFormat, "{error}");
    }
}

/// QEMU counts in 64 bits, so that the directory is in the first sector.
#[test]
fn a_directory_at_0_is_a_writable_header() {
    let base = base();
    assert!(!probe(&base)
        .expect("vmdk")
        .has_finding(Finding::WritableHeader));
    for at in [48, 56] {
        let wrapped = patched(&base, &[(at, &(1u64 << 63).to_le_bytes())]);
        let image = probe(&wrapped).expect("vmdk");
        assert!(image.has_finding(Finding::WritableHeader));
        assert!(!Policy::new().evaluate(&image, None).is_accepted());
    }
}

/// Returns the message of the error for this descriptor.
fn message(bytes: &[u8]) -> String {
    probe(bytes).expect_err("an error").to_string()
}

#[test]
fn an_unsupported_type_is_quoted_on_one_line() {
    let start = "vmdk descriptor: createType is ";
    let end = " (offset 76), which is not supported";
    let long = "x".repeat(31);
    for (name, quoted) in [
        ("fullDevice", "\"fullDevice\"".to_owned()),
        (
            "vmfsPassthroughRawDeviceMap",
            "\"vmfsPassthroughRawDeviceMap\"".to_owned(),
        ),
        ("", "\"\"".to_owned()),
        (
            "a\nb\u{1b}[0m\u{202e}\\",
            r#""a\nb\x1b[0m\u{202e}\\""#.to_owned(),
        ),
        (&long, format!("\"{long}\"")),
        (&(long.clone() + "y"), format!("\"{long}…\"")),
        (&long.repeat(20), format!("\"{long}…\"")),
    ] {
        let message = message(&with_type(name, "RW 1 VMFS \"f\""));
        assert_eq!(message, format!("{start}{quoted}{end}"));
    }
}

#[test]
fn an_extent_alone_and_a_cut_stream_say_so() {
    let split = Vmdk::new(MIB).subformat(Subformat::TwoGbMaxExtentSparse);
    let (_, extent) = split.others().remove(0);
    let cowd = patched(&cowd(), &[(0x200, &[0; 64])]);
    for bytes in [extent.bytes(), cowd] {
        let message = message(&bytes);
        assert!(
            message.contains("one extent of a disk, use the descriptor"),
            "{message}"
        );
    }
    let stream = stream(&base(), &[]);
    let cut = &stream[..stream.len() - 512];
    assert!(message(cut).contains("the file may be truncated"));
}

#[test]
fn detection_of_descriptors_matches_qemu() {
    let rest = "CID=1\nparentCID=2\ncreateType=\"vmfs\"\nRW 2048 VMFS \"f\"\n";
    for (is_vmdk, text) in detection() {
        for bytes in [
            text.clone().into_bytes(),
            (text.clone() + rest).into_bytes(),
        ] {
            let is_raw = probe(&bytes).is_ok_and(|image| image.format() == Format::Raw);
            assert_eq!(!is_raw, is_vmdk, "{text:?}");
        }
    }
}

#[test]
fn cut_headers_are_truncated_and_never_raw() {
    assert_cut_is_truncated(&base(), 4, 79);
    assert_cut_is_truncated(&cowd(), 4, 44);
}

#[test]
fn the_footer_cannot_be_found_without_the_length() {
    let bytes = stream(&base(), &[]);
    let error = diskprobe::probe_buffer(&bytes, None, &Options::new()).expect_err("no length");
    assert_eq!(error.kind(), NeedMoreData, "{error}");
}

#[test]
fn an_se_sparse_file_alone_is_raw_and_not_vmdk() {
    let bytes = se_sparse(131_072);
    assert_eq!(probe(&bytes).expect("raw").format(), Format::Raw);
    let error = probe_as(Format::Vmdk, &bytes).expect_err("no vmdk");
    assert_eq!(error.kind(), WrongFormat);
    assert!(error.to_string().contains("a seSparse extent"), "{error}");
}

#[test]
fn each_name_has_the_offset_of_its_bytes() {
    let bytes = with_type(
        "twoGbMaxExtentFlat",
        "parentFileNameHint=\"base.vmdk\"\nRW 4 FLAT \"f\" 3\nRW 5 VMFS \"g\"\nRW 6 SPARSE \"s\"",
    );
    let image = probe(&bytes).expect("a descriptor");
    assert_eq!(image.virtual_size(), Some(15 * 512));
    assert_eq!(image.recorded_size(), Some(15 * 512));
    let offsets: Vec<_> = image.extents().map(|extent| extent.file_offset).collect();
    assert_eq!(offsets, [Some(3 * 512), Some(0), None]);
    let references: Vec<_> = image.references().collect();
    assert_eq!(references.len(), 4);
    for reference in references {
        let from = usize::try_from(reference.origin.offset).expect("small");
        let to = from + usize::try_from(reference.origin.length).expect("small");
        assert_eq!(&bytes[from..to], reference.location);
    }
}

#[test]
fn an_extent_name_has_its_offset_in_the_file() {
    let text = descriptor("RW 2048 FLAT \"f\" 0\nparentFileNameHint=\"p\"");
    let far = patched(&base(), &[(12, &[0; 8]), (28, &[100]), (51200, &text)]);
    let image = probe(&far).expect("a vmdk image");
    let origin = image.references().next().expect("an extent").origin;
    assert_eq!(far[usize::try_from(origin.offset).expect("small")], b'f');
}

#[test]
fn encryption_is_recognized_by_its_keys() {
    for (case, is_encrypted) in encryption() {
        let image = probe(&case.bytes).expect("a vmdk image");
        let format = image.encryption().map(|encryption| encryption.format);
        assert_eq!(
            format,
            is_encrypted.then_some(EncryptionFormat::Vmdk),
            "{}",
            case.name
        );
    }
}

/// Returns the ranges that a probe reads.
fn reads(bytes: &[u8], length: Option<u64>) -> Vec<(u64, u64)> {
    let mut prober = Prober::new(&Options::default());
    if let Some(length) = length {
        prober.set_length(length).expect("a new prober");
    }
    let mut ranges = Vec::new();
    while let Ok(Some(read)) = prober.next_read() {
        let range = read.preferred;
        ranges.push((range.offset, range.length));
        let from = usize::try_from(range.offset).expect("small");
        let from = from.min(bytes.len());
        let to = from + usize::try_from(range.length).expect("small");
        let part = &bytes[from..to.min(bytes.len())];
        prober.feed(range.offset, part).expect("wanted");
        if !part.is_empty() && to > bytes.len() {
            let end = prober.feed(bytes.len() as u64, &[]);
            end.expect("the end");
        }
    }
    ranges
}

#[test]
fn only_the_descriptor_is_read() {
    let base = base();
    // The first read includes the start of the text.
    let rest = |end: u64| (FIRST_READ, end - FIRST_READ);
    // This read checks that the last of the 128 sectors of overHead exists.
    let end = (127 * 512, LATER_READ);
    for (length, more) in [(Some(base.len() as u64), &[][..]), (None, &[end])] {
        assert_eq!(reads(&base, length), [&[(0, FIRST_READ)], more].concat());
        let long = embedding(&base, &descriptor(&"#\n".repeat(2500)));
        let (first, text) = ([(0, FIRST_READ)], [rest(512 + 10240)]);
        assert_eq!(reads(&long, length), [&first, more, &text].concat());
    }
    let flat = descriptor("RW 1 FLAT \"f\" 0");
    let length = flat.len() as u64;
    assert_eq!(reads(&flat, Some(length)), [(0, length)]);
    assert_eq!(reads(&flat, None), [(0, FIRST_READ)]);
    let long = descriptor(&format!("RW 1 FLAT \"f\" 0\n{}", "#\n".repeat(3000)));
    assert_eq!(reads(&long, None), [(0, FIRST_READ), rest(65537)]);
}

#[test]
fn many_extents_are_all_listed() {
    let lines = descriptor(&"RW 1 VMFS \"f\"\n".repeat(4500));
    assert_eq!(probe(&lines).expect("a descriptor").extents().len(), 4500);
    let words = "more than 64 blank lines, each of which repeats an extent";
    let each_twice = descriptor(&"\nRW 1 VMFS \"f\"\n".repeat(65));
    let error = probe(&each_twice).expect_err(words);
    assert!(error.to_string().contains(words), "{error}");
}

/// Quadratic time would take minutes.
#[test]
fn time_for_a_descriptor_is_proportional_to_its_length() {
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

/// Returns the error message for bytes that are not LUKS.
fn as_luks(bytes: &[u8]) -> String {
    let error = probe_as(Format::Luks, bytes).expect_err("no LUKS");
    assert_eq!(error.kind(), WrongFormat, "{error}");
    error.to_string()
}

#[test]
fn the_hint_of_an_error_names_a_descriptor() {
    let three = "RW 1 VMFS \"a\"\nRW 1 VMFS \"b\"\nRW 1 FLAT \"c\" 0\nRW 1 ZERO";
    let late = format!("{}\n{three}", "#".repeat(1000));
    // The error must not depend on how much of the descriptor was read.
    let long = descriptor(&format!("RW 1 VMFS \"a\"\n{}", "#\n".repeat(2000)));
    let of_descriptor = "this is a VMDK descriptor, which names extent files";
    let of_vmdk = "the bytes are those of a vmdk image";
    for (bytes, end) in [
        (&descriptor(three), of_descriptor),
        (&descriptor(&late), of_descriptor),
        (&Vmdk::new(MIB).bytes(), of_vmdk),
        (&long, of_descriptor),
    ] {
        let message = as_luks(bytes);
        assert!(message.ends_with(end), "{message}");
    }
    let first = &long[..usize::try_from(FIRST_READ).expect("small")];
    let length = Some(long.len() as u64);
    let as_luks = Options::default().format(Some(Format::Luks));
    let one_read = Limits::new().max_reads(1).expect("a lower limit");
    let limited = as_luks.clone().limits(one_read);
    for (bytes, options) in [(first, as_luks), (&long[..], limited)] {
        let error = diskprobe::probe_buffer(bytes, length, &options).expect_err("no LUKS");
        assert_eq!(error.kind(), WrongFormat, "{error}");
    }
}

#[test]
fn zeros_are_not_vmdk() {
    let error = probe_as(Format::Vmdk, &[0; 512]).expect_err("no vmdk");
    assert_eq!(
        (error.kind(), error.offset()),
        (WrongFormat, Some(0)),
        "{error}"
    );
}
