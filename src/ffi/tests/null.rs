// SPDX-License-Identifier: MIT OR Apache-2.0
//! `NULL` has an answer everywhere.

use super::*;

#[test]
fn null_has_an_answer_everywhere() {
    type Wide = extern "C" fn(*const diskprobe_image, *mut u64) -> bool;
    type Small = extern "C" fn(*const diskprobe_image, *mut u32) -> bool;
    type Text = extern "C" fn(*const diskprobe_image, *mut usize) -> *const c_char;
    type TextAt = extern "C" fn(*const diskprobe_image, usize, *mut usize) -> *const c_char;
    let numbers: [Wide; 6] = [
        diskprobe_image_backing_mtime,
        diskprobe_image_virtual_size,
        diskprobe_image_physical_size,
        diskprobe_image_allocated_size,
        diskprobe_image_cluster_size,
        diskprobe_image_encryption_payload_offset,
    ];
    let small: [Small; 2] = [diskprobe_image_cid, diskprobe_image_parent_cid];
    let texts: [Text; 4] = [
        diskprobe_image_backing_location,
        diskprobe_image_backing_format_name,
        diskprobe_image_data_file_location,
        diskprobe_image_parent_location,
    ];
    let texts_at: [TextAt; 3] = [
        diskprobe_image_extent_location,
        diskprobe_image_extent_kind,
        diskprobe_image_reference_location,
    ];
    let names = [diskprobe_image_subformat, diskprobe_image_compat];
    let is = [diskprobe_image_has_data_file, diskprobe_image_has_parent];

    let mut wide = 1;
    for number in numbers {
        wide = 1;
        assert!(!number(null(), &mut wide) && wide == 0);
        assert!(!number(null(), null_mut()));
    }
    for number in small {
        let mut value = 1;
        assert!(!number(null(), &mut value) && value == 0);
        assert!(!number(null(), null_mut()));
    }
    for text in texts {
        let mut length = 1;
        assert!(text(null(), &mut length).is_null() && length == 0);
        assert!(text(null(), null_mut()).is_null());
    }
    for text in texts_at {
        let mut length = 1;
        assert!(text(null(), 0, &mut length).is_null() && length == 0);
        assert!(text(null(), usize::MAX, null_mut()).is_null());
    }
    assert!(names.iter().all(|name| name(null()).is_null()));
    assert!(!is.iter().any(|is| is(null())));
    assert!(!diskprobe_image_data_file_is_raw(null()));
    assert!(!diskprobe_image_has_feature(
        null(),
        Feature::Corrupt.into()
    ));
    assert!(!diskprobe_image_uuid(null(), null_mut()));
    assert!(!diskprobe_image_parent_uuid(null(), null_mut()));
    assert!(!diskprobe_image_parent_alternative_uuid(null(), null_mut()));
    assert!(!diskprobe_image_extent_size(null(), 0, &mut wide));
    assert!(!diskprobe_image_extent_file_offset(null(), 0, &mut wide));
    assert_eq!(diskprobe_image_extent_count(null()), 0);
    assert_eq!(diskprobe_image_reference_count(null()), 0);
    let (mut name, mut value, mut length) = (c"".as_ptr(), c"".as_ptr(), 1);
    let detail = diskprobe_image_detail(null(), 0, &mut name, &mut value, &mut length);
    assert!(!detail && name.is_null() && value.is_null() && length == 0);
    let none = diskprobe_image_detail(null(), 0, null_mut(), null_mut(), null_mut());
    assert!(!none);
    let counts = [
        diskprobe_image_detail_count,
        diskprobe_image_finding_count,
        diskprobe_image_also_match_count,
        diskprobe_image_content_count,
    ];
    assert!(counts.iter().all(|count| count(null()) == 0));
    let reference = diskprobe_image_reference(null(), 0, null_mut(), null_mut());
    assert!(reference.is_zero());
    assert!(diskprobe_image_also_match(null(), 0).is_zero());
    assert!(diskprobe_image_finding(null(), 0).is_zero());
    assert!(diskprobe_image_content(null(), 0).is_zero());
    assert!(!diskprobe_image_has_finding(
        null(),
        Finding::IncompleteScan.into()
    ));
    assert!(diskprobe_image_detected_as(null(), Tool::Qemu.into()).is_null());
    assert!(diskprobe_image_format(null()).is_zero());
    assert!(diskprobe_image_encryption(null()).is_zero());
    assert!(!diskprobe_image_backing_format(null(), null_mut()));

    assert_eq!(diskprobe_error_status(null()), OK);
    assert_eq!(c_text(diskprobe_error_message(null())), Some(c""));
    assert_eq!(diskprobe_error_errno(null()), 0);
    assert!(!diskprobe_error_offset(null(), null_mut()));

    diskprobe_error_free(null_mut());
    diskprobe_image_free(null_mut());
    diskprobe_options_free(null_mut());
    diskprobe_prober_free(null_mut());
}
