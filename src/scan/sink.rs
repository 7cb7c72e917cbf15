// SPDX-License-Identifier: MIT OR Apache-2.0
//! Delivers results to the caller's function: one at a time and, if requested, in order.

use super::order::Order;
use super::stop::Stop;
use super::{ScanEntry, ScanSummary};
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

/// A result with the ticket of its task. `None`: the task found nothing to report.
pub(super) type Ticketed = (u64, Option<ScanEntry>);

/// The lock on `delivery` is held while the caller's function runs. A panic of that function
/// poisons it, which ends the scan.
pub(super) struct Sink<F> {
    delivery: Mutex<Delivery<F>>,
    /// Notified when the turn advances, and when the scan stops.
    advanced: Condvar,
}

struct Delivery<F> {
    deliver: F,
    order: Option<Order>,
    summary: ScanSummary,
}

impl<F: FnMut(ScanEntry) -> ControlFlow<()>> Sink<F> {
    /// With a `window`, results are delivered in order, and at most that many wait.
    pub(super) fn new(deliver: F, window: Option<u64>) -> Self {
        Sink {
            delivery: Mutex::new(Delivery {
                deliver,
                order: window.map(Order::new),
                summary: ScanSummary::default(),
            }),
            advanced: Condvar::new(),
        }
    }

    /// Delivers the results. If another job is delivering, waits for it first.
    pub(super) fn deliver(&self, results: &mut Vec<Ticketed>, stop: &Stop<'_>) {
        let delivery = self.delivery.lock();
        let delivery = delivery.unwrap_or_else(PoisonError::into_inner);
        self.deliver_locked(delivery, results, stop);
    }

    /// Delivers the results unless another job is delivering.
    pub(super) fn try_deliver(&self, results: &mut Vec<Ticketed>, stop: &Stop<'_>) {
        match self.delivery.try_lock() {
            Ok(delivery) => self.deliver_locked(delivery, results, stop),
            Err(TryLockError::Poisoned(_)) => results.clear(),
            Err(TryLockError::WouldBlock) => {}
        }
    }

    fn deliver_locked<'a>(
        &'a self,
        mut delivery: MutexGuard<'a, Delivery<F>>,
        results: &mut Vec<Ticketed>,
        stop: &Stop<'_>,
    ) {
        let is_stopped = || stop.is_set() || self.delivery.is_poisoned();
        for (ticket, entry) in results.drain(..) {
            while !is_stopped() && delivery.must_wait(ticket) {
                let woken = self.advanced.wait(delivery);
                delivery = woken.unwrap_or_else(PoisonError::into_inner);
            }
            if is_stopped() || delivery.take(ticket, entry, is_stopped).is_break() {
                stop.set();
                break;
            }
        }
        self.advanced.notify_all();
    }

    /// Wakes the jobs that wait for their turn after the scan was stopped.
    pub(super) fn wake(&self) {
        // The lock avoids a lost wakeup: a job may have found no stop, but not have started to
        // wait.
        let _delivery = self.delivery.lock();
        self.advanced.notify_all();
    }

    pub(super) fn into_summary(self) -> ScanSummary {
        let delivery = self.delivery.into_inner();
        delivery.unwrap_or_else(PoisonError::into_inner).summary
    }
}

impl<F: FnMut(ScanEntry) -> ControlFlow<()>> Delivery<F> {
    fn must_wait(&self, ticket: u64) -> bool {
        let order = self.order.as_ref();
        order.is_some_and(|order| order.is_full_for(ticket))
    }

    /// Takes one result and delivers those whose turn it is. Breaks if the scan must end.
    fn take(
        &mut self,
        ticket: u64,
        entry: Option<ScanEntry>,
        is_stopped: impl Fn() -> bool,
    ) -> ControlFlow<()> {
        let Some(order) = &mut self.order else {
            return self.call(entry);
        };
        order.insert(ticket, entry);
        while let Some(entry) = self.order.as_mut().and_then(Order::pop) {
            self.call(entry)?;
            if is_stopped() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Calls the caller's function.
    fn call(&mut self, entry: Option<ScanEntry>) -> ControlFlow<()> {
        let Some(entry) = entry else {
            return ControlFlow::Continue(());
        };
        let count = match &entry.image {
            Ok(_) => &mut self.summary.images,
            Err(_) => &mut self.summary.failures,
        };
        *count = count.saturating_add(1);
        (self.deliver)(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::Sink;
    use crate::base::error::Reason;
    use crate::scan::stop::Stop;
    use crate::scan::{CancelToken, ScanEntry, ScanOptions};
    use std::cell::Cell;
    use std::ops::ControlFlow;

    #[test]
    fn results_that_wait_for_their_turn_are_not_delivered_after_a_stop() {
        let entry = || Some(ScanEntry::failed("disk".into(), Reason::Loop("in a test")));
        let cancel = CancelToken::new();
        let options = ScanOptions::new().cancel_by(cancel.clone());
        let stop = Stop::new(&options);
        let delivered = Cell::new(0);
        let sink = Sink::new(
            |_| {
                delivered.set(delivered.get() + 1);
                // Another thread, or the caller's function, cancels the scan.
                cancel.cancel();
                ControlFlow::Continue(())
            },
            Some(8),
        );
        sink.deliver(&mut vec![(1, entry())], &stop);
        sink.deliver(&mut vec![(2, entry())], &stop);
        assert_eq!(delivered.get(), 0);
        sink.deliver(&mut vec![(0, entry())], &stop);
        assert!(stop.is_set());
        assert_eq!(delivered.get(), 1);
        assert_eq!(sink.into_summary().failures, 1);
    }
}
