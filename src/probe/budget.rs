// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bound on work: extends each needed range to an efficient read, and checks the limits.

use super::Plan;
use crate::base::error::{Error, Reason};
use crate::base::limits::{FIRST_READ, LATER_READ};
use crate::base::options::Limits;
use crate::base::range::{ByteRange, Length};

#[derive(Clone)]
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

    /// Returns the range to fetch for `need`. It can be larger if that costs nothing, and never
    /// extends beyond the end. Fails if it would exceed the limits.
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
                size: need.length,
                offset: need.offset,
            }));
        }
        let least = match self.reads {
            0 => FIRST_READ,
            _ => LATER_READ,
        };
        let there = length.bound().saturating_sub(need.offset);
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

    /// Counts bytes that the caller fed without a request. Fails if they exceed the limits.
    pub(super) fn charge(&mut self, fed: ByteRange, unrequested: u64) -> Result<(), Error> {
        let left = self.limits.max_bytes.saturating_sub(self.bytes);
        if unrequested > left {
            return Err(Error::from(Reason::TooManyBytes {
                limit: self.limits.max_bytes,
                size: fed.length,
                offset: fed.offset,
            }));
        }
        self.bytes = self.bytes.saturating_add(unrequested);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use crate::base::error::ErrorKind::LimitExceeded;
    use crate::base::limits::{FIRST_READ, LATER_READ};
    use crate::base::options::Limits;
    use crate::base::range::{ByteRange, Length};

    /// Returns the number of bytes to read for a need at `offset`; `None` beyond the limits.
    fn planned(budget: &mut Budget, offset: u64, length: u64, end: Length) -> Option<u64> {
        let need = ByteRange { offset, length };
        match budget.plan(need, end) {
            Ok(plan) => {
                assert_eq!((plan.needed, plan.range.offset), (need, offset));
                Some(plan.range.length)
            }
            Err(error) => {
                assert_eq!(
                    (error.kind(), error.offset()),
                    (LimitExceeded, Some(offset))
                );
                None
            }
        }
    }

    #[test]
    fn the_last_read_that_is_allowed() {
        let mut budget = Budget::new(Limits::new().max_reads(2).unwrap());
        let end = Length::Unknown;
        assert_eq!(planned(&mut budget, 0, 1, end), Some(FIRST_READ));
        assert_eq!(planned(&mut budget, 9000, 1, end), Some(LATER_READ));
        assert_eq!(planned(&mut budget, 90000, 1, end), None);
    }

    #[test]
    fn the_last_byte_that_is_allowed() {
        let budget = || Budget::new(Limits::new().max_bytes(5000).unwrap());
        let end = Length::Known(100_000);
        assert_eq!(planned(&mut budget(), 0, 5000, end), Some(5000));
        assert_eq!(planned(&mut budget(), 0, 5001, end), None);
        let mut begun = budget();
        assert_eq!(planned(&mut begun, 0, 512, end), Some(FIRST_READ));
        // At most the rest of the budget, and nothing after the end.
        assert_eq!(planned(&mut begun, 99_000, 10, end), Some(1000));
        let rest = 5000 - FIRST_READ - 1000;
        assert_eq!(planned(&mut begun, 5000, 10, end), Some(rest));
        assert_eq!(planned(&mut begun, 9000, 1, end), None);
        assert_eq!(planned(&mut begun, 9000, 0, end), Some(0));
    }
}
