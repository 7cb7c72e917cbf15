// SPDX-License-Identifier: MIT OR Apache-2.0
//! Policies and verdicts.

use crate::{look, Caller, POLICIES, VERDICTS};
use diskprobe_fuzz::c::{self, policy};
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
        let path = match self.byte() {
            0 => null(),
            1 => c"x".as_ptr(),
            _ => c"/srv/images/x".as_ptr(),
        };
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
}
