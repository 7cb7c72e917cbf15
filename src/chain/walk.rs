// SPDX-License-Identifier: MIT OR Apache-2.0
//! The walk from one image to the next.

use super::element::{Element, ElementKind};
use super::opener::{Object, OpenRequest, Opener};
use super::options::ChainOptions;
use super::part;
use super::policy::{unknown_protocol, Claim, DataFileDirectory, FormatSource};
use crate::base::error::{Error, ErrorKind, Reason};
use crate::base::format::Format;
use crate::base::options::Options;
use crate::base::stored::Stored;
use crate::image::Image;
use crate::location::{resolve_data_file, resolve_recorded, Location};
use crate::probe::{boxed_source, source_length, Source};

/// Returns the elements up to the first failure. The last has the error, if there is one.
///
/// The walk terminates: every step except one to a data file goes one level deeper, and data files
/// name nothing.
pub(super) fn walk(top: Location, opener: &mut dyn Opener, options: &ChainOptions) -> Vec<Element> {
    let mut walk = Walk {
        opener,
        options,
        elements: Vec::new(),
    };
    let mut next = Some(Named {
        kind: ElementKind::Top,
        parent: None,
        depth: 0,
        recorded: None,
        format_name: None,
        location: Ok(top),
        claim: Ok(Claim::Top(options.image.format)),
    });
    while let Some(named) = next {
        let image = walk.add(named);
        next = match walk.data_file(image).map(|named| walk.add(named)) {
            Some(data_file) if walk.is_broken(data_file) => None,
            _ => walk.backing(image),
        };
    }
    walk.elements
}

/// What is known about an element before it is opened.
struct Named {
    kind: ElementKind,
    parent: Option<usize>,
    depth: u32,
    recorded: Option<Stored>,
    format_name: Option<Stored>,
    location: Result<Location, Error>,
    claim: Result<Claim, Error>,
}

struct Walk<'a> {
    opener: &'a mut dyn Opener,
    options: &'a ChainOptions,
    elements: Vec<Element>,
}

