// SPDX-License-Identifier: MIT OR Apache-2.0
//! The system's allocator, which counts what each thread takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

/// What a piece of code took.
pub(crate) struct Use {
    /// The number of allocations.
    pub(crate) count: u32,
    /// The bytes of all allocations.
    pub(crate) bytes: usize,
    /// The most bytes that were held at once, without what was held before.
    pub(crate) most_held: usize,
}

/// Returns what `body` takes, and what it returns.
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
    // A thread may give back what another took.
    HELD.set(HELD.get().saturating_sub(size));
}

// A `realloc` is an `alloc`, a copy and a `dealloc`, as the trait provides it: both blocks are held
// at once, as they can be with any allocator.
// SAFETY: each call is handed on to the system's allocator as it came.
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
