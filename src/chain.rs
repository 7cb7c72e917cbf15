// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains: every image, backing file and data file that a guest reads.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = std::env::temp_dir().join(format!("diskprobe-chain-{}.raw", std::process::id()));
//! # std::fs::write(&path, [0; 1024])?;
//! use diskprobe::chain::{Chain, ChainOptions};
//! let chain = Chain::open_path(&path, &ChainOptions::new())?;
//! for element in &chain {
//!     println!("{}: {:?} ({})", element.kind(), element.format(), element.format_source());
//! }
//! # assert_eq!(chain.elements().len(), 1);
//! # std::fs::remove_file(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! A chain is complete, or the walk fails with a [`ChainError`], which holds the elements up to the
//! failure.

#[cfg(unix)]
mod descriptor;
mod element;
#[cfg(unix)]
mod local;
mod lookup;
mod opener;
mod options;
mod part;
mod policy;
mod walk;

pub use crate::base::identity::Identity;
pub use element::{Element, ElementKind, ElementState};
#[cfg(unix)]
pub use local::LocalFiles;
pub use lookup::Lookup;
pub use opener::{OpenRequest, Opened, Opener};
pub use options::ChainOptions;
pub use policy::{DataFileDirectory, FormatSource, UnrecordedFormat};

use crate::base::error::Error;
use crate::base::message::Message;
use crate::image::{Feature, Image};
use crate::location::{file_name, without_credentials, Location};

/// The images of a disk with their data files, from the top image down.
///
/// A chain is immutable and keeps no file open. See the [module](self) for an example.
///
/// ```
/// use diskprobe::chain::{Chain, ChainOptions};
/// let error = Chain::open_path("/nonexistent", &ChainOptions::new()).unwrap_err();
/// assert_eq!(error.partial_chain().elements().len(), 1);
/// ```
#[doc(alias = "backing chain")]
#[doc(alias = "diskprobe_chain")]
#[derive(Clone, Debug)]
pub struct Chain {
    elements: Vec<Element>,
}

/// A chain whose walk failed.
///
/// `Display` says which element failed; the [`source`](std::error::Error::source) says why.
#[derive(Clone, Debug)]
pub struct ChainError {
    partial_chain: Chain,
    error: Error,
}

impl Chain {
    /// Walks the chain of the image at `top`. All elements are opened by `opener`.
    ///
    /// # Errors
    /// As for [`Chain::open_path`].
    #[doc(alias = "diskprobe_chain_open_location")]
    pub fn open(
        top: Location,
        opener: &mut dyn Opener,
        options: &ChainOptions,
    ) -> Result<Chain, ChainError> {
        let elements = walk::walk(top, opener, options);
        let error = elements.last().and_then(Element::error).cloned();
        let partial_chain = Chain { elements };
        match error {
            None => Ok(partial_chain),
            Some(error) => Err(ChainError {
                partial_chain,
                error,
            }),
        }
    }

    /// Returns the elements: the top image first, each data file after its image, then the backing
    /// file of that image.
    #[doc(alias = "diskprobe_chain_element_count")]
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Returns the top image. It is never `None`: every chain has a top image, even the partial
    /// chain of an error.
    #[must_use]
    pub fn top(&self) -> Option<&Element> {
        self.elements.first()
    }

    /// Returns the image that names `element`, an element of this chain.
    #[doc(alias = "diskprobe_chain_element_parent")]
    #[must_use]
    pub fn parent(&self, element: &Element) -> Option<&Element> {
        self.elements.get(element.parent?)
    }

    /// Returns whether the last image was opened and names no other file, and no image has an
    /// unknown feature that a reader must know.
    #[doc(alias = "diskprobe_chain_is_complete")]
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let last = self.images().next_back();
        let is_opened = last.is_some_and(|image| image.image().is_some());
        let is_known = |image: &Image| !image.has_feature(Feature::UnknownRequired);
        is_opened
            && self
                .elements
                .iter()
                .all(|element| element.error().is_none() && element.image().is_none_or(is_known))
    }

    /// Returns the name of each element as the command line tool shows it: a path, joined to the
    /// path above without changing its spelling, or a location without credentials.
    #[must_use]
    pub fn element_names(&self) -> Vec<Vec<u8>> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        for element in &self.elements {
            let above = element.parent.and_then(|parent| names.get(parent));
            let above = above.map(Vec::as_slice).unwrap_or_default();
            let name = match element.location() {
                None => without_credentials(element.recorded().unwrap_or_default()).into_owned(),
                Some(location) => match (location.relative_name(), location.local_name()) {
                    (Some(relative), Some(_)) => file_name(relative, above).into_owned(),
                    (None, Some(path)) => path.to_vec(),
                    (_, None) => location.masked().to_vec(),
                },
            };
            names.push(name);
        }
        names
    }

    /// Returns the images without their data files. The n-th has the depth n.
    pub(crate) fn images(&self) -> impl DoubleEndedIterator<Item = &Element> {
        let all = self.elements.iter();
        all.filter(|element| element.kind() != ElementKind::DataFile)
    }
}

impl<'a> IntoIterator for &'a Chain {
    type Item = &'a Element;
    type IntoIter = core::slice::Iter<'a, Element>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter()
    }
}

impl ChainError {
    /// Returns the elements up to the failure. The last is the one that failed, and may be
    /// described in part.
    #[must_use]
    pub fn partial_chain(&self) -> &Chain {
        &self.partial_chain
    }

    /// Converts the error into the elements up to the failure.
    #[must_use]
    pub fn into_partial_chain(self) -> Chain {
        self.partial_chain
    }

    /// Returns why the last element failed.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl ChainError {
    /// Returns the template of the message: see [`Error::template`].
    #[must_use]
    pub fn template(&self) -> String {
        self.message().template
    }

    /// Returns the parameters of the message: see [`Error::parameters`].
    #[must_use]
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = (&'static str, String)> {
        self.message().parameters.into_iter()
    }

    /// Returns the message, followed by the reason. For the top image, only the reason.
    #[cfg(feature = "capi")]
    pub(crate) fn with_source(&self) -> Message {
        let reason = self.error.with_source();
        match self.partial_chain.elements.last() {
            Some(element) if element.kind() != ElementKind::Top => {
                let mut message = self.message();
                message.add(": ", &[]);
                message.append(reason);
                message
            }
            _ => reason,
        }
    }

    fn message(&self) -> Message {
        match self.partial_chain.elements.last() {
            Some(element) if element.kind() != ElementKind::Top => {
                let role = match element.kind() {
                    ElementKind::DataFile => "data",
                    _ => "backing",
                };
                Message::new(
                    "{role} file at depth {depth}",
                    &[("role", &role), ("depth", &element.depth())],
                )
            }
            _ => Message::new("top image", &[]),
        }
    }
}

impl std::fmt::Display for ChainError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for ChainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
