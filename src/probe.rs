// SPDX-License-Identifier: MIT OR Apache-2.0
//! Feeders: they get the bytes that the core asks for.
//!
//! All of them go through [`drive`], which plans the reads, so that the same image gives the same
//! answer, the same reads and the same limits through every one.
//!
//! Answers are boxed on the way, because they are large: the C layer hands the box out as it is.

mod budget;
mod buffer;
#[cfg(unix)]
mod fd;
#[cfg(unix)]
mod file;
#[cfg(unix)]
mod path;
mod prober;
mod source;
mod windows;

pub use buffer::probe_buffer;
#[cfg(unix)]
pub use fd::probe_fd;
#[cfg(unix)]
pub use path::probe_path;
pub use prober::{Prober, ReadRequest};
pub use source::{probe_source, Source};

pub(crate) use self::source::{boxed as boxed_source, length as source_length};
#[cfg(feature = "capi")]
pub(crate) use self::{
    buffer::boxed as boxed_buffer, fd::boxed as boxed_fd, path::boxed as boxed_path,
};
#[cfg(unix)]
pub(crate) use self::{
    fd::as_file,
    file::{check, describe, length, probe_described},
    path::open_described,
};

use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::base::range::{ByteRange, Length};
use crate::base::view::{Buffered, Incomplete, View};
use crate::detect::inspect;
use crate::image::{FileSizes, Image};
use budget::Budget;

/// A store of windows that can be asked to fetch one more.
trait Store {
    fn held(&self) -> &dyn Buffered;

    /// Makes the planned range held, as far as it exists. Returns how many bytes there were: fewer
    /// only at the end of the object.
    fn fetch(&mut self, plan: Plan) -> Result<u64, Error>;
}

/// Why the core has no answer for the windows that are held.
enum Pause {
    Need(ByteRange),
    Failed(Error),
}

/// What to fetch next.
#[derive(Clone, Copy)]
struct Plan {
    /// The range without which the core cannot go on.
    needed: ByteRange,
    /// The range to fetch: at least the needed one.
    range: ByteRange,
}

/// The state of a probe, except for the bytes it holds.
#[derive(Clone)]
struct Progress {
    options: Options,
    budget: Budget,
    length: Length,
    allocated: Option<u64>,
}

impl Progress {
    fn new(options: &Options, length: Length, allocated: Option<u64>) -> Self {
        Progress {
            options: options.clone(),
            budget: Budget::new(options.limits.clone()),
            length,
            allocated,
        }
    }

    /// Runs the core over what is held.
    fn round(&mut self, held: &dyn Buffered) -> Result<Box<Image>, Pause> {
        let view = View::new(self.length, held, self.options.allow_unknown_features);
        // By reference: an answer is large, and this is the way of every probe.
        match &inspect(&view, &self.options) {
            Ok(facts) => {
                let sizes = FileSizes {
                    physical: self.length.known(),
                    allocated: self.allocated,
                };
                Ok(Box::new(Image::new(facts, sizes)))
            }
            Err(Incomplete::Need(range)) => Err(Pause::Need(*range)),
            Err(Incomplete::Failed(reason)) => Err(Pause::Failed((*reason).into())),
        }
    }

    /// Plans a read of the needed range. Fails if it would exceed the limits.
    fn plan(&mut self, needed: ByteRange) -> Result<Plan, Error> {
        self.budget.plan(needed, self.length)
    }

    /// Counts bytes that were fed without a request.
    fn charge(&mut self, fed: ByteRange, unrequested: u64) -> Result<(), Error> {
        self.budget.charge(fed, unrequested)
    }

    /// Learns the length from a read of `range` that returned `got` bytes.
    fn fetched(&mut self, range: ByteRange, got: u64) -> Result<(), Error> {
        if got >= range.length {
            return Ok(());
        }
        let end = range.offset.saturating_add(got);
        let missing = range.length.saturating_sub(got);
        self.ends_at(end, got > 0 || range.offset == 0, missing)
    }

    /// Learns that the object ends at or before `offset`, exactly there if the byte before it is
    /// held. Fails if `missing` more bytes must be there by its known length.
    fn ends_at(&mut self, offset: u64, is_exact: bool, missing: u64) -> Result<(), Error> {
        self.length = match self.length {
            Length::Known(length) if offset < length => {
                return Err(Reason::Changed {
                    size: missing,
                    offset,
                    length,
                }
                .into());
            }
            Length::Known(length) => Length::Known(length),
            _ if is_exact => Length::Known(offset),
            unknown => Length::AtMost(offset.min(unknown.bound())),
        };
        Ok(())
    }
}

/// Runs rounds until there is an answer. Ends, because each further round costs a read.
fn drive(mut progress: Progress, store: &mut impl Store) -> Result<Box<Image>, Error> {
    loop {
        match progress.round(store.held()) {
            Ok(image) => return Ok(image),
            Err(Pause::Failed(error)) => return Err(error),
            Err(Pause::Need(range)) => {
                let plan = progress.plan(range)?;
                let got = store.fetch(plan)?;
                progress.fetched(plan.range, got)?;
            }
        }
    }
}
