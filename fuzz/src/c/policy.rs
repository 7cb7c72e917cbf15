// SPDX-License-Identifier: MIT OR Apache-2.0
//! Functions that evaluate an image by a policy.

use super::{Handle, Look};
use std::ffi::c_char;
use std::ptr::{null, null_mut};

extern "C" {
    pub fn diskprobe_policy_new() -> Handle;
    pub fn diskprobe_policy_free(policy: Handle);
    pub fn diskprobe_policy_allow(policy: Handle, finding: u32) -> u32;
    pub fn diskprobe_policy_deny(policy: Handle, finding: u32) -> u32;
    pub fn diskprobe_policy_denies(policy: Handle, finding: u32) -> bool;
    pub fn diskprobe_policy_allow_format(policy: Handle, format: u32) -> u32;
    pub fn diskprobe_policy_set_max_virtual_size(policy: Handle, size: u64) -> u32;
    pub fn diskprobe_policy_allow_backing_under(policy: Handle, directory: *const c_char) -> u32;
    pub fn diskprobe_policy_evaluate(
        policy: Handle,
        image: Handle,
        path: *const c_char,
        verdict: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_verdict_free(verdict: Handle);
    pub fn diskprobe_receipt_new(
        policy: Handle,
        image: Handle,
        path: *const c_char,
        receipt: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_receipt_parse(
        data: *const c_char,
        size: usize,
        receipt: *mut Handle,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_receipt_text(receipt: Handle, length: *mut usize) -> *const c_char;
    pub fn diskprobe_receipt_options(receipt: Handle) -> Handle;
    pub fn diskprobe_receipt_verify(
        receipt: Handle,
        image: Handle,
        path: *const c_char,
        error: *mut Handle,
    ) -> u32;
    pub fn diskprobe_receipt_free(receipt: Handle);
    fn diskprobe_verdict_is_accepted(verdict: Handle) -> bool;
    fn diskprobe_verdict_violation_count(verdict: Handle) -> usize;
    fn diskprobe_verdict_violation(verdict: Handle, index: usize, finding: *mut u32) -> u32;
    fn diskprobe_verdict_message(verdict: Handle, index: usize) -> *const c_char;
}

/// Calls every getter of a verdict.
///
/// # Safety
/// `verdict` is NULL or live.
pub unsafe fn read(verdict: Handle, index: usize, look: Look) {
    unsafe {
        let count = diskprobe_verdict_violation_count(verdict);
        let accepted = diskprobe_verdict_is_accepted(verdict);
        assert_eq!(accepted, count == 0 && !verdict.is_null());
        let mut finding = 7;
        let violation = diskprobe_verdict_violation(verdict, index, &mut finding);
        assert_eq!(violation == 0, index >= count);
        diskprobe_verdict_violation(verdict, index, null_mut());
        let message = diskprobe_verdict_message(verdict, index);
        assert_eq!(message.is_null(), index >= count);
        look(message, null());
    }
}
