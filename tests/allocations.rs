// SPDX-License-Identifier: MIT OR Apache-2.0
//! How often a probe allocates: a typical image costs the texts that are kept of it, a failure
//! nothing. (ffi-tests/allocations.c counts for C, which adds the handle.)
#![allow(unsafe_code)] // A global allocator.

mod common;

use common::Images;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::PathBuf;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count() {
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How often `body` allocates, and what it returns.
fn allocations<R>(body: impl FnOnce() -> R) -> (u32, R) {
    COUNT.with(|count| count.set(0));
    let result = body();
    (COUNT.with(Cell::get), result)
}

/// A qcow2 image with a backing file, as most guests have.
fn overlay(images: &Images) -> PathBuf {
    images.qemu_img(&["create", "-q", "-f", "qcow2", "base.qcow2", "1G"]);
    let options = ["-f", "qcow2", "-b", "base.qcow2", "-F", "qcow2"];
    images.qemu_img(&[&["create", "-q"], &options[..], &["top.qcow2"]].concat());
    images.path("top.qcow2")
}

#[test]
fn a_probe_allocates_its_texts_only() {
    let images = Images::new();
    let path = overlay(&images);
    let options = diskprobe::Options::default();
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &options));
    assert!(image.expect("an answer").backing().is_some());
    assert_eq!(count, 1);
    let raw = options.format(Some(diskprobe::Format::Raw));
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &raw));
    assert_eq!((count, image.is_ok()), (0, true));
}

#[test]
fn a_failure_allocates_nothing() {
    let images = Images::new();
    let options = diskprobe::Options::default().format(Some(diskprobe::Format::Luks));
    let path = overlay(&images);
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &options));
    assert_eq!((count, image.is_err()), (0, true));
}
