// SPDX-License-Identifier: MIT OR Apache-2.0
//! What less strict programs than QEMU read: descriptors, parents and sizes.

use diskprobe::{Finding, Format, Image, Options, Policy, ReferenceKind};
use diskprobe_test_support::build::{cowd, vhd_checksum, Build, Qcow2, Subformat, Vmdk, Vpc, MIB};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{probe_as, probe_with};

fn thorough(bytes: &[u8]) -> Image {
    probe_with(bytes, &Options::new().thorough(true)).expect("an image")
}

fn findings(bytes: &[u8]) -> Vec<Finding> {
    thorough(bytes).findings().collect()
}

const PLAIN: &str = "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n\
    createType=\"monolithicSparse\"\n\nRW 2048 SPARSE \"disk.vmdk\"\n";

/// A sparse file of 1 MiB whose header declares that many sectors of descriptor, with this text.
fn sparse(text: &str, sectors: u16) -> Vec<u8> {
    let mut bytes = Vmdk::new(MIB).bytes();
    // Space for the longest text between the header and the directories.
    let directories = 300u64.to_le_bytes();
    bytes = patched(
        &bytes,
        &[
            (36, &sectors.to_le_bytes()),
            (48, &directories),
            (56, &directories),
        ],
    );
    bytes.resize(512 * 512, 0);
    bytes[512..512 * 21].fill(0);
    patched(&bytes, &[(512, text.as_bytes())])
}

fn is_parent_found(lines: &str) -> bool {
    let found = findings(&sparse(&format!("{PLAIN}{lines}\n"), 20));
    assert!(
        found.iter().all(|found| *found == Finding::Parent),
        "{found:?}"
    );
    !found.is_empty()
}

#[test]
fn a_parent_is_found_in_any_spelling() {
    for lines in [
        "PARENTFILENAMEHINT=\"p\"",
        "ParentFileNameHint = \"p\"",
        "\tparentfilenamehint\t=\tp",
        "#parentFileNameHint=x\"\nparentFileNameHint=\"p\"",
        "\rparentFileNameHINT=\"p",
        "PARENTCID=12345678",
        "parentcid = 0",
        "parentCid=",
        "ddb.uuid.parent = \"66666666-7777-8888-9999-aaaaaaaaaaaa\"",
        "DDB.UUID.PARENT=\"6\"",
        "ddb.uuid.parent=00000000-0000-0000-0000-00000000000a",
    ] {
        assert!(is_parent_found(lines), "{lines:?}");
    }
    for lines in [
        "",
        "# parentFileNameHINT=\"p\"",
        "parentFileNameHINT=\"\"",
        "parentFileNameHINT \"p\"",
        "PARENTCID=FFFFFFFF",
        "parentCIDs=1",
        "ddb.uuid.parent=\"00000000-0000-0000-0000-000000000000\"",
        "ddb.uuid.image=\"66666666-7777-8888-9999-aaaaaaaaaaaa\"",
        "ddb.uuid.parents=\"6\"",
    ] {
        assert!(!is_parent_found(lines), "{lines:?}");
    }
}

#[test]
fn the_name_of_a_parent_is_a_reference_with_its_bytes() {
    let bytes = sparse(
        &format!("{PLAIN}ParentFileNameHint = \"/srv/p.vmdk\"\n"),
        20,
    );
    let image = thorough(&bytes);
    let reference = image.references().next().expect("a reference");
    assert_eq!(reference.kind, ReferenceKind::Parent);
    assert_eq!(reference.location, b"/srv/p.vmdk");
    let range = std::ops::Range::from(reference.origin);
    assert_eq!(
        &bytes[range.start as usize..range.end as usize],
        b"/srv/p.vmdk"
    );
}

#[test]
fn a_parent_that_qemu_follows_is_no_other_one() {
    let hint = "parentFileNameHint=\"p\"\n";
    let child = PLAIN.replace("parentCID=ffffffff\n", &format!("parentCID=1\n{hint}"));
    assert_eq!(findings(&sparse(&child, 20)), [Finding::BackingFile]);
    let uuid = child.clone() + "ddb.uuid.parent=\"66666666-7777-8888-9999-aaaaaaaaaaaa\"\n";
    assert_eq!(findings(&sparse(&uuid, 20)), [Finding::BackingFile]);
    let two = child + "ParentFileNameHint=\"q\"\n";
    assert_eq!(
        findings(&sparse(&two, 20)),
        [Finding::BackingFile, Finding::Parent]
    );
    let made = Vmdk::new(MIB).parent("p").bytes();
    assert_eq!(findings(&made), [Finding::BackingFile]);
}

#[test]
fn a_text_is_read_to_the_end_that_its_header_declares() {
    let after = |length: usize, line: &str| format!("{PLAIN}#{}\n{line}\n", "-".repeat(length));
    let parent = "parentFileNameHint=\"p\"";
    for (text, sectors, expected) in [
        (after(10_000, parent), 20, Finding::BackingFile),
        (after(10_240, parent), 40, Finding::Parent),
        (after(60_000, parent), 128, Finding::Parent),
        (
            after(10_240, "createType=\"monolithicFlat\""),
            40,
            Finding::HeadersDiffer,
        ),
        (
            after(10_240, "RW 2048 FLAT \"/x\" 0"),
            40,
            Finding::HeadersDiffer,
        ),
        // Longer than what is read.
        (after(70_000, ""), 200, Finding::HeadersDiffer),
    ] {
        assert_eq!(
            findings(&sparse(&text, sectors)),
            [expected],
            "{sectors} sectors"
        );
    }
    // The declared text ends earlier, or it ends at a NUL.
    for (text, sectors) in [
        (after(60_000, parent), 21),
        (after(10_240, "\0parentFileNameHint=\"p\""), 40),
        (after(9_000, ""), 200),
    ] {
        assert_eq!(findings(&sparse(&text, sectors)), [], "{sectors} sectors");
    }
}

