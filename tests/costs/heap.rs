// SPDX-License-Identifier: MIT OR Apache-2.0
//! How much memory a thread holds at most.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn taken(size: usize) {
    let held = HELD.with(|held| {
        held.set(held.get() + size);
        held.get()
    });
    MOST.with(|most| most.set(most.get().max(held)));
}

fn given_back(size: usize) {
    // A thread may give back what another took.
    HELD.with(|held| held.set(held.get().saturating_sub(size)));
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        given_back(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// The most bytes that `body` holds at once, beside what was held before, and what it returns.
pub(crate) fn most_held<R>(body: impl FnOnce() -> R) -> (usize, R) {
    let before = HELD.with(Cell::get);
    MOST.with(|most| most.set(before));
    let result = body();
    (MOST.with(Cell::get) - before, result)
}
