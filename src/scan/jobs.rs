// SPDX-License-Identifier: MIT OR Apache-2.0
//! The jobs of a scan: each takes names, probes them and delivers the results.
//!
//! A job holds the lock on the walk while it takes a task, no lock while it probes, and the lock of
//! the [`Sink`] while it delivers. It never holds two of them.

use super::look::{self, Outcome, ScannedDirectory};
use super::options::ScanOptions;
use super::sink::{Sink, Ticketed};
use super::stop::Stop;
use super::walk::{Next, Step, StepResult, Walk};
use super::{ScanEntry, ScanSummary, ScanTarget};
use crate::base::error::Reason;
use crate::base::limits::SCAN_STACK;
use crate::io::Names;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What the jobs share.
struct Shared<'o, T, F> {
    options: &'o ScanOptions,
    walk: Mutex<Walk<T>>,
    /// Notified when a job that waits for a task may find one, and when the scan stops.
    changed: Condvar,
    sink: Sink<F>,
    stop: Stop<'o>,
    directories: AtomicUsize,
    special_files: AtomicUsize,
}

/// What a job does next, without the lock on the walk.
enum Task {
    /// Probes one file.
    File(u64, PathBuf),
    /// Probes the names that the job was given, which are in this directory.
    Names(u64, Arc<ScannedDirectory>),
    /// Opens or reads a directory.
    Step(Step),
    /// Delivers a failure.
    Deliver(u64, Box<ScanEntry>),
}

pub(super) fn run<T, F>(targets: T, options: &ScanOptions, deliver: F) -> ScanSummary
where
    T: Iterator<Item = ScanTarget> + Send,
    F: FnMut(ScanEntry) -> ControlFlow<()> + Send,
{
    let window = options.ordered.then(|| options.window());
    let shared = Shared {
        options,
        walk: Mutex::new(Walk::new(targets)),
        changed: Condvar::new(),
        sink: Sink::new(deliver, window),
        stop: Stop::new(options),
        directories: AtomicUsize::new(0),
        special_files: AtomicUsize::new(0),
    };
    match options.jobs {
        1 => shared.work(|| ()),
        jobs => thread::scope(|scope| {
            let mut others = Vec::new();
            let mut left = jobs.saturating_sub(1);
            // Threads start when there is work for them.
            shared.work(|| {
                let wanted = match left {
                    0 => 0,
                    _ => shared.lock_walk().pending(),
                };
                let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
                for _ in 0..left.min(wanted) {
                    let job = thread::Builder::new().name("diskprobe scan".to_owned());
                    let job = job.stack_size(SCAN_STACK);
                    let Ok(other) = job.spawn_scoped(scope, || shared.work(|| ())) else {
                        left = 0;
                        break;
                    };
                    others.push(other);
                    left = left.saturating_sub(1);
                }
            });
            // The scope only waits for the work. Joining also waits for the end of each thread,
            // after which the caller may unload this library.
            for other in others {
                if let Err(panic) = other.join() {
                    resume_unwind(panic);
                }
            }
        }),
    }
    let count = |counter: AtomicUsize| u64::try_from(counter.into_inner()).unwrap_or(u64::MAX);
    ScanSummary {
        cancelled: shared.stop.was_set(),
        directories: count(shared.directories),
        special_files: count(shared.special_files),
        ..shared.sink.into_summary()
    }
}

