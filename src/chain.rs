// SPDX-License-Identifier: MIT OR Apache-2.0
//! The chain of images under a disk: every image, backing file and data file that its guest reads.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = std::env::temp_dir().join(format!("diskprobe-chain-{}.raw", std::process::id()));
//! # std::fs::write(&path, [0; 1024])?;
//! use diskprobe::chain::{Chain, ChainOptions};
//! let chain = Chain::open_path(&path, &ChainOptions::new())?;
//! for element in chain.elements() {
//!     println!("{}: {:?} ({})", element.kind(), element.format(), element.format_source());
//! }
//! # assert_eq!(chain.elements().len(), 1);
//! # std::fs::remove_file(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! The elements are what a guest gets to read. So a walk returns a whole chain, or a [`ChainError`]
//! with the elements up to the fault. `docs/chain.md` has the rules, each with its reason.

mod element;
mod local;
mod lookup;
mod opener;
mod options;
mod part;
mod policy;
mod walk;

pub use crate::io::Identity;
pub use element::{Element, ElementKind};
pub use local::LocalFiles;
pub use lookup::Lookup;
pub use opener::{Opened, Opener};
pub use options::ChainOptions;
pub use policy::{FormatSource, UnrecordedFormat};

use crate::base::error::Error;
use crate::location::{file_name, without_credentials, Location};
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The images of a disk with their data files, from the top down.
///
/// Immutable, and independent of the files that it was read from, which are closed.
#[derive(Debug)]
pub struct Chain {
    elements: Vec<Element>,
}

/// A chain that is not whole: the elements up to the one at fault, which is the last, and the
/// reason.
#[derive(Debug)]
pub struct ChainError {
    partial_chain: Chain,
    error: Error,
}

impl Chain {
    /// Walks the chain under the image at `path`. Only local files are opened.
    ///
    /// # Errors
    ///
    /// If an image, a backing file or a data file cannot be opened or probed; if the format of one
    /// is unknown and the options do not say what to do; if one occurs twice; if there are too many.
    pub fn open_path(path: impl AsRef<Path>, options: &ChainOptions) -> Result<Chain, ChainError> {
        let top = path.as_ref().as_os_str().as_bytes();
        Chain::open(Location::of_path(top), &mut LocalFiles::new(), options)
    }

    /// Walks the chain under an image that is already open. Relative names start in the directory
    /// of `path`, which is not opened. The descriptor stays open and keeps its offset.
    ///
    /// # Errors
    ///
    /// As for [`Chain::open_path`].
    pub fn open_fd(
        fd: BorrowedFd<'_>,
        path: impl AsRef<Path>,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let top = path.as_ref().as_os_str().as_bytes();
        Chain::open_below(fd, Location::of_path(top), &mut LocalFiles::new(), options)
    }

    /// Walks the chain under an image that is already open. `opener` opens everything else.
    ///
    /// # Errors
    ///
    /// As for [`Chain::open_path`].
    pub fn open_below(
        fd: BorrowedFd<'_>,
        top: Location,
        opener: &mut dyn Opener,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let mut opener = opener::TopIsOpen::new(fd, opener);
        Chain::open(top, &mut opener, options)
    }

    /// Walks the chain under what `top` names. `opener` opens everything, also the top.
    ///
    /// # Errors
    ///
    /// As for [`Chain::open_path`].
    pub fn open(
        top: Location,
        opener: &mut dyn Opener,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let elements = walk::walk(top, opener, options);
        let error = elements.last().and_then(Element::error);
        let partial_chain = Chain { elements };
        match error {
            None => Ok(partial_chain),
            Some(error) => Err(ChainError {
                partial_chain,
                error,
            }),
        }
    }

    /// Returns every element: the image at the top first, each data file after its image, then the
    /// backing file of that image.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Returns the name of each element as `qemu-img` shows it: the path from the current directory
    /// if it is recorded by a relative one, otherwise its path or its location. Credentials are
    /// never part of it.
    #[must_use]
    pub fn element_names(&self) -> Vec<Vec<u8>> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        for element in &self.elements {
            let above = element.parent().and_then(|parent| names.get(parent));
            let above = above.map(Vec::as_slice).unwrap_or_default();
            let name = match element.location() {
                None => without_credentials(element.recorded().unwrap_or_default()).to_vec(),
                Some(location) => match (location.relative_name(), location.local_path()) {
                    (Some(relative), Some(_)) => file_name(relative, above).into_owned(),
                    (None, Some(path)) => path.to_vec(),
                    (_, None) => location.text().to_vec(),
                },
            };
            names.push(name);
        }
        names
    }

    /// Returns whether the elements are all that is under the disk: not if the last image was not
    /// opened.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let last = self.images().next_back();
        let last = last.filter(|(_, image)| image.image().is_some());
        last.is_some()
            && self
                .elements
                .iter()
                .all(|element| element.error().is_none())
    }

    /// Returns the images without their data files, with their indexes among the elements. The n-th
    /// has the depth n.
    pub fn images(&self) -> impl DoubleEndedIterator<Item = (usize, &Element)> {
        let all = (0..self.elements.len()).zip(&self.elements);
        all.filter(|(_, element)| element.kind() != ElementKind::DataFile)
    }
}

impl ChainError {
    /// Returns the elements up to the one at fault, which may be described in part.
    #[must_use]
    pub fn partial_chain(&self) -> &Chain {
        &self.partial_chain
    }

    /// Returns the same as an owned chain.
    #[must_use]
    pub fn into_partial_chain(self) -> Chain {
        self.partial_chain
    }

    /// Returns the reason.
    #[must_use]
    pub fn error(&self) -> Error {
        self.error
    }
}

impl std::fmt::Display for ChainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(element) = self.partial_chain.elements.last() {
            let depth = element.depth();
            match element.kind() {
                ElementKind::Top => {}
                ElementKind::Backing => write!(f, "backing file at depth {depth}: ")?,
                ElementKind::DataFile => write!(f, "data file at depth {depth}: ")?,
            }
        }
        self.error.fmt(f)
    }
}

impl std::error::Error for ChainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
