// SPDX-License-Identifier: MIT OR Apache-2.0
//! Backing formats that are not recorded, or recorded with an unknown name.

use diskprobe::chain::{Chain, ChainOptions, UnrecordedFormat};
use diskprobe::{Detectable, ErrorKind, Format, Options};
use diskprobe_test_support::build::{
    Build, Luks, Qcow, Qcow2, Qed, Subformat, Vdi, Vhdx, Vmdk, MIB,
};
use diskprobe_test_support::chain::{
    assert_broken, assert_whole, open, options, overlay, raw, unrecorded, with_data_file,
    with_policy,
};
use diskprobe_test_support::{patched, Images};
use UnrecordedFormat::{Libvirt, Probe, Raw, Refuse};

pub(crate) const TOP: &str = "top top.qcow2 qcow2 given 1048576";

/// Asserts the result of each policy for the backing file of `top.qcow2`. If `probed` is an error,
/// the chain breaks.
#[track_caller]
pub(crate) fn assert_policies(
    images: &Images,
    backing: &str,
    probed: Result<&str, &str>,
    size_as_raw: u64,
) {
    unrecorded(images, "top.qcow2", backing);
    let broken = format!("{TOP} | backing {backing} ? unknown -");
    let refused = |policy, words: &str| {
        let words = format!("backing file at depth 1: {words}");
        let expected = (ErrorKind::FormatNotRecorded, &*words, &*broken);
        assert_broken(images, "top.qcow2", &with_policy(policy), expected);
    };
    refused(Refuse, "its format is not recorded");
    let raw = format!("{TOP} | backing {backing} raw assumed {size_as_raw}");
    assert_whole(images, "top.qcow2", &with_policy(Raw), &raw);
    match probed {
        Ok(found) => {
            let whole = format!("{TOP} | backing {backing} {found}");
            assert_whole(images, "top.qcow2", &with_policy(Probe), &whole);
        }
        Err(words) => refused(Probe, words),
    }
}

pub(crate) const NEEDS_OTHERS: Result<&str, &str> =
    Err("its format is not recorded, and the detected image names other files");

pub(crate) fn size(images: &Images, name: &str) -> u64 {
    let length = std::fs::metadata(images.path(name)).unwrap().len();
    length.next_multiple_of(512)
}

#[test]
fn an_image_that_names_no_file_may_be_probed() {
    let images = Images::new();
    raw(&images, "base.raw");
    assert_policies(&images, "base.raw", Ok("raw probed 1048576"), 1 << 20);
    for (format, bytes) in [
        ("qcow2", Qcow2::new(MIB).bytes()),
        ("qcow", Qcow::new(MIB).bytes()),
        ("qed", Qed::new(MIB).bytes()),
        ("vdi", Vdi::new(MIB).bytes()),
        ("vmdk", Vmdk::new(MIB).bytes()),
        ("vhdx", Vhdx::new(MIB).bytes()),
        ("luks", Luks::new(MIB).bytes()),
    ] {
        let name = format!("base.{format}");
        images.write(&name, bytes);
        let found = format!("{format} probed 1048576");
        assert_policies(&images, &name, Ok(&found), size(&images, &name));
    }
}

#[test]
fn a_chain_with_an_unknown_feature_is_allowed_on_request_but_never_complete() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    let unknown = patched(&images.read("mid.qcow2"), &[(72, &[0x80])]);
    images.write("mid.qcow2", unknown);
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    let broken = open(&images, "top.qcow2", &options()).expect_err("an error");
    assert_eq!(broken.error().kind(), ErrorKind::UnsupportedFeature);
    let image = Options::new().allow_unknown_features(true);
    let chain = open(&images, "top.qcow2", &options().image_options(image));
    let chain = chain.expect("a chain");
    assert_eq!(chain.elements().len(), 3);
    assert!(!chain.is_complete());
}

