// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where results are handed over: one at a time, and where that is asked for, in order.

use super::{ScanEntry, Summary};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

pub(super) struct Sink<F> {
    found: F,
    pub(super) summary: Summary,
    ordered: bool,
    /// What came before its turn.
    early: BTreeMap<u64, Option<ScanEntry>>,
    /// Whose turn it is.
    next: u64,
}

impl<F: FnMut(ScanEntry) -> ControlFlow<()>> Sink<F> {
    pub(super) fn new(found: F, ordered: bool) -> Self {
        Sink {
            found,
            summary: Summary::default(),
            ordered,
            early: BTreeMap::new(),
            next: 0,
        }
    }

    /// Whose turn it is: everything before it was handed over.
    pub(super) fn turn(&self) -> u64 {
        self.next
    }

    /// Takes the result of that number, if there is one to tell. Breaks where the caller has seen
    /// enough, or the scan was stopped meanwhile: then nothing is handed over any more.
    pub(super) fn take(
        &mut self,
        number: u64,
        found: Option<ScanEntry>,
        is_stopped: impl Fn() -> bool,
    ) -> ControlFlow<()> {
        if !self.ordered {
            return self.hand_over(found);
        }
        self.early.insert(number, found);
        while let Some(found) = self.early.remove(&self.next) {
            self.next = self.next.saturating_add(1);
            self.hand_over(found)?;
            if is_stopped() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn hand_over(&mut self, found: Option<ScanEntry>) -> ControlFlow<()> {
        let Some(found) = found else {
            return ControlFlow::Continue(());
        };
        if self.summary.is_cancelled {
            return ControlFlow::Break(());
        }
        let count = match &found.image {
            Ok(_) => &mut self.summary.images,
            Err(_) => &mut self.summary.failures,
        };
        *count = count.saturating_add(1);
        let flow = (self.found)(found);
        if flow.is_break() {
            self.summary.is_cancelled = true;
        }
        flow
    }
}

#[cfg(test)]
mod tests {
    use super::Sink;
    use crate::base::error::Reason;
    use crate::scan::ScanEntry;
    use std::cell::Cell;
    use std::ops::ControlFlow;

    #[test]
    fn what_waits_for_its_turn_is_not_told_after_the_stop() {
        let told = Cell::new(0);
        let tell = |_| {
            told.set(told.get() + 1);
            ControlFlow::Continue(())
        };
        let mut sink = Sink::new(tell, true);
        let found = || Some(ScanEntry::failed("x".into(), Reason::UnknownFormat));
        assert!(sink.take(2, found(), || false).is_continue());
        assert!(sink.take(1, found(), || false).is_continue());
        assert_eq!(told.get(), 0);
        // Whoever takes the first result asks for the end.
        assert!(sink.take(0, found(), || told.get() == 1).is_break());
        assert_eq!(told.get(), 1);
    }
}
