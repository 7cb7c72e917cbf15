// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies, verdicts and receipts.

use crate::{look, Caller, OPTIONS, POLICIES, PROBERS, RECEIPTS, VERDICTS};
use diskprobe_fuzz::c::{self, policy};
use std::ffi::c_char;
use std::ptr::{null, null_mut};

impl Caller<'_> {
    pub(crate) fn policy(&mut self) {
        let how = self.byte();
        let policy = match how % 8 {
            0 => {
                let slot = self.slot(POLICIES, VERDICTS - POLICIES);
                // SAFETY: it takes nothing.
                self.handles[slot] = unsafe { policy::diskprobe_policy_new() };
                return;
            }
            _ => self.handle(POLICIES, VERDICTS - POLICIES),
        };
        let number = self.number();
        // SAFETY: the handle is NULL or live, and texts end in a NUL.
        let status = unsafe {
            match how % 8 {
                1 => policy::diskprobe_policy_allow(policy, number as u32),
                2 => policy::diskprobe_policy_deny(policy, number as u32),
                3 => policy::diskprobe_policy_allow_format(policy, number as u32),
                4 => policy::diskprobe_policy_set_max_virtual_size(policy, number),
                5 => policy::diskprobe_policy_allow_backing_under(policy, c"/srv".as_ptr()),
                6 => policy::diskprobe_policy_allow_backing_under(policy, null()),
                _ => u32::from(policy::diskprobe_policy_denies(policy, number as u32)),
            }
        };
        assert!(status <= 1);
    }

    pub(crate) fn evaluate(&mut self) {
        let policy = self.handle(POLICIES, VERDICTS - POLICIES);
        let image = self.image();
        let slot = self.slot(VERDICTS, 1);
        let path = self.path();
        let wanted = self.byte() != 255;
        let mut verdict = null_mut();
        let place = if wanted { &mut verdict } else { null_mut() };
        // SAFETY: as in `policy`.
        unsafe {
            let status = policy::diskprobe_policy_evaluate(policy, image, path, place, null_mut());
            assert!(status != c::INTERNAL);
            assert_eq!(status == 0, wanted && !image.is_null());
            self.handles[slot] = verdict;
            policy::read(verdict, self.number() as usize, look);
        }
    }

    fn path(&mut self) -> *const c_char {
        match self.byte() {
            0 => null(),
            1 => c"x".as_ptr(),
            _ => c"/srv/images/x".as_ptr(),
        }
    }

    pub(crate) fn receipt(&mut self) {
        let how = self.byte();
        let (image, path) = (self.image(), self.path());
        // SAFETY: as in `policy`; the text of a receipt is copied before the receipt is freed.
        unsafe {
            let mut receipt = null_mut();
            let status = match how % 4 {
                0 => {
                    let policy = self.handle(POLICIES, VERDICTS - POLICIES);
                    c::checked(|error| {
                        policy::diskprobe_receipt_new(policy, image, path, &mut receipt, error)
                    })
                }
                1 => {
                    let (data, size) = (self.image.as_ptr().cast(), self.image.len());
                    c::checked(|error| {
                        policy::diskprobe_receipt_parse(data, size, &mut receipt, error)
                    })
                }
                2 => {
                    let old = self.handle(RECEIPTS, 1);
                    let mut size = 7;
                    let text = policy::diskprobe_receipt_text(old, &mut size);
                    look(text, &size);
                    look(policy::diskprobe_receipt_text(old, null_mut()), null());
                    let status = c::checked(|error| {
                        policy::diskprobe_receipt_parse(text, size, &mut receipt, error)
                    });
                    assert_eq!(status == 0, !old.is_null(), "a receipt can be parsed");
                    status
                }
                _ => return self.verify(image, path),
            };
            assert!(matches!(status, 0 | c::INVALID_ARGUMENT | c::REJECTED));
            assert_eq!(status == 0, !receipt.is_null());
            self.free(RECEIPTS);
            self.handles[RECEIPTS] = receipt;
        }
    }

    fn verify(&mut self, image: c::Handle, path: *const c_char) {
        let receipt = self.handle(RECEIPTS, 1);
        // SAFETY: as in `policy`.
        let (status, options) = unsafe {
            let status =
                c::checked(|error| policy::diskprobe_receipt_verify(receipt, image, path, error));
            (status, policy::diskprobe_receipt_options(receipt))
        };
        assert!(matches!(status, 0 | c::INVALID_ARGUMENT | c::CHANGED));
        assert_eq!(options.is_null(), receipt.is_null());
        let slot = self.slot(OPTIONS, PROBERS - OPTIONS);
        self.handles[slot] = options;
    }
}