impl<T, F> Shared<'_, T, F>
where
    T: Iterator<Item = ScanTarget>,
    F: FnMut(ScanEntry) -> ControlFlow<()>,
{
    /// Runs tasks until none is left or the scan stops. Calls `begun` after it takes each task, and
    /// before it runs the task.
    fn work(&self, mut begun: impl FnMut()) {
        let _wake = WakeOthers(self);
        let mut names = Names::default();
        // Results that could not be delivered yet: at most one for each name taken.
        let mut results = Vec::new();
        while let Some(task) = self.next(&mut names) {
            begun();
            match task {
                Task::File(ticket, path) => {
                    results.push((ticket, Some(look::file(path, self.options))));
                }
                Task::Names(ticket, directory) => {
                    self.probe_names(ticket, &directory, &mut names, &mut results);
                }
                Task::Step(step) => {
                    let result = step.run(self.options);
                    let failed = self.end_step(&mut self.lock_walk(), result);
                    // Steps run here only if results have no order, so the ticket does not matter.
                    results.extend(failed.map(|failed| (0, Some(failed))));
                }
                Task::Deliver(ticket, failed) => results.push((ticket, Some(*failed))),
            }
            if !results.is_empty() {
                self.sink.deliver(&mut results, &self.stop);
            }
        }
    }

    /// Takes the next task. `None` if nothing is left, or the scan stops.
    fn next(&self, names: &mut Names) -> Option<Task> {
        let mut walk = self.lock_walk();
        loop {
            if self.stop.is_set() || self.walk.is_poisoned() {
                return None;
            }
            match walk.next(self.options, names) {
                Next::Target(path) => return Some(Task::File(walk.ticket(), path)),
                Next::Names(directory) => return Some(Task::Names(walk.ticket(), directory)),
                Next::Step(step) => {
                    walk.begin();
                    if !self.is_locked_step(&walk) {
                        return Some(Task::Step(step));
                    }
                    let result = step.run(self.options);
                    if let Some(failed) = self.end_step(&mut walk, result) {
                        return Some(Task::Deliver(walk.ticket(), Box::new(failed)));
                    }
                }
                Next::Later => {
                    let woken = self.changed.wait(walk);
                    walk = woken.unwrap_or_else(PoisonError::into_inner);
                }
                Next::Nothing => {
                    self.changed.notify_all();
                    return None;
                }
            }
        }
    }

    /// Locks the walk. It is poisoned by a panic of the caller's iterator, which ends the scan.
    fn lock_walk(&self) -> MutexGuard<'_, Walk<T>> {
        self.walk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether a step must be done before another job continues: if results have an order,
    /// or if the number of open directories is more than twice that of the jobs.
    fn is_locked_step(&self, walk: &Walk<T>) -> bool {
        let jobs = usize::try_from(self.options.jobs).unwrap_or(usize::MAX);
        self.options.ordered || walk.width() > jobs.saturating_mul(2)
    }

    /// Ends a step. Returns its failure, if it failed.
    fn end_step(&self, walk: &mut Walk<T>, result: StepResult) -> Option<ScanEntry> {
        if result.is_new_directory {
            self.directories.fetch_add(1, Ordering::Relaxed);
        }
        let failed = walk.end(result);
        self.changed.notify_all();
        failed
    }

    /// Probes the names that the job has taken.
    fn probe_names(
        &self,
        ticket: u64,
        directory: &ScannedDirectory,
        names: &mut Names,
        results: &mut Vec<Ticketed>,
    ) {
        while let Some((kind, name)) = names.next() {
            if self.stop.is_set() {
                return;
            }
            let entry = match look::entry(directory, kind, name, self.options) {
                Outcome::Entry(entry) => Some(entry),
                Outcome::Nothing => None,
                Outcome::Special(path, what) => {
                    self.special_files.fetch_add(1, Ordering::Relaxed);
                    let report = self.options.special_files;
                    report.then(|| ScanEntry::failed(path, Reason::UnsupportedFile(what)))
                }
            };
            if self.options.ordered {
                // There is one name, and the job delivers it before it takes another.
                results.push((ticket, entry));
            } else if entry.is_some() {
                results.push((ticket, entry));
                self.sink.try_deliver(results, &self.stop);
            }
        }
    }
}

/// When a job ends early, wakes the jobs that wait. A panic in one job stops the others.
struct WakeOthers<'s, 'o, T, F: FnMut(ScanEntry) -> ControlFlow<()>>(&'s Shared<'o, T, F>);

impl<T, F: FnMut(ScanEntry) -> ControlFlow<()>> Drop for WakeOthers<'_, '_, T, F> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop.set();
        }
        if self.0.stop.is_set() {
            {
                // The lock avoids a lost wakeup: a job may have found no stop, but not have started
                // to wait.
                let _walk = self.0.walk.lock();
                self.0.changed.notify_all();
            }
            self.0.sink.wake();
        }
    }
}
