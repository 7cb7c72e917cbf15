// SPDX-License-Identifier: MIT OR Apache-2.0
//! One image with both answers, and the facts that differ.

use super::answers::of_image;
use diskprobe::{Error, ErrorKind, Format, Image, Options, Tool};
use diskprobe_test_support::qemu_img;
use diskprobe_test_support::volume::Facts;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

pub(crate) struct Pair {
    pub(crate) path: PathBuf,
    /// The first bytes of the image.
    pub(crate) bytes: Vec<u8>,
    pub(crate) probed: Result<Image, Error>,
    /// Our facts, or `None` after an error.
    pub(crate) ours: Option<Facts>,
    pub(crate) theirs: Option<Facts>,
}

/// A fact that differs.
pub(crate) struct Difference<'a> {
    pub(crate) pair: &'a Pair,
    /// The name of the fact, or `answer` if one side has no facts.
    pub(crate) fact: &'static str,
    pub(crate) ours: Option<&'a str>,
    pub(crate) theirs: Option<&'a str>,
}

impl Difference<'_> {
    pub(crate) fn is(&self, fact: &str, ours: &str, theirs: &str) -> bool {
        (self.fact, self.ours, self.theirs) == (fact, Some(ours), Some(theirs))
    }
}

impl Pair {
    /// Probes the image at `path`. `theirs` is libvirt's answer.
    pub(crate) fn new(path: &Path, theirs: Option<Facts>) -> Self {
        let probed = diskprobe::probe_path(path, &Options::new().thorough(true));
        let mut bytes = Vec::new();
        if path.is_file() {
            let file = File::open(path).expect("an image");
            file.take(65536).read_to_end(&mut bytes).expect("an image");
        }
        Pair {
            path: path.to_owned(),
            bytes,
            ours: probed.as_ref().ok().map(|image| of_image(path, image)),
            probed,
            theirs,
        }
    }

    /// Removes a fact that was not recorded for libvirt.
    pub(crate) fn without(mut self, fact: &str) -> Self {
        self.ours = self.ours.map(|mut facts| {
            facts.remove(fact);
            facts
        });
        self
    }

    /// Returns the number of equal facts, and the facts that differ.
    pub(crate) fn compared(&self) -> (usize, Vec<Difference<'_>>) {
        let difference = |fact, ours, theirs| Difference {
            pair: self,
            fact,
            ours,
            theirs,
        };
        let (ours, theirs) = match (&self.ours, &self.theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            (None, None) => return (0, Vec::new()),
            (ours, theirs) => {
                let given = |side: &Option<Facts>| side.as_ref().map(|_| "given");
                return (0, vec![difference("answer", given(ours), given(theirs))]);
            }
        };
        let mut names: Vec<_> = ours.keys().chain(theirs.keys()).copied().collect();
        names.sort_unstable();
        names.dedup();
        let values = names.into_iter();
        let values = values.map(|name| (name, ours.get(name), theirs.get(name)));
        let (equal, differing): (Vec<_>, Vec<_>) =
            values.partition(|(_, ours, theirs)| ours == theirs);
        let differing = differing.into_iter().map(|(name, ours, theirs)| {
            difference(name, ours.map(String::as_str), theirs.map(String::as_str))
        });
        (equal.len(), differing.collect())
    }

    pub(crate) fn image(&self) -> Option<&Image> {
        self.probed.as_ref().ok()
    }

    pub(crate) fn format(&self) -> Option<Format> {
        self.image().map(Image::format)
    }

    pub(crate) fn error_is(&self, kinds: &[ErrorKind]) -> bool {
        let error = self.probed.as_ref().err();
        error.is_some_and(|error| kinds.contains(&error.kind()))
    }

    /// Returns libvirt's value of a fact.
    pub(crate) fn theirs(&self, fact: &str) -> Option<&str> {
        self.theirs.as_ref()?.get(fact).map(String::as_str)
    }

    /// Returns our prediction of the format that libvirt detects, under libvirt's name.
    pub(crate) fn predicted(&self) -> Option<&'static str> {
        let image = self.image()?;
        let own = match image.format() {
            Format::Parallels => "ploop",
            format => format.as_str(),
        };
        Some(image.detected_as(Tool::Libvirt).unwrap_or(own))
    }

    /// Returns bytes of the image, fewer if it ends before.
    pub(crate) fn at(&self, offset: usize, length: usize) -> &[u8] {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        rest.get(..length).unwrap_or(rest)
    }

    pub(crate) fn be64(&self, offset: usize) -> u64 {
        self.at(offset, 8).try_into().map_or(0, u64::from_be_bytes)
    }

    pub(crate) fn qemu_opens(&self) -> bool {
        qemu_img::info(&self.path).is_some()
    }
}
