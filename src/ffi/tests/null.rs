// SPDX-License-Identifier: MIT OR Apache-2.0
//! `NULL` has an answer everywhere.

use super::*;
use crate::ffi::enums::{diskprobe_finding, diskprobe_tool};

#[test]
fn null_has_an_answer_everywhere() {
    type Number = extern "C" fn(*const diskprobe_image, *mut u64) -> bool;
    type Small = extern "C" fn(*const diskprobe_image, *mut u32) -> bool;
    type Text = extern "C" fn(*const diskprobe_image, *mut usize) -> *const c_char;
    type TextAt = extern "C" fn(*const diskprobe_image, usize, *mut usize) -> *const c_char;
    let numbers: [Number; 8] = [
        diskprobe_image_created,
        diskprobe_image_backing_mtime,
        diskprobe_image_virtual_size,
        diskprobe_image_recorded_size,
        diskprobe_image_physical_size,
        diskprobe_image_allocated_size,
        diskprobe_image_cluster_size,
        diskprobe_image_encryption_payload_offset,
    ];
    let small: [Small; 9] = [
        diskprobe_image_allocated_clusters,
        diskprobe_image_physical_sector_size,
        diskprobe_image_format_version,
        diskprobe_image_refcount_bits,
        diskprobe_image_snapshot_count,
        diskprobe_image_bitmap_count,
        diskprobe_image_encryption_active_slots,
        diskprobe_image_cid,
        diskprobe_image_parent_cid,
    ];
    let texts: [Text; 12] = [
        diskprobe_image_comment,
        diskprobe_image_adapter_type,
        diskprobe_image_hardware_version,
        diskprobe_image_backing_location,
        diskprobe_image_backing_format_name,
        diskprobe_image_data_file_location,
        diskprobe_image_parent_location,
        diskprobe_image_creator,
        diskprobe_image_encryption_cipher,
        diskprobe_image_encryption_mode,
        diskprobe_image_encryption_hash,
        diskprobe_image_encryption_uuid,
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
    assert!(diskprobe_image_compression_type(null()).is_null());
    assert!(!is.iter().any(|is| is(null())));
    assert!(!diskprobe_image_data_file_is_raw(null()));
    let feature = MaybeUninit::new(DISKPROBE_FEATURE_CORRUPT);
    assert!(!diskprobe_image_has_feature(null(), feature));
    assert!(!diskprobe_image_dirty(null(), null_mut()));
    assert!(!diskprobe_image_uuid(null(), null_mut()));
    assert!(!diskprobe_image_parent_uuid(null(), null_mut()));
    let mut sides = [1; 3];
    let [cylinders, heads, sectors] = &mut sides;
    assert!(!diskprobe_image_geometry(null(), cylinders, heads, sectors));
    assert_eq!(sides, [0; 3]);
    assert!(!diskprobe_image_parent_alternative_uuid(null(), null_mut()));
    assert!(!diskprobe_image_extent_size(null(), 0, &mut wide));
    assert!(!diskprobe_image_extent_file_offset(null(), 0, &mut wide));
    assert_eq!(diskprobe_image_extent_count(null()), 0);
    assert_eq!(diskprobe_image_reference_count(null()), 0);
    assert_eq!(
        diskprobe_image_reference(null(), 0, null_mut(), null_mut()),
        diskprobe_reference_kind::DISKPROBE_REFERENCE_KIND_NONE
    );
    assert_eq!(
        diskprobe_image_also_matches(null(), 0),
        DISKPROBE_FORMAT_UNKNOWN
    );
    let finding = MaybeUninit::new(diskprobe_finding::DISKPROBE_FINDING_INCOMPLETE_SCAN);
    assert!(!diskprobe_image_has_finding(null(), finding));
    assert_eq!(diskprobe_image_content(null(), 0) as u32, 0);
    let reader = MaybeUninit::new(diskprobe_tool::DISKPROBE_TOOL_QEMU);
    assert!(diskprobe_image_detected_as(null(), reader).is_null());
    assert_eq!(diskprobe_image_format(null()), DISKPROBE_FORMAT_UNKNOWN);
    assert_eq!(diskprobe_image_encryption(null()) as u32, 0);
    assert!(!diskprobe_image_backing_format(null(), null_mut()));

    assert_eq!(diskprobe_error_status(null()), DISKPROBE_STATUS_OK);
    assert_eq!(c_text(diskprobe_error_message(null())), Some(c""));
    assert_eq!(diskprobe_error_errno(null()), 0);
    assert!(!diskprobe_error_offset(null(), null_mut()));

    diskprobe_error_free(null_mut());
    diskprobe_image_free(null_mut());
    diskprobe_options_free(null_mut());
    diskprobe_prober_free(null_mut());
}