impl Walk<'_> {
    fn is_broken(&self, index: usize) -> bool {
        let element = self.elements.get(index);
        element.is_none_or(|element| element.error.is_some())
    }

    /// Returns the data file of the image at `index`, if it has one.
    fn data_file(&self, index: usize) -> Option<Named> {
        let image = self.elements.get(index)?;
        let recorded = image.image()?.data_file();
        let given = self.given(ElementKind::DataFile, image.depth);
        let name = recorded.and_then(|file| file.location);
        let (location, claim) = match (given, recorded) {
            (None, None) => return None,
            (Some(location), Some(_)) => (Ok(location), Claim::GivenDataFile),
            (Some(_), None) => (Err(not_used()), Claim::GivenDataFile),
            (None, Some(_)) => {
                let above = match self.options.data_files {
                    DataFileDirectory::Working => None,
                    DataFileDirectory::Same | DataFileDirectory::Image => image.location.as_ref(),
                };
                let unnamed = Reason::Broken {
                    structure: "qcow2 header",
                    what: "the data file has no recorded name",
                    offset: 72,
                };
                let named = |name| resolve_data_file(name, above);
                (name.map_or(Err(unnamed.into()), named), Claim::DataFile)
            }
        };
        Some(Named {
            kind: ElementKind::DataFile,
            parent: Some(index),
            depth: image.depth,
            recorded: name.map(Stored::new),
            format_name: None,
            location,
            claim: Ok(claim),
        })
    }

    /// Returns the backing file of the image at `index`, if it has one.
    fn backing(&self, index: usize) -> Option<Named> {
        let image = self.elements.get(index)?;
        let depth = image.depth.saturating_add(1);
        let facts = image.image()?;
        let backing = facts.backing();
        let location = match (self.given(ElementKind::Backing, depth), backing) {
            (None, None) => return None,
            (Some(_), None) if !has_backing_files(facts.format()) => Err(not_used()),
            (Some(location), _) => Ok(location),
            (None, Some(backing)) => resolve_recorded(backing.location, image.location.as_ref()),
        };
        let format = backing.and_then(|backing| backing.format);
        let given = self.options.overridden(ElementKind::Backing, depth);
        // A malformed location is an error of its own.
        let (mut location, mut claim) = (location, Ok(Claim::Unrecorded));
        if let Some(given) = given.and_then(|given| given.format) {
            claim = Ok(Claim::Given(given));
        } else if let Ok(location) = &mut location {
            claim = Claim::of(format, location, facts.format());
            format.inspect(|format| location.set_driver(format.name()));
        }
        Some(Named {
            kind: ElementKind::Backing,
            parent: Some(index),
            depth,
            recorded: backing.map(|backing| Stored::new(backing.location)),
            format_name: format
                .and_then(|format| format.recorded_name())
                .map(Stored::new),
            location,
            claim,
        })
    }

    /// Returns the location that the caller gave for an element.
    fn given(&self, kind: ElementKind, depth: u32) -> Option<Location> {
        self.options.overridden(kind, depth)?.location.clone()
    }

    /// Opens and adds an element. Returns its index.
    fn add(&mut self, named: Named) -> usize {
        let mut element = Element {
            index: self.elements.len(),
            kind: named.kind,
            parent: named.parent,
            depth: named.depth,
            recorded: named.recorded,
            format_name: named.format_name,
            location: None,
            format: None,
            source: FormatSource::Unknown,
            identity: None,
            image: None,
            error: None,
        };
        let reached = named
            .location
            .and_then(|location| self.reach(&mut element, location, named.claim));
        element.error = reached.err();
        if element.error.is_some() && element.source == FormatSource::Probed {
            element.source = FormatSource::Unknown;
        }
        let index = element.index;
        self.elements.push(element);
        index
    }

    /// Opens and probes `location`, and completes the element.
    fn reach(
        &mut self,
        element: &mut Element,
        location: Location,
        claim: Result<Claim, Error>,
    ) -> Result<(), Error> {
        let location = element.location.insert(location).clone();
        let claim = claim?;
        let settled = claim.settle(self.options.unrecorded);
        if let Ok((format, source)) = settled {
            element.format = format;
            element.source = source;
        }
        let limit = self.options.max_images;
        if element.kind != ElementKind::DataFile && element.depth >= limit {
            return Err(Reason::ChainLimit { limit }.into());
        }
        let (format, _) = settled?;
        let options = match claim {
            Claim::Top(_) => self.options.image.clone(),
            _ => self.options.below().format(format),
        };
        let options = match (format, element.kind) {
            // As in QEMU: if the format is detected, the name matters for one format.
            (None, ElementKind::Backing) => {
                options.file_name_bytes(location.local_name().unwrap_or_default())
            }
            _ => options,
        };
        let may_be_raw = claim.may_be_raw(self.options.unrecorded);
        let image = self.open(element, &location, &options, may_be_raw)?;
        if let Some(image) = &image {
            claim.accept(image)?;
            if may_be_raw && Some(image.format()) != format {
                element.source = FormatSource::Assumed;
            }
        }
        if let Claim::DataFile = claim {
            self.check_working_directory(element)?;
        }
        element.format = image
            .as_ref()
            .map(|image| image.format())
            .or(element.format);
        element.image = image;
        Ok(())
    }

    /// Opens and probes the file at `location`. `None` if the opener left it unopened. If the
    /// bytes do not have the requested format, they may be raw.
    fn open(
        &mut self,
        element: &mut Element,
        location: &Location,
        options: &Options,
        may_be_raw: bool,
    ) -> Result<Option<Box<Image>>, Error> {
        let earlier = &self.elements;
        let request = OpenRequest::new(element.kind, location);
        let opened = self.opener.open(&request).map_err(Error::while_opening)?;
        element.identity = opened.identity;
        let image = match opened.object {
            Object::Unopened => {
                element.check_unopened(location)?;
                element.check_new(earlier)?;
                return Ok(None);
            }
            #[cfg(unix)]
            Object::File(file, known) => or_raw(options, may_be_raw, |options| {
                element.probe_file(&file, known, earlier, options)
            })?,
            #[cfg(unix)]
            Object::Borrowed(fd) => crate::probe::as_file(fd, |file| {
                or_raw(options, may_be_raw, |options| {
                    element.probe_file(file, None, earlier, options)
                })
            })?,
            Object::Source(mut source) => {
                element.check_new(earlier)?;
                let length = source_length(&mut source)?;
                or_raw(options, may_be_raw, |options| {
                    probe_source(&mut source, length, location, options)
                })?
            }
        };
        Ok(Some(image))
    }

    /// Checks that the relative name of a data file leads to the same file from the directory of
    /// the image and from the working directory, from which QEMU opens it.
    fn check_working_directory(&mut self, element: &Element) -> Result<(), Error> {
        let location = element.location.as_ref();
        let relative = location.and_then(Location::relative_name);
        let (Some(location), Some(relative)) = (location, relative) else {
            return Ok(());
        };
        let path = location.path().unwrap_or_default();
        if self.options.data_files != DataFileDirectory::Same
            || path.strip_prefix(b"./") == Some(relative)
        {
            return Ok(());
        }
        let recorded = Location::from_bytes(relative);
        let request = OpenRequest::new(element.kind, &recorded);
        let opened = self.opener.open(&request).ok();
        let identity = opened.and_then(|opened| opened.known_identity());
        match identity.is_some() && identity == element.identity {
            true => Ok(()),
            false => Err(Reason::Location {
                syntax: "data file",
                what: "its name is relative, and the working directory, where QEMU starts, has \
                       another file of that name or none",
                offset: 0,
            }
            .into()),
        }
    }
}

