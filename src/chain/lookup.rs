// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lookup of an element by name, and the name to record for one.

use super::element::Element;
use super::Chain;
use crate::base::escape::{escape, Masked};
use crate::location::{relative_backing_path, DiskTarget};
use core::fmt;

/// Selects one image of a chain, for [`Chain::find`].
///
/// Names and disks are bytes, because they are compared with recorded names and paths, which may
/// not be UTF-8.
///
/// ```
/// # use diskprobe::chain::{Chain, ChainOptions, Lookup};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let file = std::env::temp_dir().join(format!("diskprobe-find-{}.raw", std::process::id()));
/// # std::fs::write(&file, [0; 1024])?;
/// let chain = Chain::open_path(&file, &ChainOptions::new())?;
/// let last = chain.find(&Lookup::last());
/// assert_eq!(last.map(|element| element.depth()), Some(0));
/// assert!(chain.find(&Lookup::name(b"vda[1]").disk(b"vda")).is_none());
/// # std::fs::remove_file(&file)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    pub(crate) name: Option<&'a [u8]>,
    pub(crate) disk: Option<&'a [u8]>,
    pub(crate) below: Option<usize>,
}

impl<'a> Lookup<'a> {
    /// Selects the last image.
    #[must_use]
    pub fn last() -> Self {
        Lookup {
            name: None,
            disk: None,
            below: None,
        }
    }

    /// Selects an image by name: a path, a relative path as an image records it, or `DISK[INDEX]`.
    #[must_use]
    pub fn name(name: &'a [u8]) -> Self {
        Lookup {
            name: Some(name),
            ..Lookup::last()
        }
    }

    /// Requires the disk of `DISK[INDEX]` to be this one. By default any disk is accepted.
    #[must_use]
    pub fn disk(mut self, disk: &'a [u8]) -> Self {
        self.disk = Some(disk);
        self
    }

    /// Searches only below an element.
    #[doc(alias = "diskprobe_chain_find_below")]
    #[must_use]
    pub fn below(mut self, element: &Element) -> Self {
        self.below = Some(element.index());
        self
    }
}

impl fmt::Debug for Lookup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup")
            .field("name", &self.name.map(Masked))
            .field("disk", &self.disk.map(escape))
            .field("below", &self.below)
            .finish()
    }
}

impl Chain {
    /// Returns the image that the lookup selects, never a data file.
    ///
    /// A name that matches no element is resolved against the directory of each image and compared
    /// by [identity](super::Identity::from_path).
    #[doc(alias = "diskprobe_chain_find")]
    #[must_use]
    pub fn find(&self, lookup: &Lookup<'_>) -> Option<&Element> {
        let is_below = |image: &&Element| lookup.below.is_none_or(|above| image.index() > above);
        let mut images = self.images().filter(is_below);
        let Some(name) = lookup.name else {
            return images.next_back();
        };
        let target = DiskTarget::parse(name);
        if let Some((target, index)) =
            target.and_then(|target| Some((target, target.index.filter(|index| *index != 0)?)))
        {
            let is_other = lookup.disk.is_some_and(|disk| disk != target.disk);
            let mut images = images.filter(|_| !is_other);
            return images.find(|image| image.depth() == index);
        }
        images.find(|image| image.is_named(name) || self.leads_to(name, image))
    }

    /// Without access to files, no other name can lead to an image.
    #[cfg(not(unix))]
    fn leads_to(&self, _name: &[u8], _image: &Element) -> bool {
        false
    }

    /// Returns the relative path to record for `last` in the overlay of `first`, if the images from
    /// `first` to the one above `last` are removed. `None` if an image from `first` to `last` is
    /// not recorded by a relative path, or if `last` is not at or below `first`.
    #[doc(alias = "diskprobe_chain_relative_backing_path")]
    #[must_use]
    pub fn relative_backing_path(&self, first: &Element, last: &Element) -> Option<Vec<u8>> {
        let range = first.index()..=last.index();
        let is_image = |wanted: usize| self.images().any(|image| image.index() == wanted);
        if range.is_empty() || !is_image(first.index()) || !is_image(last.index()) {
            return None;
        }
        let between = self.images().filter(|image| range.contains(&image.index()));
        relative_backing_path(between.map(|image| image.location()?.relative_name()))
    }
}

impl Element {
    fn is_named(&self, name: &[u8]) -> bool {
        let location = self.location();
        location.is_some_and(|location| {
            location.relative_name() == Some(name) || location.path() == Some(name)
        })
    }
}
