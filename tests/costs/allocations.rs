// SPDX-License-Identifier: MIT OR Apache-2.0
//! How often a probe allocates: a typical image costs the texts that are kept of it, a failure
//! nothing. (ffi-tests/allocations.c counts for C, which adds the handle.) And how much, where an
//! image could ask for more than it holds.
#![allow(unsafe_code)] // A global allocator.

mod common;

use common::Images;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::PathBuf;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(size: usize) {
    COUNT.with(|count| count.set(count.get() + 1));
    BYTES.with(|bytes| bytes.set(bytes.get() + size));
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
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
fn a_probe_allocates_its_answer_and_the_texts() {
    let images = Images::new();
    let path = overlay(&images);
    let options = diskprobe::Options::default();
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &options));
    assert!(image.expect("an answer").backing().is_some());
    assert_eq!(count, 2);
    let raw = options.format(Some(diskprobe::Format::Raw));
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &raw));
    assert_eq!((count, image.is_ok()), (1, true));
}

#[test]
fn a_failure_allocates_nothing() {
    let images = Images::new();
    let options = diskprobe::Options::default().format(Some(diskprobe::Format::Luks));
    let path = overlay(&images);
    let (count, image) = allocations(|| diskprobe::probe_path(&path, &options));
    assert_eq!((count, image.is_err()), (0, true));
}

/// A blank line makes QEMU list the extent below it once more, name and all.
#[test]
fn blank_lines_of_a_descriptor_cost_no_more_than_they_may() {
    let name = "n".repeat(511);
    let repeated = |blanks: usize| {
        let head = "version=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\n";
        let text = format!("{head}{}RW 1 VMFS \"{name}\"\n", "\n".repeat(blanks));
        let length = Some(text.len() as u64);
        BYTES.with(|bytes| bytes.set(0));
        let result = diskprobe::probe_buffer(text.as_bytes(), length, &Default::default());
        (BYTES.with(Cell::get), result.is_ok())
    };
    let most = diskprobe::limits::MAX_VMDK_REPEATS;
    for blanks in [0, most, most + 1, 60_000] {
        let (bytes, accepted) = repeated(blanks);
        println!("{blanks} blank lines: {bytes} bytes");
        assert_eq!(accepted, blanks <= most);
        assert!(bytes < 128 * 1024, "{blanks} blank lines: {bytes} bytes");
    }
}

/// What a location of the greatest length can make its parser allocate, all in all.
#[test]
fn a_location_costs_no_more_than_in_proportion_to_its_length() {
    let most = diskprobe::limits::MAX_LOCATION;
    let filled = |start: &str, item: &str, end: &str| {
        let room = most - start.len() - end.len();
        [start, &item.repeat(room / item.len()), end].concat()
    };
    let driver = r#"json:{"driver":"x","#;
    let servers = r#"json:{"driver":"gluster","volume":"v","path":"p","server":["#;
    let options = |prefix: &str, count: usize, end: &str| {
        let all: String = (0..count).map(|i| format!("\"{i}\":1,")).collect();
        format!("{prefix}{}{end}", all.trim_end_matches(','))
    };
    let nested = format!("{driver}\"{}\":{{", "n".repeat(120));
    for (what, input) in [
        ("a path", filled("/", "x", "")),
        ("escapes in a URI", filled("http://h/", "%20", "")),
        (
            "cookies",
            [
                r#"json:{"driver":"http","url":"http://h","cookie":"a="#,
                &";=".repeat(255),
                "\"}",
            ]
            .concat(),
        ),
        (
            "escapes in a string",
            filled(
                "json:{\"driver\":\"file\",\"filename\":\"",
                "\\u00e9",
                "\"}",
            ),
        ),
        ("options of rbd", ["rbd:p/i", &":a=".repeat(256)].concat()),
        ("options", options(driver, 255, "}")),
        ("options with a long name", options(&nested, 255, "}}")),
        (
            "hosts",
            servers.to_owned() + &[r#"{"type":"unix","path":"/s"}"#; 32].join(",") + "]}",
        ),
        (
            "lists in lists",
            driver.to_owned() + "\"a\":" + &"[".repeat(15) + &"]".repeat(15) + "}",
        ),
    ] {
        BYTES.with(|bytes| bytes.set(0));
        let (count, parsed) =
            allocations(|| diskprobe::location::Location::parse(input.as_bytes()));
        let bytes = BYTES.with(Cell::get);
        println!(
            "{what}: {} bytes: {count} allocations, {bytes} bytes",
            input.len()
        );
        assert!(parsed.is_ok(), "{what}: {parsed:?}");
        assert!(bytes < 32 * most, "{what}: {bytes} bytes");
    }
}
