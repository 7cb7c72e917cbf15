// SPDX-License-Identifier: MIT OR Apache-2.0
//! Restores the order of results that several jobs find.

use super::ScanEntry;
use std::collections::BTreeMap;

/// Holds results back until every earlier one has been delivered. Each task has a ticket; tickets
/// are numbered from 0 in the order of the scan.
pub(super) struct Order {
    /// Results whose turn has not come. `None`: the task found nothing to report.
    early: BTreeMap<u64, Option<ScanEntry>>,
    /// The ticket whose turn it is.
    next: u64,
    /// Tickets that may wait at the same time.
    window: u64,
}

impl Order {
    pub(super) fn new(window: u64) -> Self {
        Order {
            early: BTreeMap::new(),
            next: 0,
            window,
        }
    }

    /// Whether the result with this ticket would exceed the window.
    pub(super) fn is_full_for(&self, ticket: u64) -> bool {
        ticket.saturating_sub(self.next) >= self.window
    }

    /// Stores a result until its turn.
    pub(super) fn insert(&mut self, ticket: u64, entry: Option<ScanEntry>) {
        self.early.insert(ticket, entry);
    }

    /// Removes the result whose turn it is. `None` if it has not been found yet.
    pub(super) fn pop(&mut self) -> Option<Option<ScanEntry>> {
        let entry = self.early.remove(&self.next)?;
        self.next = self.next.saturating_add(1);
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn results_come_out_by_ticket() {
        let mut order = Order::new(2);
        order.insert(1, None);
        assert!(order.pop().is_none());
        order.insert(0, None);
        assert!(order.pop().is_some() && order.pop().is_some());
        assert!(order.pop().is_none());
    }

    #[test]
    fn the_window_moves_with_the_turn() {
        let mut order = Order::new(2);
        assert!(!order.is_full_for(1));
        assert!(order.is_full_for(2));
        order.insert(0, None);
        assert!(order.pop().is_some());
        assert!(!order.is_full_for(2));
    }
}
