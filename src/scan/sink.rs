// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where results are handed over: one at a time, and where that is asked for, in order.

use super::{Found, Summary};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

pub(super) struct Sink<F> {
    found: F,
    pub(super) summary: Summary,
    ordered: bool,
    /// What came before its turn.
    early: BTreeMap<u64, Option<Found>>,
    /// Whose turn it is.
    next: u64,
}

impl<F: FnMut(Found) -> ControlFlow<()>> Sink<F> {
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
    /// enough: then nothing is handed over any more.
    pub(super) fn take(&mut self, number: u64, found: Option<Found>) -> ControlFlow<()> {
        if !self.ordered {
            return self.hand_over(found);
        }
        self.early.insert(number, found);
        while let Some(found) = self.early.remove(&self.next) {
            self.next = self.next.saturating_add(1);
            self.hand_over(found)?;
        }
        ControlFlow::Continue(())
    }

    fn hand_over(&mut self, found: Option<Found>) -> ControlFlow<()> {
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
