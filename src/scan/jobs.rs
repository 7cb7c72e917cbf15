// SPDX-License-Identifier: MIT OR Apache-2.0
//! The jobs of a scan: each takes names, probes them, and hands the results over.

use super::look::{self, Outcome, Place};
use super::options::ScanOptions;
use super::sink::Sink;
use super::walk::{Next, Step, Taken, Walk};
use super::{ScanEntry, Summary, Target};
use crate::base::error::Reason;
use crate::io::Names;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

/// What the jobs share.
struct Shared<'o, T, F> {
    options: &'o ScanOptions,
    walk: Mutex<Numbered<T>>,
    /// Told when a job that waits for something to do may find it.
    changed: Condvar,
    sink: Mutex<Sink<F>>,
    /// The turn of the sink.
    turn: AtomicU64,
    stop: AtomicBool,
}

struct Numbered<T> {
    walk: Walk<T>,
    /// The number of the next result.
    next: u64,
}

/// What one job does next, with the walk unlocked.
enum Task {
    /// Probes one file.
    File(u64, PathBuf),
    /// Probes the names that the job was given, which are in this directory. The first has that
    /// number.
    Names(u64, Arc<Place>),
    Walk(Step),
    Tell(u64, Box<ScanEntry>),
}

/// What one job has to itself.
#[derive(Default)]
struct Job {
    /// The names that it has taken.
    names: Names,
    /// Results that nobody was told yet, as another job was telling its own: at most one for each
    /// name taken.
    results: Vec<(u64, Option<ScanEntry>)>,
}

pub(super) fn run<T, F>(targets: T, options: &ScanOptions, found: F) -> Summary
where
    T: Iterator<Item = Target> + Send,
    F: FnMut(ScanEntry) -> ControlFlow<()> + Send,
{
    let shared = Shared {
        options,
        walk: Mutex::new(Numbered {
            walk: Walk::new(targets),
            next: 0,
        }),
        changed: Condvar::new(),
        sink: Mutex::new(Sink::new(found, options.ordered)),
        turn: AtomicU64::new(0),
        stop: AtomicBool::new(false),
    };
    match options.jobs {
        1 => shared.work(),
        jobs => thread::scope(|scope| {
            let mut others = Vec::new();
            for _ in 1..jobs {
                let job = thread::Builder::new().name("diskprobe scan".to_owned());
                match job.spawn_scoped(scope, || shared.work()) {
                    Ok(other) => others.push(other),
                    Err(_) => break,
                }
            }
            shared.work();
            // The scope waits for their work alone. What a thread has of its own goes after that, in
            // code that a program may unload once this returns.
            for other in others {
                if let Err(panic) = other.join() {
                    resume_unwind(panic);
                }
            }
        }),
    }
    let sink = shared.sink.into_inner();
    let mut summary = sink.unwrap_or_else(PoisonError::into_inner).summary;
    summary.is_cancelled |= shared.stop.into_inner();
    summary
}

