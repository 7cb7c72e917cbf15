// SPDX-License-Identifier: MIT OR Apache-2.0
//! The jobs of a scan: each takes names, probes them, and hands the results over.

use super::look::{self, Outcome};
use super::options::ScanOptions;
use super::sink::Sink;
use super::walk::{Name, Next, Step, Taken, Walk};
use super::{Found, Summary, Target};
use crate::error::Reason;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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
    Probe(u64, Name),
    Walk(Step),
    Tell(u64, Box<Found>),
}

pub(super) fn run<T, F>(targets: T, options: &ScanOptions, found: F) -> Summary
where
    T: Iterator<Item = Target> + Send,
    F: FnMut(Found) -> ControlFlow<()> + Send,
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
    F: FnMut(Found) -> ControlFlow<()>,
{
    fn work(&self) {
        let _stop = StopOnPanic(self);
        while let Some(task) = self.next() {
            match task {
                Task::Probe(number, name) => {
                    let found = self.probe(name);
                    self.tell(number, found);
                }
                Task::Tell(number, found) => self.tell(number, Some(*found)),
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
                        self.tell(0, Some(found));
                    }
                }
            }
        }
    }

    /// What to do next. None where there is nothing, or the scan is to end.
    fn next(&self) -> Option<Task> {
        let mut numbered = lock(&self.walk);
        loop {
            if self.options.is_cancelled() {
                self.stop();
            }
            if self.stop.load(Ordering::Acquire) || self.walk.is_poisoned() {
                return None;
            }
            let turn = self.turn.load(Ordering::Acquire);
            let is_far = numbered.next.saturating_sub(turn) >= self.options.window();
            if self.options.ordered && is_far {
                numbered = self.wait(numbered);
                continue;
            }
            match numbered.walk.next(self.options) {
                Next::Name(name) => return Some(Task::Probe(numbered.number(), name)),
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

    fn probe(&self, name: Name) -> Option<Found> {
        let outcome = match name {
            Name::Target(path) => Outcome::Found(look::file(path, self.options)),
            Name::Entry(place, entry) => look::entry(&place, &entry, self.options),
        };
        match outcome {
            Outcome::Found(found) => Some(found),
            Outcome::Nothing => None,
            Outcome::Special(path, what) => {
                let count = &mut lock(&self.sink).summary.special_files;
                *count = count.saturating_add(1);
                let report = self.options.special_files;
                report.then(|| Found::failed(path, Reason::UnsupportedFile(what)))
            }
        }
    }

    /// Hands a result over.
    fn tell(&self, number: u64, found: Option<Found>) {
        if found.is_none() && !self.options.ordered {
            return;
        }
        let mut sink = lock(&self.sink);
        // After a panic, the job that has it comes later to stop the others.
        if self.stop.load(Ordering::Acquire) || self.sink.is_poisoned() {
            return;
        }
        if sink.take(number, found).is_break() {
            self.stop.store(true, Ordering::Release);
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