#[test]
fn only_detectable_formats_are_detected_below_the_top_image() {
    let images = Images::new();
    raw(&images, "base.raw");
    images.write("base.vhdx", Vhdx::new(MIB).bytes());
    let libvirt = Options::new().detectable(Detectable::LIBVIRT);
    let options = with_policy(Probe).image_options(libvirt.clone().format(Format::Qcow2));
    unrecorded(&images, "top.qcow2", "base.vhdx");
    let words = "backing file at depth 1: vhdx image: detected, but not allowed";
    let broken = format!("{TOP} | backing base.vhdx ? unknown -");
    let expected = (ErrorKind::FormatNotAllowed, words, &*broken);
    assert_broken(&images, "top.qcow2", &options, expected);
    unrecorded(&images, "top.qcow2", "base.raw");
    let whole = format!("{TOP} | backing base.raw raw probed 1048576");
    assert_whole(&images, "top.qcow2", &options, &whole);
    // A recorded format is not detected.
    overlay(&images, "top.qcow2", "base.vhdx", "vhdx");
    let whole = format!("{TOP} | backing base.vhdx vhdx recorded 1048576");
    assert_whole(&images, "top.qcow2", &options, &whole);
    let top = with_policy(Probe).image_options(libvirt);
    let expected = "top base.vhdx ? unknown -";
    let words = "vhdx image: detected, but not allowed";
    assert_broken(
        &images,
        "base.vhdx",
        &top,
        (ErrorKind::FormatNotAllowed, words, expected),
    );
}

#[test]
fn the_backing_file_of_qed_may_have_a_backing_file_because_qed_records_raw() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    images.write("top.qed", Qed::new(MIB).backing("mid.qcow2", "").bytes());
    let top = "top top.qed qed given 1048576 | backing mid.qcow2";
    let rest = "backing base.raw raw recorded 1048576";
    for policy in [Probe, Libvirt] {
        let options = with_policy(policy).image_options(Options::new().format(Format::Qed));
        let whole = format!("{top} qcow2 probed 1048576 | {rest}");
        assert_whole(&images, "top.qed", &options, &whole);
    }
    let options = with_policy(Refuse).image_options(Options::new().format(Format::Qed));
    let words = "backing file at depth 1: its format is not recorded";
    let broken = format!("{top} ? unknown -");
    assert_broken(
        &images,
        "top.qed",
        &options,
        (ErrorKind::FormatNotRecorded, words, &broken),
    );
    // The rule is not inherited.
    unrecorded(&images, "mid.qcow2", "low.qcow2");
    overlay(&images, "low.qcow2", "base.raw", "raw");
    let options = with_policy(Probe).image_options(Options::new().format(Format::Qed));
    let words =
        "backing file at depth 2: its format is not recorded, and the detected image names \
                 other files";
    let broken = format!("{top} qcow2 probed 1048576 | backing low.qcow2 ? unknown -");
    assert_broken(
        &images,
        "top.qed",
        &options,
        (ErrorKind::FormatNotRecorded, words, &broken),
    );
}

#[track_caller]
fn assert_wrong_format(images: &Images, policy: UnrecordedFormat) {
    let broken = open(images, "top.qcow2", &with_policy(policy)).expect_err("an error");
    assert_eq!(
        broken.error().kind(),
        ErrorKind::WrongFormat,
        "{}",
        broken.error()
    );
}

#[test]
fn a_recorded_name_that_libvirt_does_not_know_is_raw_only_by_its_rule() {
    let images = Images::new();
    raw(&images, "base.raw");
    for name in ["xyzzy", "none", "QCOW2", "auto"] {
        overlay(&images, "top.qcow2", "base.raw", name);
        let whole = format!("{TOP} | backing base.raw raw assumed 1048576");
        assert_whole(&images, "top.qcow2", &with_policy(Libvirt), &whole);
        for policy in [Refuse, Probe, Raw] {
            let words = "backing file at depth 1: its recorded format is unknown";
            let broken = format!("{TOP} | backing base.raw ? unknown -");
            let expected = (ErrorKind::UnsupportedFormat, words, &*broken);
            assert_broken(&images, "top.qcow2", &with_policy(policy), expected);
        }
    }
    // The bytes do not have these formats, by names that libvirt does not know.
    for name in ["luks", "vhdx", "parallels"] {
        overlay(&images, "top.qcow2", "base.raw", name);
        let whole = format!("{TOP} | backing base.raw raw assumed 1048576");
        assert_whole(&images, "top.qcow2", &with_policy(Libvirt), &whole);
        assert_wrong_format(&images, Probe);
    }
    images.write("base.vhdx", Vhdx::new(MIB).bytes());
    overlay(&images, "top.qcow2", "base.vhdx", "vhdx");
    let whole = format!("{TOP} | backing base.vhdx vhdx recorded 1048576");
    assert_whole(&images, "top.qcow2", &with_policy(Libvirt), &whole);
}

