// SPDX-License-Identifier: MIT OR Apache-2.0
//! The system allocator with counters for each thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

/// The memory that a closure used.
pub(crate) struct Use {
    /// The number of allocations.
    pub(crate) count: u32,
    /// The total size of all allocations.
    pub(crate) bytes: usize,
    /// The maximum number of bytes held at once, without those held before.
    pub(crate) most_held: usize,
}

/// Runs `body`. Returns its memory use and its result.
pub(crate) fn used<R>(body: impl FnOnce() -> R) -> (Use, R) {
    let before = HELD.get();
    MOST.set(before);
    COUNT.set(0);
    TAKEN.set(0);
    let result = body();
    let used = Use {
        count: COUNT.get(),
        bytes: TAKEN.get(),
        most_held: MOST.get() - before,
    };
    (used, result)
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn taken(size: usize) {
    COUNT.set(COUNT.get() + 1);
    TAKEN.set(TAKEN.get() + size);
    HELD.set(HELD.get() + size);
    MOST.set(MOST.get().max(HELD.get()));
}

fn given_back(size: usize) {
    // A thread can free memory that another thread allocated.
    HELD.set(HELD.get().saturating_sub(size));
}

// `realloc` is the default of the trait: `alloc`, copy, `dealloc`. Both blocks are held at once, as
// with any allocator.
// SAFETY: each call is passed on unchanged to the system allocator.
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
