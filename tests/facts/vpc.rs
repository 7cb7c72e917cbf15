// SPDX-License-Identifier: MIT OR Apache-2.0
//! VHD, dynamic and fixed.

use diskprobe::ErrorKind::NeedMoreData;
use diskprobe::{probe_buffer, Format, Options};
use diskprobe_test_support::build::vhd_checksum;
use diskprobe_test_support::case::assert_ours;
use diskprobe_test_support::cases::vpc::{all, base, changed, fixed_base, FOOTER, HEADER, TABLE};
use diskprobe_test_support::patched;
use diskprobe_test_support::probe::{assert_cut_is_truncated, detail, probe, probe_as};

#[test]
fn valid_images_give_facts_and_invalid_images_give_errors() {
    assert_ours(&all());
}

#[test]
fn the_unused_size_is_the_recorded_size() {
    for creator in [b"vpc ", b"qem2"] {
        let image = probe(&changed(&base(), &[(28, creator)])).expect("a vpc image");
        assert_eq!(image.recorded_size(), Some(32 << 20), "{creator:?}");
    }
}

#[test]
fn the_footer_has_an_identity_and_a_creator() {
    let base = base();
    let image = probe(&base).expect("a vpc image");
    let uuid = image.uuid().expect("a UUID");
    assert_eq!(uuid.as_bytes()[..], base[68..84]);
    assert_eq!(detail(&image, "creator").as_deref(), Some("qem2"));
    assert!(image.parent().is_none());
    let unnamed = changed(&base, &[(28, b"wa\0\0"), (68, &[0; 16])]);
    let unnamed = probe(&unnamed).expect("a vpc image");
    assert_eq!(detail(&unnamed, "creator").as_deref(), Some("wa"));
    assert_eq!(unnamed.uuid(), None);
}

#[test]
fn the_type_is_the_subformat() {
    let subformat = |kind: u8| {
        let image = probe(&changed(&base(), &[(63, &[kind])]));
        image.expect("a vpc image").subformat()
    };
    let known = ["fixed", "dynamic", "differencing"].map(Some);
    assert_eq!([2, 3, 4].map(subformat), known);
    assert_eq!([0, 1, 5, 6].map(subformat), [None; 4]);
}

#[test]
fn a_bat_has_at_most_2_gib() {
    let probe = |entries: u32| {
        let bytes = changed(&base(), &[(HEADER + 28, &entries.to_be_bytes())]);
        let length = Some(TABLE as u64 + 4 * u64::from(entries));
        probe_buffer(&bytes, length, &Options::new())
    };
    let largest = probe(0x1fff_ff80).expect("a vpc image");
    assert_eq!(largest.virtual_size(), Some(32 << 20));
    let error = probe(0x1fff_ff81).expect_err("too large");
    assert_eq!(error.offset(), Some(540));
}

#[test]
fn cut_headers_are_truncated_and_never_raw() {
    assert_cut_is_truncated(&base(), 8, 1536);
}

#[test]
fn the_length_of_a_dynamic_image_may_be_unknown() {
    let probe = |bytes: &[u8]| probe_buffer(bytes, None, &Options::new());
    let image = probe(&base()).expect("a vpc image");
    assert_eq!(image.virtual_size(), Some(32 << 20));
    assert_eq!(image.subformat(), Some("dynamic"));
    let far = changed(&base(), &[(HEADER + 16, &(1u64 << 63).to_be_bytes())]);
    assert_eq!(probe(&far).expect_err("far").offset(), Some(528));
}

#[test]
fn a_fixed_image_has_its_facts_in_the_footer() {
    let base = fixed_base();
    let changes = [(FOOTER + 28, &b"vpc "[..]), (FOOTER + 56, &[0, 10, 4, 17])];
    let by_geometry = vhd_checksum(patched(&base, &changes), FOOTER);
    let image = probe_as(Format::Vpc, &by_geometry).expect("a fixed image");
    assert_eq!(image.subformat(), Some("fixed"));
    assert_eq!(image.recorded_size(), Some(1 << 20));
    assert_eq!(detail(&image, "creator").as_deref(), Some("vpc "));
    let uuid = image.uuid().expect("a UUID");
    assert_eq!(uuid.as_bytes()[..], base[FOOTER + 68..FOOTER + 84]);
}

#[test]
fn the_footer_of_a_fixed_image_cannot_be_found_without_the_length() {
    let base = fixed_base();
    let options = Options::new().format(Some(Format::Vpc));
    let error = probe_buffer(&base, None, &options).expect_err("no length");
    assert_eq!(error.kind(), NeedMoreData);
    assert!(error.to_string().contains("vpc footer"), "{error}");
    let length = Some(base.len() as u64);
    let error = probe_buffer(&base[..4096], length, &options).expect_err("no end");
    let found = (error.kind(), error.offset());
    assert_eq!(found, (NeedMoreData, Some(FOOTER as u64)), "{error}");
}

#[test]
fn a_footer_alone_is_a_dynamic_image_without_its_header() {
    assert!(probe(&fixed_base()[FOOTER..]).is_err());
}
