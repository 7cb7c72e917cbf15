// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains whose images are in memory, from an opener of the caller.

use crate::verdict::said;
use crate::{facts, weight};
use diskprobe::chain::{
    Chain, ChainOptions, Element, ElementState, Identity, Lookup, OpenRequest, Opened, Opener,
    DataFileDirectory, UnrecordedFormat,
};
use diskprobe::location::Location;
use diskprobe::{Error, Options, Source};
use std::path::Path;

/// An image that is a part of some bytes.
struct Part<'b>(&'b [u8]);

impl Source for Part<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = self.0.get(offset..).unwrap_or_default();
        let length = there.len().min(buffer.len());
        let both = (buffer.get_mut(..length), there.get(..length));
        if let (Some(buffer), Some(there)) = both {
            buffer.copy_from_slice(there);
        }
        Ok(length)
    }

    fn length(&mut self) -> std::io::Result<Option<u64>> {
        Ok(u64::try_from(self.0.len()).ok())
    }
}

/// Each image starts further on.
struct Parts<'b> {
    bytes: &'b [u8],
    opened: usize,
}

impl Opener for Parts<'_> {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        if request.location().local_path().is_none() {
            return Ok(Opened::unopened());
        }
        let start = self.opened.saturating_mul(1024);
        self.opened = self.opened.saturating_add(1);
        let bytes = self.bytes.get(start..).unwrap_or_default();
        let identity = Identity::new(0, u64::try_from(start).unwrap_or(0));
        Ok(Opened::source(Box::new(Part(bytes))).identity(identity))
    }
}

/// Walks the chain of the image in the bytes, and looks up its elements in every way.
pub(crate) fn walked(bytes: &[u8], path: &Path, options: &Options, choice: usize) -> u64 {
    let policies = UnrecordedFormat::ALL.iter().copied();
    let policy = policies.last().filter(|_| choice % 2 == 0);
    let options = ChainOptions::new().image_options(options.clone());
    let options = options.unrecorded_format(policy.unwrap_or(UnrecordedFormat::Probe));
    let directory = DataFileDirectory::ALL.get(choice % 3).copied();
    let options = options.data_file_directory(directory.unwrap_or(DataFileDirectory::Same));
    let mut opener = Parts { bytes, opened: 0 };
    let top = Location::from_path(path);
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
    for name in chain.element_names() {
        sum ^= weight(&name);
    }
    let (Some(top), Some(chosen)) = (chain.top(), chain.elements().get(choice)) else {
        return sum;
    };
    for lookup in [Lookup::name(name).disk(name), Lookup::last().below(chosen)] {
        sum ^= u64::from(chain.find(&lookup).is_some());
    }
    sum ^= u64::from(chain.parent(chosen).is_some());
    sum ^ weight(&chain.relative_backing_path(top, chosen).unwrap_or_default())
}

fn element_told(element: &Element) -> u64 {
    let mut sum = match element.state() {
        ElementState::Probed(image) => facts(image),
        ElementState::Failed(error) => said(error),
        _ => 0,
    };
    sum ^= u64::from(element.depth()) ^ weight(element.kind().as_str().as_bytes());
    for text in [element.recorded(), element.format_name()] {
        sum ^= weight(text.unwrap_or_default());
    }
    sum
}
