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
//! What the walk finds is what a guest gets to read. So a chain is whole, or it is [`ChainError`]: an
//! error, which still shows what was partial_chain. `docs/chain.md` has the rules, each with its reason.

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
use crate::location::Location;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The images of a disk with their data files, from the top down.
///
/// Immutable, and independent of the files that it was read from: none of them is open any more.
#[derive(Debug)]
pub struct Chain {
    elements: Vec<Element>,
}

/// A chain that is not whole: as far as it was partial_chain, and why it ends there.
///
/// The last element is the one at fault.
#[derive(Debug)]
pub struct ChainError {
    partial_chain: Chain,
    error: Error,
}

impl Chain {
    /// Walks the chain under the image at `path`, whose files are all local or not looked into.
    ///
    /// # Errors
    ///
    /// Where an image, a backing file or a data file cannot be opened or probed; where the format
    /// of one is not known and the options do not say what to do; where one comes twice; where
    /// there are too many.
    pub fn open_path(path: impl AsRef<Path>, options: &ChainOptions) -> Result<Chain, ChainError> {
        let top = path.as_ref().as_os_str().as_bytes();
        Chain::open(Location::of_path(top), &mut LocalFiles::new(), options)
    }

    /// The same where the image is open already; relative names start in the directory of `path`,
    /// which is not opened. The descriptor stays open, and its offset where it is.
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

    /// The same where all else is opened by `opener`.
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

    /// Walks the chain under what `top` names; everything is opened by `opener`, the top too.
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

    /// Every element: the image at the top first, each data file behind its image, then the backing
    /// file of that image.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Whether nothing more is under the disk than the elements: not so where the last image is one
    /// that was not opened.
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

    /// The images without their data files, with their places among the elements. The n-th has
    /// the depth n.
    pub fn images(&self) -> impl DoubleEndedIterator<Item = (usize, &Element)> {
        let all = (0..self.elements.len()).zip(&self.elements);
        all.filter(|(_, element)| element.kind() != ElementKind::DataFile)
    }
}

impl ChainError {
    /// What was partial_chain. The last element is the one at fault; it may be described in part.
    #[must_use]
    pub fn partial_chain(&self) -> &Chain {
        &self.partial_chain
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_partial_chain(self) -> Chain {
        self.partial_chain
    }

    /// Why the chain ends there.
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
