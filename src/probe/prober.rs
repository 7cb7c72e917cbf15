// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sans-I/O interface: the caller reads, in any way, and feeds the prober.

use super::windows::Windows;
use super::{Pause, Plan, Progress};
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::base::range::{ByteRange, Length};
use crate::image::Image;
use core::fmt;

/// A probe without its own I/O, for callers with asynchronous or remote I/O.
///
/// The caller feeds windows of bytes, requested or not, until [`next_read`](Prober::next_read)
/// returns `None`.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let disk = [0u8; 4096];
/// use diskprobe::{Options, Prober};
/// let mut prober = Prober::new(&Options::new());
/// prober.set_length(4096)?;
/// while let Some(read) = prober.next_read()? {
///     let from = read.preferred.offset as usize;
///     prober.feed(read.preferred.offset, &disk[from..from + read.preferred.length as usize])?;
/// }
/// let image = prober.finish()?;
/// # assert_eq!(image.virtual_size(), Some(4096));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Prober {
    progress: Progress,
    windows: Windows,
    state: State,
    /// Planned reads that were not fed completely. A source would have all of their bytes, so the
    /// rest does not count against the limits.
    unfed: Vec<ByteRange>,
}

#[derive(Clone)]
enum State {
    /// Something has changed since the core last ran.
    Ready,
    Waiting(Plan),
    Done(Box<Image>),
    Failed(Error),
}

/// A read that a [`Prober`] needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ReadRequest {
    /// The bytes that the probe needs to continue.
    pub needed: ByteRange,
    /// The bytes that are best read at once. They start with the needed ones.
    pub preferred: ByteRange,
}