/// libvirt states these formats to QEMU, which refuses the bytes.
#[test]
fn a_format_that_libvirt_knows_is_never_replaced_by_raw() {
    let images = Images::new();
    raw(&images, "base.raw");
    for name in ["qcow2", "vdi", "vmdk", "qed", "cow"] {
        overlay(&images, "top.qcow2", "base.raw", name);
        assert_wrong_format(&images, Libvirt);
    }
    for name in ["vhd", "ploop", "fat", "iso"] {
        overlay(&images, "top.qcow2", "base.raw", name);
        let words = "backing file at depth 1: its recorded format is unknown";
        let broken = format!("{TOP} | backing base.raw ? unknown -");
        let expected = (ErrorKind::UnsupportedFormat, words, &*broken);
        assert_broken(&images, "top.qcow2", &with_policy(Libvirt), expected);
    }
}

#[test]
fn a_probed_image_with_a_backing_file_is_refused() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    assert_policies(
        &images,
        "mid.qcow2",
        NEEDS_OTHERS,
        size(&images, "mid.qcow2"),
    );
}

#[test]
fn a_probed_image_with_only_a_data_file_is_refused() {
    let images = Images::new();
    with_data_file(&images, "mid.qcow2", "d.raw");
    assert_policies(
        &images,
        "mid.qcow2",
        NEEDS_OTHERS,
        size(&images, "mid.qcow2"),
    );
    // With a recorded format, it is followed.
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    let whole = format!(
        "{TOP} | backing mid.qcow2 qcow2 recorded 1048576 | data-file d.raw raw implied 1048576"
    );
    assert_whole(&images, "top.qcow2", &options(), &whole);
}

#[test]
fn a_probed_image_with_extents_is_refused() {
    let images = Images::new();
    let vmdk = Vmdk::new(MIB).subformat(Subformat::MonolithicFlat);
    vmdk.named("m.vmdk").write(images.path("m.vmdk"));
    assert_policies(&images, "m.vmdk", NEEDS_OTHERS, 512);
}

#[test]
fn a_probed_image_with_a_parent_is_refused() {
    let images = Images::new();
    let mut bytes = Vdi::new(MIB).bytes();
    // uuid_link and uuid_parent.
    bytes[424..456].fill(7);
    images.write("child.vdi", bytes);
    assert_policies(
        &images,
        "child.vdi",
        NEEDS_OTHERS,
        size(&images, "child.vdi"),
    );
}

#[test]
fn qed_without_the_no_probe_flag_has_no_recorded_format() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    // The flag means that the backing file is raw. It is not set for other formats.
    let qed = Qed::new(MIB).backing("mid.qcow2", "qcow2");
    qed.write(images.path("top.qed"));
    let top = |policy| {
        let options = ChainOptions::new().unrecorded_format(policy);
        Chain::open_path(images.path("top.qed"), &options)
    };
    let broken = top(Refuse).unwrap_err();
    assert_eq!(broken.error().kind(), ErrorKind::FormatNotRecorded);
    // Because raw is recorded, another image may be detected even if it names other files.
    assert_eq!(top(Probe).expect("a chain").elements().len(), 3);
    assert!(top(Raw).is_ok());
    let qed = Qed::new(MIB).backing("base.raw", "raw");
    qed.write(images.path("top.qed"));
    let chain = top(Refuse).expect("a recorded format");
    assert_eq!(chain.elements()[1].format_source().as_str(), "recorded");
    assert_eq!(chain.elements()[1].format_name(), None);
}