/// Returns whether QEMU opens a backing file below images of this format.
fn has_backing_files(format: Format) -> bool {
    matches!(
        format,
        Format::Qcow | Format::Qcow2 | Format::Qed | Format::Vmdk
    )
}

/// Returns the error for a file that the caller gave although the image above it has no such file.
fn not_used() -> Error {
    Reason::InvalidArgument("the caller gave this file, but the image above it has none").into()
}

/// Probes with the options. If the bytes do not have the requested format and may be raw, probes
/// them as raw.
fn or_raw(
    options: &Options,
    may_be_raw: bool,
    mut probe: impl FnMut(&Options) -> Result<Box<Image>, Error>,
) -> Result<Box<Image>, Error> {
    match probe(options) {
        Err(error) if may_be_raw && error.kind() == ErrorKind::WrongFormat => {
            probe(&options.clone().format(Format::Raw))
        }
        answer => answer,
    }
}

fn probe_source(
    source: &mut impl Source,
    length: Option<u64>,
    location: &Location,
    options: &Options,
) -> Result<Box<Image>, Error> {
    match location.slice() {
        None => boxed_source(source, length, options),
        Some(slice) => part::probe(source, length, slice, options),
    }
}

impl Element {
    /// Checks that the walk can end without an error at this element, which was left unopened.
    fn check_unopened(&mut self, location: &Location) -> Result<(), Error> {
        if location.kind().is_none() {
            return Err(unknown_protocol(location));
        }
        if self.source != FormatSource::Probed {
            return Ok(());
        }
        self.source = FormatSource::Unknown;
        match self.kind {
            // No image records the format of the top image, and the caller knows what it passed.
            ElementKind::Top => Ok(()),
            _ => {
                const WHAT: &str = "its format is not recorded, and it was not opened for probing";
                Err(Reason::NotRecorded(WHAT).into())
            }
        }
    }

    /// Checks that the chain does not contain the file yet. Two images may share a data file,
    /// because it names nothing.
    pub(super) fn check_new(&self, earlier: &[Element]) -> Result<(), Error> {
        let is_data = |element: &Element| element.kind == ElementKind::DataFile;
        let mut others = earlier
            .iter()
            .filter(|other| !(is_data(self) && is_data(other)));
        match others.any(|other| self.is_same_as(other)) {
            true => Err(Reason::Loop("this file is already in the chain").into()),
            false => Ok(()),
        }
    }
}
