// SPDX-License-Identifier: MIT OR Apache-2.0
//! An element by its name, as libvirt's users name it; and the name to record for one.

use super::element::Element;
use super::Chain;
use crate::io::Identity;
use crate::location::{disk_target, file_name, has_protocol, relative_backing_path};

/// Which image of a chain is meant. The default means the last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lookup<'a> {
    /// A path; a relative path as an image records it; or `NAME[INDEX]`. None: the last image.
    pub name: Option<&'a [u8]>,
    /// The name of the disk, which that of `NAME[INDEX]` must be. None: it may be any.
    pub disk: Option<&'a [u8]>,
    /// Only images below this element are meant.
    pub below: Option<usize>,
}

impl Chain {
    /// The place of the image that is meant, among the chain's elements. Data files are not meant.
    ///
    /// A name that is no element's is looked up, from the directory of each image, and compared by
    /// identity: `identify` says which file a path leads to, [`Identity::of_path`] for instance.
    pub fn find(
        &self,
        lookup: &Lookup<'_>,
        identify: &mut dyn FnMut(&[u8]) -> Option<Identity>,
    ) -> Option<usize> {
        let mut images = self
            .images()
            .filter(|(place, _)| lookup.below.is_none_or(|above| *place > above));
        let Some(name) = lookup.name else {
            return images.next_back().map(|(place, _)| place);
        };
        if let Some(target) = disk_target(name).filter(|target| target.index != 0) {
            let is_other = lookup.disk.is_some_and(|disk| disk != target.disk);
            let mut images = images.filter(|_| !is_other);
            let found = images.find(|(_, image)| image.depth() == target.index);
            return found.map(|(place, _)| place);
        }
        let found =
            images.find(|(_, image)| image.is_named(name) || self.leads_to(name, image, identify));
        found.map(|(place, _)| place)
    }

    /// Whether `name`, seen from the image above `image`, is another name of its file.
    fn leads_to(
        &self,
        name: &[u8],
        image: &Element,
        identify: &mut dyn FnMut(&[u8]) -> Option<Identity>,
    ) -> bool {
        let Some(identity) = image.identity().filter(|_| !has_protocol(name)) else {
            return false;
        };
        let above = image.parent().and_then(|parent| self.elements.get(parent));
        let above = above.and_then(|above| above.location()?.local_path());
        identify(&file_name(name, above.unwrap_or_default())) == Some(identity)
    }

    /// The relative name to record for the image at `last` in the overlay of the image at `first`,
    /// when the images from `first` to the one above `last` are taken out. `None` where one of
    /// those to `last` is not recorded by a relative name, or `last` does not come at or below
    /// `first`.
    #[must_use]
    pub fn relative_backing_path(&self, first: usize, last: usize) -> Option<Vec<u8>> {
        let is_image = |wanted| self.images().any(|(place, _)| place == wanted);
        if first > last || !is_image(first) || !is_image(last) {
            return None;
        }
        let between = self
            .images()
            .filter(|(place, _)| (first..=last).contains(place));
        relative_backing_path(between.map(|(_, image)| image.location()?.relative_name()))
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