/// If the location has a driver at its top level, QEMU does not detect a format.
#[test]
fn a_driver_in_the_location_determines_the_format() {
    let images = Images::new();
    Qcow2::new(MIB).write(images.path("base.qcow2"));
    let length = size(&images, "base.qcow2");
    let base = images.path("base.qcow2");
    let file = format!(r#"{{"driver":"file","filename":"{}"}}"#, base.display());
    let as_raw = format!("raw recorded {length}");
    let all = [Refuse, Probe, Raw];
    for (backing, policies, found) in [
        (
            format!(r#"json:{{"driver":"raw","file":{file}}}"#),
            &all[..],
            &*as_raw,
        ),
        (format!("json:{file}"), &all, &as_raw),
        (
            format!(r#"json:{{"driver":"qcow2","file":{file}}}"#),
            &all,
            "qcow2 recorded 1048576",
        ),
        (
            format!(r#"json:{{"file":{file}}}"#),
            &[Probe],
            "qcow2 probed 1048576",
        ),
        (
            format!(r#"json:{{"file":{{"driver":"raw","file":{file}}}}}"#),
            &[Probe],
            "qcow2 probed 1048576",
        ),
    ] {
        unrecorded(&images, "top.qcow2", &backing);
        let whole = format!("{TOP} | backing base.qcow2 {found}");
        for policy in policies {
            assert_whole(&images, "top.qcow2", &with_policy(*policy), &whole);
        }
    }
    let server = r#"json:{"driver":"nbd","host":"h"}"#;
    unrecorded(&images, "top.qcow2", server);
    let whole = format!("{TOP} | backing {server} raw recorded -");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    let server = r#"json:{"driver":"qed","file":{"driver":"nbd","host":"h"}}"#;
    unrecorded(&images, "top.qcow2", server);
    let whole = format!("{TOP} | backing {server} qed recorded -");
    assert_whole(&images, "top.qcow2", &options(), &whole);
}

#[test]
fn an_image_that_was_not_opened_cannot_be_probed() {
    let images = Images::new();
    unrecorded(&images, "top.qcow2", "nbd://host/x");
    let broken = format!("{TOP} | backing nbd://host/x ? unknown -");
    let words = "backing file at depth 1: its format is not recorded, and it was not opened for \
                 probing";
    let expected = (ErrorKind::FormatNotRecorded, words, &*broken);
    assert_broken(&images, "top.qcow2", &with_policy(Probe), expected);
    let whole = format!("{TOP} | backing nbd://host/x raw assumed -");
    assert_whole(&images, "top.qcow2", &with_policy(Raw), &whole);
}

#[test]
fn an_unknown_recorded_format_is_refused() {
    let images = Images::new();
    raw(&images, "base.raw");
    for name in ["vhd", "iso", "fat", "raW", "RAW", "r w"] {
        overlay(&images, "top.qcow2", "base.raw", "raw");
        let path = images.path("top.qcow2");
        let mut bytes = std::fs::read(&path).unwrap();
        let place = bytes
            .windows(4)
            .position(|four| four == [0xe2, 0x79, 0x2a, 0xca])
            .unwrap();
        bytes[place + 8..place + 11].copy_from_slice(name.as_bytes());
        std::fs::write(&path, bytes).unwrap();
        let broken = format!("{TOP} | backing base.raw ? unknown -");
        let words = "backing file at depth 1: its recorded format is unknown";
        for policy in [Refuse, Probe, Raw] {
            let expected = (ErrorKind::UnsupportedFormat, words, &*broken);
            assert_broken(&images, "top.qcow2", &with_policy(policy), expected);
        }
        let chain = Chain::open_path(&path, &options())
            .unwrap_err()
            .into_partial_chain();
        assert_eq!(chain.elements()[1].format_name(), Some(name.as_bytes()));
    }
}

#[test]
fn a_protocol_driver_recorded_as_the_format_means_raw() {
    let images = Images::new();
    overlay(&images, "base.qcow2", "none.raw", "raw");
    overlay(&images, "top.qcow2", "base.qcow2", "file");
    // No image format is read, so no further file is named.
    let length = size(&images, "base.qcow2");
    let whole = format!("{TOP} | backing base.qcow2 raw recorded {length}");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    let chain = Chain::open_path(images.path("top.qcow2"), &options()).unwrap();
    assert_eq!(chain.elements()[1].format_name(), Some(&b"file"[..]));
}

#[test]
fn a_recorded_format_is_authoritative() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "raw");
    let length = size(&images, "mid.qcow2");
    let whole = format!("{TOP} | backing mid.qcow2 raw recorded {length}");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    overlay(&images, "top.qcow2", "base.raw", "qcow2");
    let broken = format!("{TOP} | backing base.raw qcow2 recorded -");
    let words = "backing file at depth 1: not a qcow2 image: no qcow2 signature (offset 0); the \
                 first sector is all zeros";
    assert_broken(
        &images,
        "top.qcow2",
        &options(),
        (ErrorKind::WrongFormat, words, &broken),
    );
}
