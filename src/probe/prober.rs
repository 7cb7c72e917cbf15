// SPDX-License-Identifier: MIT OR Apache-2.0
//! For hosts with their own I/O, asynchronous or remote: the probe asks, the host reads.

use super::windows::Windows;
use super::{Pause, Progress};
use crate::base::error::{Error, Reason};
use crate::base::options::Options;
use crate::base::range::{ByteRange, Length};
use crate::image::Image;

/// A probe that asks for one range after another.
///
/// ```
/// # fn main() -> Result<(), diskprobe::Error> {
/// # let disk = [0u8; 4096];
/// let mut pull = diskprobe::Prober::new(Some(4096), &diskprobe::Options::default());
/// while let Some(range) = pull.next_read()? {
///     let from = range.offset as usize;
///     pull.feed(&disk[from..from + range.length as usize])?;
/// }
/// let image = pull.finish()?;
/// # assert_eq!(image.virtual_size(), Some(4096));
/// # Ok(())
/// # }
/// ```
pub struct Prober {
    progress: Progress,
    windows: Windows,
    state: State,
}

enum State {
    /// Bytes have come (or none yet), and the core has not been asked since.
    Ready,
    Waiting(ByteRange),
    Done(Box<Image>),
    Failed(Error),
}

impl Prober {
    /// A probe of an object of that length, where it is known. Where it is not, and the answer
    /// depends on it, the byte that must be there is among the ranges.
    #[must_use]
    pub fn new(length: Option<u64>, options: &Options) -> Self {
        let length = length.map_or(Length::Unknown, Length::Known);
        Prober {
            progress: Progress::new(options, length, None),
            windows: Windows::new(),
            state: State::Ready,
        }
    }

    /// The range to [`supply`](Prober::feed) next; `None` once there is an answer. Asking again
    /// gives the same range.
    ///
    /// # Errors
    /// The reason why there will be no answer, as [`probe_source`](crate::probe_source).
    pub fn next_read(&mut self) -> Result<Option<ByteRange>, Error> {
        if matches!(self.state, State::Ready) {
            self.state = match self.progress.round(&self.windows) {
                Ok(image) => State::Done(image),
                Err(Pause::Fetch(plan)) => State::Waiting(plan.range),
                Err(Pause::Failed(error)) => State::Failed(error),
            };
        }
        match &self.state {
            State::Waiting(range) => Ok(Some(*range)),
            State::Failed(error) => Err(*error),
            State::Ready | State::Done(_) => Ok(None),
        }
    }

    /// Gives the bytes of the range that was asked for: all of it, or fewer where the object ends
    /// before the range does.
    ///
    /// # Errors
    /// `WrongState` where no range was asked for; `InvalidArgument` where there are more bytes
    /// than that; `Changed` where there are fewer, though the object is known to be longer.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let State::Waiting(range) = self.state else {
            return Err(Reason::WrongState("no range was asked for").into());
        };
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > range.length {
            return Err(Reason::InvalidArgument("more bytes than were asked for").into());
        }
        let added: Result<u64, Error> = self.windows.add(range, |room| {
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            Ok(bytes.len())
        });
        match added.and_then(|got| self.progress.fetched(range, got)) {
            Ok(()) => self.state = State::Ready,
            Err(error) => {
                self.state = State::Failed(error);
                return Err(error);
            }
        }
        Ok(())
    }

    /// The answer.
    ///
    /// # Errors
    /// The reason why there is none; `WrongState` while a range is still to be supplied.
    pub fn finish(self) -> Result<Image, Error> {
        self.boxed().map(|image| *image)
    }

    pub(crate) fn boxed(mut self) -> Result<Box<Image>, Error> {
        self.next_read()?;
        match self.state {
            State::Done(image) => Ok(image),
            State::Failed(error) => Err(error),
            State::Ready | State::Waiting(_) => {
                Err(Reason::WrongState("a range is still to be supplied").into())
            }
        }
    }
}