fn lock<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    // Poisoned by a panic of the caller's function or iterator, which ends the scan.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T, F> Shared<'_, T, F>
where
    T: Iterator<Item = Target>,
    F: FnMut(ScanEntry) -> ControlFlow<()>,
{
    fn work(&self) {
        let _stop = StopOnPanic(self);
        let mut job = Job::default();
        while let Some(task) = self.next(&mut job.names) {
            match task {
                Task::File(number, path) => {
                    let found = look::file(path, self.options);
                    job.results.push((number, Some(found)));
                }
                Task::Names(number, place) => self.probe(&mut job, number, &place),
                Task::Tell(number, found) => job.results.push((number, Some(*found))),
                Task::Walk(step) => {
                    let mut taken = step.run(self.options);
                    let mut numbered = lock(&self.walk);
                    numbered.walk.end(&mut taken);
                    self.changed.notify_all();
                    drop(numbered);
                    self.count(&taken);
                    // Results have numbers only where they have an order, and steps are then taken
                    // with the walk locked.
                    if let Some(found) = taken.failed {
                        job.results.push((0, Some(found)));
                    }
                }
            }
            if !job.results.is_empty() {
                self.tell(lock(&self.sink), &mut job.results);
            }
        }
    }

    /// What to do next. None where there is nothing, or the scan is to end.
    fn next(&self, names: &mut Names) -> Option<Task> {
        let mut numbered = lock(&self.walk);
        loop {
            if self.is_stopped() || self.walk.is_poisoned() {
                return None;
            }
            let turn = self.turn.load(Ordering::Acquire);
            let is_far = numbered.next.saturating_sub(turn) >= self.options.window();
            if self.options.ordered && is_far {
                numbered = self.wait(numbered);
                continue;
            }
            match numbered.walk.next(self.options, names) {
                Next::Target(path) => return Some(Task::File(numbered.number(), path)),
                Next::Names(place) => return Some(Task::Names(numbered.number(), place)),
                Next::Step(step) => {
                    numbered.walk.begin();
                    if !self.is_locked_step(&numbered.walk) {
                        return Some(Task::Walk(step));
                    }
                    let mut taken = step.run(self.options);
                    numbered.walk.end(&mut taken);
                    self.changed.notify_all();
                    self.count(&taken);
                    if let Some(found) = taken.failed {
                        return Some(Task::Tell(numbered.number(), Box::new(found)));
                    }
                }
                Next::Later => numbered = self.wait(numbered),
                Next::Nothing => {
                    self.changed.notify_all();
                    return None;
                }
            }
        }
    }

    /// Whether a step has to be taken before anybody goes on: where there is an order; and where
    /// so many directories are open that they would become more with each job.
    fn is_locked_step(&self, walk: &Walk<T>) -> bool {
        let many = usize::try_from(self.options.jobs).unwrap_or(usize::MAX);
        self.options.ordered || walk.width() > many.saturating_mul(2)
    }

    fn wait<'a>(&self, numbered: MutexGuard<'a, Numbered<T>>) -> MutexGuard<'a, Numbered<T>> {
        let woken = self.changed.wait(numbered);
        woken.unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, taken: &Taken) {
        if taken.is_new_directory {
            let count = &mut lock(&self.sink).summary.directories;
            *count = count.saturating_add(1);
        }
    }

    /// Whether nothing is to be done any more.
    fn is_stopped(&self) -> bool {
        if self.options.is_cancelled() {
            self.stop();
        }
        self.stop.load(Ordering::Acquire)
    }

    /// Probes the names that the job has.
    fn probe(&self, job: &mut Job, number: u64, place: &Place) {
        while let Some((kind, name)) = job.names.next() {
            if self.is_stopped() {
                return;
            }
            let found = match look::entry(place, kind, name, self.options) {
                Outcome::Entry(found) => Some(found),
                Outcome::Nothing => None,
                Outcome::Special(path, what) => self.special(path, what),
            };
            if found.is_some() || self.options.ordered {
                job.results.push((number, found));
            }
            // Nobody waits for another who is telling, while there is something to probe.
            match self.sink.try_lock() {
                Ok(sink) => self.tell(sink, &mut job.results),
                Err(TryLockError::Poisoned(sink)) => self.tell(sink.into_inner(), &mut job.results),
                Err(TryLockError::WouldBlock) => {}
            }
        }
    }

    fn special(&self, path: PathBuf, what: &'static str) -> Option<ScanEntry> {
        let count = &mut lock(&self.sink).summary.special_files;
        *count = count.saturating_add(1);
        let report = self.options.special_files;
        report.then(|| ScanEntry::failed(path, Reason::UnsupportedFile(what)))
    }

    /// Hands results over.
    fn tell(&self, mut sink: MutexGuard<'_, Sink<F>>, results: &mut Vec<(u64, Option<ScanEntry>)>) {
        for (number, found) in results.drain(..) {
            // After a panic, the job that has it comes later to stop the others.
            if self.is_stopped() || self.sink.is_poisoned() {
                return;
            }
            let flow = sink.take(number, found, || self.is_stopped());
            if flow.is_break() {
                self.stop.store(true, Ordering::Release);
            }
        }
        self.turn.store(sink.turn(), Ordering::Release);
        drop(sink);
        if self.options.ordered || self.stop.load(Ordering::Acquire) {
            // Under the lock, so that nobody misses it who has looked and not yet begun to wait.
            let _walk = lock(&self.walk);
            self.changed.notify_all();
        }
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.changed.notify_all();
    }
}

impl<T> Numbered<T> {
    fn number(&mut self) -> u64 {
        let number = self.next;
        self.next = number.saturating_add(1);
        number
    }
}

/// Where one job panics, because the caller's function does, the others end too.
struct StopOnPanic<'s, 'o, T, F>(&'s Shared<'o, T, F>);

impl<T, F> Drop for StopOnPanic<'_, '_, T, F> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop.store(true, Ordering::Release);
            let _walk = lock(&self.0.walk);
            self.0.changed.notify_all();
        }
    }
}
