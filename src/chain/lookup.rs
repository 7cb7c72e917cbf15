// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finds an element by name, and the name to record for one.

use super::element::Element;
use super::Chain;
use crate::io::Identity;
use crate::location::{file_name, has_protocol, relative_backing_path, DiskTarget};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Which image of a chain is meant. The default is the last image.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lookup<'a> {
    pub(crate) name: Option<&'a [u8]>,
    pub(crate) disk: Option<&'a [u8]>,
    pub(crate) below: Option<usize>,
}

impl<'a> Lookup<'a> {
    /// Looks for the last image.
    #[must_use]
    pub fn last() -> Self {
        Lookup::default()
    }

    /// Looks for an image by name: a path, a relative path as an image records it, or
    /// `DISK[INDEX]`.
    #[must_use]
    pub fn name(name: &'a [u8]) -> Self {
        Lookup {
            name: Some(name),
            ..Lookup::default()
        }
    }

    /// Requires the disk of `DISK[INDEX]` to be this one. By default any disk is accepted.
    #[must_use]
    pub fn disk(mut self, disk: &'a [u8]) -> Self {
        self.disk = Some(disk);
        self
    }

    /// Looks only below an element.
    #[must_use]
    pub fn below(mut self, element: &Element) -> Self {
        self.below = Some(element.index());
        self
    }
}

impl Chain {
    /// Returns the image that is meant. Data files are never meant.
    ///
    /// A name that matches no element is resolved against the directory of each image and compared
    /// by [identity](Identity::of_path).
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

    /// Whether `name`, resolved against the image above `image`, leads to its file.
    fn leads_to(&self, name: &[u8], image: &Element) -> bool {
        let Some(identity) = image.identity().filter(|_| !has_protocol(name)) else {
            return false;
        };
        let above = self.parent(image);
        let above = above.and_then(|above| above.location()?.local_name());
        let path = file_name(name, above.unwrap_or_default());
        Identity::of_path(Path::new(OsStr::from_bytes(&path))).is_ok_and(|found| found == identity)
    }

    /// Returns the relative path to record for `last` in the overlay of `first`, if the images from
    /// `first` to the one above `last` are removed. `None` if one of those to `last` is not recorded
    /// by a relative path, or `last` is not at or below `first`.
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
