// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bound on work: which range is read for the one that is needed, and when it is too much.

use super::Plan;
use crate::error::{Error, Reason};
use crate::limits::{Limits, FIRST_READ, LATER_READ};
use crate::view::{ByteRange, Length};

pub(super) struct Budget {
    limits: Limits,
    reads: u32,
    bytes: u64,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Budget {
            limits,
            reads: 0,
            bytes: 0,
        }
    }

    /// The range to fetch so that `need` is held: more than that where it costs nothing, never
    /// beyond the end. Fails where it would exceed the limits.
    pub(super) fn plan(&mut self, need: ByteRange, length: Length) -> Result<Plan, Error> {
        let left = self.limits.max_bytes.saturating_sub(self.bytes);
        if self.reads >= self.limits.max_reads {
            return Err(Error::from(Reason::TooManyReads {
                limit: self.limits.max_reads,
                offset: need.offset,
            }));
        }
        if need.length > left {
            return Err(Error::from(Reason::TooManyBytes {
                limit: self.limits.max_bytes,
                range: need,
            }));
        }
        let least = match self.reads {
            0 => FIRST_READ,
            _ => LATER_READ,
        };
        let there = length
            .bound()
            .map_or(u64::MAX, |end| end.saturating_sub(need.offset));
        let wanted = need.length.max(least).min(left).min(there);
        self.reads = self.reads.saturating_add(1);
        self.bytes = self.bytes.saturating_add(wanted);
        Ok(Plan {
            needed: need,
            range: ByteRange {
                offset: need.offset,
                length: wanted,
            },
        })
    }
}