#[test]
fn a_type_in_the_first_sector_of_a_sparse_file_is_another_description() {
    let plain = sparse(PLAIN, 20);
    assert_eq!(
        findings(&patched(&plain, &[(100, b"CreateType = \"vmfs\"")])),
        [Finding::HeadersDiffer]
    );
    let text = patched(
        &cowd(),
        &[(64, b"createType=\"monolithicFlat\"\nRW 1 FLAT \"/x\" 0")],
    );
    assert!(findings(&text).contains(&Finding::HeadersDiffer));
    assert!(!findings(&cowd()).contains(&Finding::HeadersDiffer));
}

#[test]
fn a_text_and_its_header_have_one_size() {
    for (sectors, differ, largest) in [
        ("2048", false, MIB),
        ("1921", false, MIB),
        ("1920", true, MIB),
        ("0", true, MIB),
        ("2049", true, MIB + 512),
        ("2147483648", true, 1 << 40),
    ] {
        let bytes = sparse(&PLAIN.replace("2048", sectors), 20);
        let expected: &[_] = if differ {
            &[Finding::HeadersDiffer]
        } else {
            &[]
        };
        assert_eq!(findings(&bytes), expected, "{sectors}");
        let policy = |limit| {
            Policy::new()
                .allow(Finding::HeadersDiffer)
                .max_virtual_size(limit)
        };
        let image = thorough(&bytes);
        assert!(
            policy(largest).evaluate(&image, None).is_accepted(),
            "{sectors}"
        );
        assert!(
            !policy(largest - 1).evaluate(&image, None).is_accepted(),
            "{sectors}"
        );
    }
}

#[test]
fn the_largest_size_of_a_footer_counts() {
    let plain = Vpc::new(MIB).bytes();
    let sealed = |changes| {
        let bytes = vhd_checksum(patched(&plain, changes), 0);
        let end = bytes.len() - 512;
        let footer = bytes[..512].to_vec();
        patched(&bytes, &[(end, &footer)])
    };
    let tib = (1u64 << 40).to_be_bytes();
    for (bytes, largest) in [
        (sealed(&[(40, &tib)]), 1 << 40),
        (sealed(&[(48, &tib)]), 1 << 40),
        (
            sealed(&[(28, b"win "), (48, &[0; 8]), (56, &[0, 2, 1, 63])]),
            MIB + 1024,
        ),
        (plain.clone(), 2108 * 512),
    ] {
        let image = thorough(&bytes);
        let fits = |limit| {
            let policy = Policy::new().max_virtual_size(limit);
            policy.evaluate(&image, None).is_accepted()
        };
        let original = thorough(&plain).virtual_size().expect("a size");
        let largest = largest.max(if largest == 1 << 40 { 0 } else { original });
        assert!(fits(largest) && !fits(largest - 1), "{largest}");
    }
}

#[test]
fn a_descriptor_in_the_first_sectors_is_another_format() {
    let flat = "# Disk DescriptorFile\nversion = 1\ncreateType = \"monolithicFlat\"\n";
    let bare = "Version = 1\nCREATETYPE\t= \"monolithicFlat\"\n";
    let late = format!("# x\n#{}\n{bare}", "-".repeat(3000));
    let disk = |offset: usize, text: &[u8]| patched(&vec![0; 1 << 16], &[(offset, text)]);
    for bytes in [
        disk(0, flat.as_bytes()),
        disk(0, format!("\n \r\n{flat}").as_bytes()),
        disk(0, format!("\u{feff}{flat}").as_bytes()),
        disk(0, format!("\u{feff}{bare}").as_bytes()),
        disk(0, flat.to_uppercase().as_bytes()),
        disk(0, b"#Disk Descriptor File\n"),
        disk(0, late.as_bytes()),
        disk(512, flat.as_bytes()),
        disk(512, bare.as_bytes()),
        disk(4096, flat.as_bytes()),
    ] {
        let image = thorough(&bytes);
        assert_eq!(image.format(), Format::Raw);
        assert_eq!(image.also_matches().collect::<Vec<_>>(), [Format::Vmdk]);
        let raw = probe_as(Format::Raw, &bytes).expect("raw");
        assert_eq!(raw.findings().count(), 0);
    }
    let qcow2 = patched(&Qcow2::new(MIB).bytes(), &[(1024, flat.as_bytes())]);
    assert_eq!(findings(&qcow2), [Finding::Ambiguous]);
    for bytes in [
        disk(100, flat.as_bytes()),
        disk(4608, flat.as_bytes()),
        disk(0, b"\xff\xfe# Disk DescriptorFile\n"),
        disk(0, b"# Disk Descriptor\nversion=9\n"),
        disk(0, b"a text about createType, with a = sign\n"),
        disk(0, b"a\0bcd createType=\"x\""),
    ] {
        assert_eq!(findings(&bytes), []);
    }
    // Their own descriptors are not another format.
    for subformat in Subformat::ALL {
        let image = thorough(&Vmdk::new(MIB).subformat(subformat).bytes());
        assert!(!image.has_finding(Finding::Ambiguous), "{subformat:?}");
    }
}