impl Prober {
    /// Creates a prober for an object whose length is not known yet.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Prober {
            progress: Progress::new(options, Length::Unknown, None),
            windows: Windows::new(),
            state: State::Ready,
            unfed: Vec::new(),
        }
    }

    /// Sets the length of the object in bytes, at any time before [`finish`](Prober::finish).
    ///
    /// Without it, the physical size of most images stays unknown, and the end of the object is
    /// not searched for trailers.
    ///
    /// # Errors
    /// [`Changed`](crate::ErrorKind::Changed) if a different length is already known.
    pub fn set_length(&mut self, length: u64) -> Result<(), Error> {
        self.check_failed()?;
        let known = self.progress.length;
        let before = match known {
            Length::Known(known) => known,
            Length::AtMost(bound) => length.min(bound),
            Length::Unknown => length,
        };
        let before = before.max(self.windows.end());
        if before != length {
            let error = Reason::LengthChanged {
                before,
                now: length,
            };
            return Err(self.fail(error.into()));
        }
        if known.known().is_some() {
            return Ok(());
        }
        self.progress.length = Length::Known(length);
        self.run_again();
        Ok(())
    }

    /// Returns the next read, or `None` if [`finish`](Prober::finish) has the answer.
    ///
    /// Returns the same read until it has been fed. After a short feed, it returns the rest.
    ///
    /// # Errors
    /// The reason why there will be no answer, as for [`probe_source`](crate::probe_source).
    pub fn next_read(&mut self) -> Result<Option<ReadRequest>, Error> {
        loop {
            match &self.state {
                State::Failed(error) => return Err(error.clone()),
                State::Done(_) => return Ok(None),
                State::Waiting(plan) => return Ok(Some(self.rest_of(*plan))),
                State::Ready => self.run(),
            }
        }
    }

    /// Runs the core over the bytes that are held.
    fn run(&mut self) {
        self.state = match self.progress.round(&self.windows) {
            Ok(image) => State::Done(image),
            Err(Pause::Failed(error)) => State::Failed(error),
            Err(Pause::Need(needed)) => match self.plan(needed) {
                Ok(plan) => State::Waiting(plan),
                Err(error) => State::Failed(error),
            },
        };
    }

    fn plan(&mut self, needed: ByteRange) -> Result<Plan, Error> {
        let end = self.progress.length.bound();
        let contains = |range: &&ByteRange| {
            range.offset <= needed.offset && needed.end() <= range.end().min(end)
        };
        match self.unfed.iter().find(contains) {
            Some(range) => Ok(Plan {
                needed,
                range: ByteRange {
                    offset: range.offset,
                    length: range.end().min(end).saturating_sub(range.offset),
                },
            }),
            None => self.progress.plan(needed),
        }
    }

    /// Lets the core run again, before the planned read is complete.
    fn run_again(&mut self) {
        if let State::Waiting(plan) = self.state {
            if !self.holds(plan.range) && !self.unfed.contains(&plan.range) {
                self.unfed.push(plan.range);
            }
        }
        self.state = State::Ready;
    }

    fn holds(&self, range: ByteRange) -> bool {
        self.windows.held_until(range.offset) >= range.end()
    }

    /// Returns the part of a planned read that is still missing.
    fn rest_of(&self, plan: Plan) -> ReadRequest {
        let held = self.windows.held_until(plan.needed.offset);
        let (needed, preferred) = (plan.needed.from(held), plan.range.from(held));
        ReadRequest {
            // If the length is unknown, the object may end within the rest: all of it is needed.
            needed: match needed.length {
                0 => preferred,
                _ => needed,
            },
            preferred,
        }
    }

    /// Feeds the bytes at `offset`, requested or not. Fewer bytes than requested are fine; no
    /// bytes mean that the object ends at or before `offset`.
    ///
    /// Bytes that are held already are ignored. Other bytes that were not requested count against
    /// the [limit](crate::Limits) on bytes.
    ///
    /// # Errors
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for more bytes than the limit allows;
    /// [`Changed`](crate::ErrorKind::Changed) if the bytes contradict the known length.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.check_failed()?;
        let fed = self.take(offset, bytes);
        fed.map_err(|error| self.fail(error))
    }

    fn take(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        let fed = ByteRange {
            offset,
            length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        };
        let (held, length) = (self.windows.end(), self.progress.length);
        if bytes.is_empty() && held <= offset {
            let is_exact = held == offset;
            let missing = match self.state {
                State::Waiting(plan) => plan.range.from(offset).length,
                _ => length.bound().saturating_sub(offset),
            };
            self.progress.ends_at(offset, is_exact, missing)?;
            if self.progress.length != length {
                self.run_again();
            }
            return Ok(());
        }
        if bytes.is_empty() || fed.end() > length.bound() {
            let (before, now) = match bytes.is_empty() {
                true => (held, offset),
                false => (length.bound(), fed.end()),
            };
            return Err(Reason::LengthChanged { before, now }.into());
        }
        let mut rest = bytes;
        let mut at = offset;
        while let Some(gap) = self.windows.gap(at, fed.end()) {
            let skipped = usize::try_from(gap.offset.saturating_sub(at)).unwrap_or(usize::MAX);
            let new = rest.get(skipped..).unwrap_or_default();
            let length = usize::try_from(gap.length).unwrap_or(usize::MAX);
            let Some((new, later)) = new.split_at_checked(length) else {
                break;
            };
            self.progress.charge(gap, self.unrequested(gap))?;
            self.windows.insert(gap.offset, new);
            (rest, at) = (later, gap.end());
        }
        if let State::Waiting(plan) = self.state {
            if self.is_fed(plan) {
                self.run_again();
            }
        } else {
            self.run_again();
        }
        Ok(())
    }

    /// Returns the number of bytes in a range that are in no planned read.
    fn unrequested(&self, range: ByteRange) -> u64 {
        let planned = match self.state {
            State::Waiting(plan) => Some(plan.range),
            _ => None,
        };
        let planned = planned.iter().chain(&self.unfed);
        let requested = planned.map(|planned| planned.overlap(range));
        requested.fold(range.length, u64::saturating_sub)
    }

    /// Returns whether a planned read is complete. If the length of the object is unknown, the
    /// whole planned range must be read to find it.
    fn is_fed(&self, plan: Plan) -> bool {
        match self.progress.length {
            Length::Known(_) => self.holds(plan.needed),
            Length::AtMost(_) | Length::Unknown => self.holds(plan.range),
        }
    }

    fn check_failed(&self) -> Result<(), Error> {
        match &self.state {
            State::Failed(error) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        self.state = State::Failed(error.clone());
        error
    }

    /// Returns the facts. Never fails after [`next_read`](Prober::next_read) returned `None`.
    ///
    /// # Errors
    /// The error of the probe; [`WrongState`](crate::ErrorKind::WrongState) if a requested range
    /// has not been fed yet.
    pub fn finish(self) -> Result<Image, Error> {
        self.boxed().map(|image| *image)
    }

    pub(crate) fn boxed(mut self) -> Result<Box<Image>, Error> {
        self.next_read()?;
        match self.state {
            State::Done(image) => Ok(image),
            State::Failed(error) => Err(error),
            State::Ready | State::Waiting(_) => {
                Err(Reason::WrongState("a requested range was not fed yet").into())
            }
        }
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Ready => "ready",
            State::Waiting(_) => "waiting for bytes",
            State::Done(_) => "done",
            State::Failed(_) => "failed",
        };
        f.debug_struct("Prober")
            .field("state", &state)
            .field("length", &self.progress.length)
            .finish_non_exhaustive()
    }
}
