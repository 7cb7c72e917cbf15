// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains whose images are all in memory, from an opener of the caller's.

use crate::judged::said;
use crate::{facts, weight};
use diskprobe::chain::{
    Chain, ChainOptions, Element, Identity, Lookup, Opened, Opener, UnrecordedFormat,
};
use diskprobe::location::Location;
use diskprobe::{Error, Options, Source};

/// An image that is a part of some bytes.
struct Part<'b>(&'b [u8]);

impl Source for Part<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = self.0.get(offset..).unwrap_or_default();
        let length = there.len().min(room.len());
        let both = (room.get_mut(..length), there.get(..length));
        if let (Some(room), Some(there)) = both {
            room.copy_from_slice(there);
        }
        Ok(length)
    }
}

/// Each image starts further on.
struct Parts<'b> {
    bytes: &'b [u8],
    opened: usize,
}

impl Opener for Parts<'_> {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        if location.local_path().is_none() {
            return Ok(Opened::Unopened);
        }
        let start = self.opened.saturating_mul(1024);
        self.opened = self.opened.saturating_add(1);
        let bytes = self.bytes.get(start..).unwrap_or_default();
        Ok(Opened::Source {
            source: Box::new(Part(bytes)),
            length: u64::try_from(bytes.len()).ok(),
            identity: Some(Identity {
                device: 0,
                inode: u64::try_from(start).unwrap_or(0),
            }),
        })
    }
}

/// Walks from the bytes' first image down, and looks up what is found by all that there is.
pub(crate) fn walked(bytes: &[u8], options: &Options, choice: usize) -> u64 {
    let policies = UnrecordedFormat::ALL.iter().copied();
    let policy = policies.last().filter(|_| choice % 2 == 0);
    let options = ChainOptions::new().image(options);
    let options = options.unrecorded_format(policy.unwrap_or(UnrecordedFormat::Probe));
    let mut opener = Parts { bytes, opened: 0 };
    let top = Location::of_path(bytes);
    match Chain::open(top, &mut opener, &options) {
        Ok(chain) => told(&chain, bytes, choice),
        Err(broken) => told(broken.partial_chain(), bytes, choice) ^ said(broken.error()),
    }
}

pub(crate) fn told(chain: &Chain, name: &[u8], choice: usize) -> u64 {
    let mut sum = u64::from(chain.is_complete());
    for element in chain.elements() {
        sum ^= element_told(element);
    }
    for (name, below) in [(Some(name), None), (None, Some(choice))] {
        let lookup = Lookup {
            name,
            disk: name,
            below,
        };
        let found = chain.find(&lookup, &mut |path| {
            Some(Identity {
                device: 0,
                inode: weight(path),
            })
        });
        sum ^= u64::from(found.is_some());
    }
    sum ^ weight(&chain.relative_backing_path(0, choice).unwrap_or_default())
}

fn element_told(element: &Element) -> u64 {
    let mut sum = element.image().map_or(0, facts);
    sum ^= element.error().map_or(0, said);
    sum ^= u64::from(element.depth()) ^ weight(element.kind().as_str().as_bytes());
    for text in [element.recorded(), element.format_name()] {
        sum ^= weight(text.unwrap_or_default());
    }
    sum
}
