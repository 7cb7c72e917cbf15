// SPDX-License-Identifier: MIT OR Apache-2.0
//! Feeders: they get the bytes that the core asks for.
//!
//! All of them go through [`drive`], which plans the reads, so that the same image gives the same
//! answer, the same reads and the same limits through every one.
//!
//! Answers are boxed on the way, because they are large: the C layer hands the box out as it is.

mod budget;
mod buffer;
mod fd;
mod file;
mod path;
mod prober;
mod source;
mod windows;

pub use buffer::probe_buffer;
pub use fd::probe_fd;
pub use path::probe_path;
pub use prober::Prober;
pub use source::{probe_source, Source};

#[cfg(feature = "capi")]
pub(crate) use self::{
    buffer::boxed as boxed_buffer, fd::boxed as boxed_fd, path::boxed as boxed_path,
};
pub(crate) use self::{
    fd::as_file,
    file::{describe, length, probe_described},
    path::open_described,
    source::boxed as boxed_source,
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

/// Why one round over the windows held so far did not come to an answer.
enum Pause {
    Fetch(Plan),
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

/// Where a probe stands, apart from the bytes it holds.
struct Progress {
    options: Options,
    budget: Budget,
    length: Length,
    allocated: Option<u64>,
}

impl Progress {
    fn new(options: &Options, length: Length, allocated: Option<u64>) -> Self {
        Progress {
            options: *options,
            budget: Budget::new(options.limits),
            length,
            allocated,
        }
    }

    /// Runs the core over what is held.
    fn round(&mut self, held: &dyn Buffered) -> Result<Box<Image>, Pause> {
        let view = View::new(self.length, held);
        // By reference: an answer is large, and this is the way of every probe.
        match &inspect(&view, &self.options) {
            Ok(facts) => {
                let sizes = FileSizes {
                    physical: self.length.known(),
                    allocated: self.allocated,
                };
                Ok(Box::new(Image::new(facts, sizes)))
            }
            Err(Incomplete::Need(range)) => Err(match self.budget.plan(*range, self.length) {
                Ok(plan) => Pause::Fetch(plan),
                Err(error) => Pause::Failed(error),
            }),
            Err(Incomplete::Failed(reason)) => Err(Pause::Failed((*reason).into())),
        }
    }

    /// Notes what a fetch of `range` that brought `got` bytes says about the length.
    fn fetched(&mut self, range: ByteRange, got: u64) -> Result<(), Error> {
        if got >= range.length {
            return Ok(());
        }
        let end = range.offset.saturating_add(got);
        self.length = match self.length {
            Length::Known(length) => {
                let range = ByteRange {
                    offset: end,
                    length: range.length.saturating_sub(got),
                };
                return Err(Reason::Changed { range, length }.into());
            }
            Length::Unknown | Length::AtMost(_) if got > 0 || range.offset == 0 => {
                Length::Known(end)
            }
            Length::Unknown | Length::AtMost(_) => Length::AtMost(range.offset),
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
            Err(Pause::Fetch(plan)) => {
                let got = store.fetch(plan)?;
                progress.fetched(plan.range, got)?;
            }
        }
    }
}
