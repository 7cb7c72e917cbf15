// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whatever images name each other, a walk ends within its limits, gives the same answer twice and
//! has no file twice. An image whose format is not recorded names no other.
#![no_main]

#[path = "chain/made.rs"]
mod made;

use diskprobe::chain::UnrecordedFormat;
use diskprobe::chain::{Chain, ChainError, ChainOptions, Element, ElementKind, ElementState};
use diskprobe::chain::{FormatSource, Identity, Lookup, OpenRequest, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Format, Limits, Options, Source};
use diskprobe_fuzz::oracle::assert_same_error;
use libfuzzer_sys::fuzz_target;
use made::{Input, DIRECTORY};
use std::io;
use std::os::unix::ffi::OsStrExt;

/// A file system and a server with the same files.
struct Store<'a> {
    files: &'a [Vec<u8>],
    serves: bool,
    has_identities: bool,
    /// An absent file is an error of the operating system, or one of the opener.
    fails_by_errno: bool,
    knows_lengths: bool,
    opened: usize,
}

/// Counts what is read of one file.
struct File<'a> {
    bytes: &'a [u8],
    length: Option<u64>,
    reads: u32,
    read: u64,
}

impl Source for File<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.bytes.get(offset..));
        let rest = rest.unwrap_or_default();
        let size = rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&rest[..size]);
        self.reads += 1;
        self.read += u64::try_from(size).expect("a length");
        // The last read may be short, and then is followed by one of nothing.
        assert!(self.reads <= 2 * Limits::MAX_READS && self.read <= Limits::MAX_BYTES);
        Ok(size)
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(self.length)
    }
}

/// Which file a path leads to: it ends in the number of one.
fn number(path: &[u8]) -> Option<usize> {
    let name = path.rsplit(|byte| *byte == b'/').next()?;
    let name = name.strip_prefix(b"link").unwrap_or(name);
    match name {
        [digit @ b'0'..=b'9'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

fn identify(path: &[u8]) -> Option<Identity> {
    let inode = u64::try_from(number(path)?).ok()?;
    Some(Identity::new(1, inode))
}

impl Opener for Store<'_> {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let location = request.location();
        self.opened += 1;
        let path = match self.serves {
            true => location.path(),
            false => location
                .local_path()
                .map(|path| path.as_os_str().as_bytes()),
        };
        let Some(path) = path else {
            return Ok(Opened::unopened());
        };
        let bytes = number(path).and_then(|number| self.files.get(number));
        let absent = || match self.fails_by_errno {
            true => io::Error::from_raw_os_error(2).into(),
            false => Error::new(ErrorKind::NotFound, "no such file"),
        };
        let bytes = bytes.ok_or_else(absent)?;
        let length = u64::try_from(bytes.len()).expect("a length");
        let opened = Opened::source(Box::new(File {
            bytes,
            length: self.knows_lengths.then_some(length),
            reads: 0,
            read: 0,
        }));
        Ok(match identify(path).filter(|_| self.has_identities) {
            Some(identity) => opened.identity(identity),
            None => opened,
        })
    }
}

fuzz_target!(|input: &[u8]| {
    let mut input = Input(input);
    let flags = input.byte();
    let has = |bit: u8| flags & 1 << bit != 0;
    let policy = match flags % 4 {
        0 => UnrecordedFormat::Refuse,
        1 => UnrecordedFormat::Raw,
        _ => UnrecordedFormat::Probe,
    };
    let image = Options::new()
        .format(has(2).then_some(Format::Qcow2))
        .thorough(has(3))
        .limits(limits(has(4)));
    let limits_and_more = input.byte();
    let max_images = u32::from(limits_and_more % 16);
    let options = ChainOptions::new()
        .image_options(image)
        .unrecorded_format(policy)
        .max_images(max_images)
        .expect("below the limit");
    let files = made::files(&mut input);

    let walk = || {
        let mut store = Store {
            files: &files,
            serves: has(5),
            has_identities: !has(6),
            fails_by_errno: limits_and_more & 0x10 != 0,
            knows_lengths: !has(7),
            opened: 0,
        };
        let top = Location::from_path(format!("{DIRECTORY}0"));
        let walked = Chain::open(top, &mut store, &options);
        (walked, store.opened)
    };
    let (walked, opened) = walk();
    let (again, opened_again) = walk();
    assert_end(&walked);
    let (chain, same) = (reached(&walked), reached(&again));
    assert_eq!(opened, opened_again);
    assert_eq!(chain.elements().len(), same.elements().len());
    for (one, other) in chain.elements().iter().zip(same.elements()) {
        assert_same_element(one, other);
    }
    // A data file is opened from two directories, which must have the same file.
    let data_files = chain.elements().iter();
    let data_files = data_files.filter(|element| element.kind() == ElementKind::DataFile);
    assert!(opened <= chain.elements().len() + data_files.count());
    assert_elements(chain, max_images, policy);
    assert_lookups(chain);
    assert_relative_paths(chain);
});

fn limits(are_low: bool) -> Limits {
    let low = || Limits::new().max_reads(2)?.max_bytes(4096);
    match are_low {
        true => low().expect("below the limits"),
        false => Limits::new(),
    }
}

fn reached(walked: &Result<Chain, ChainError>) -> &Chain {
    match walked {
        Ok(chain) => chain,
        Err(broken) => broken.partial_chain(),
    }
}

fn error(element: &Element) -> Option<&Error> {
    match element.state() {
        ElementState::Failed(error) => Some(error),
        _ => None,
    }
}

/// The images without their data files.
fn images(chain: &Chain) -> impl Iterator<Item = &Element> {
    let is_image = |element: &&Element| element.kind() != ElementKind::DataFile;
    chain.elements().iter().filter(is_image)
}

/// Asserts that two walks found the same.
fn assert_same_element(one: &Element, other: &Element) {
    assert!(facts(one) == facts(other), "{one:?} and {other:?}");
    match (error(one), error(other)) {
        (Some(one), Some(other)) => assert_same_error(one, other, "twice"),
        (one, other) => assert!(one.is_none() && other.is_none()),
    }
}

/// All of an element except its error.
fn facts(element: &Element) -> impl PartialEq + '_ {
    let format = (element.format(), element.format_source());
    let names = (element.recorded(), element.location(), element.identity());
    (
        element.kind(),
        element.depth(),
        format,
        names,
        element.image(),
    )
}

/// Asserts that no element has an error, or the last one has that of the walk.
fn assert_end(walked: &Result<Chain, ChainError>) {
    let elements = reached(walked).elements();
    let (last, others) = elements.split_last().expect("the top");
    match (error(last), walked) {
        (Some(error), Err(failed)) => assert_same_error(error, failed.error(), "the last"),
        (error, walked) => assert!(error.is_none() && walked.is_ok()),
    }
    assert!(others.iter().all(|element| error(element).is_none()));
    if let Err(broken) = walked {
        assert!(!broken.to_string().contains('\n'));
    }
}

fn names_others(element: &Element) -> bool {
    let image = element.image().expect("it was probed");
    image.references().next().is_some() || image.backing().is_some() || image.data_file().is_some()
}

fn assert_elements(chain: &Chain, max_images: u32, policy: UnrecordedFormat) {
    let elements = chain.elements();
    let most = usize::try_from(max_images).expect("small");
    let probed = images(chain).filter(|image| image.image().is_some());
    assert!(probed.count() <= most);
    assert!(images(chain).count() <= most + 1 && elements.len() <= 2 * most + 1);
    for (place, element) in elements.iter().enumerate() {
        assert_eq!(element.index(), place);
        let above = chain.parent(element);
        assert_eq!(above.is_none(), place == 0);
        let step = u32::from(element.kind() == ElementKind::Backing);
        assert_eq!(
            element.depth(),
            above.map_or(0, |above| above.depth() + step)
        );
        if error(element).is_some() {
            continue;
        }
        if let (Some(format), Some(image)) = (element.format(), element.image()) {
            assert_eq!(image.format(), format);
        }
        match (element.kind(), element.format_source()) {
            (ElementKind::Top, _) => {}
            (ElementKind::Backing, FormatSource::Recorded) => {}
            (ElementKind::Backing, FormatSource::Probed) => {
                assert_eq!(policy, UnrecordedFormat::Probe);
                assert!(!names_others(element), "{element:?}");
            }
            (ElementKind::Backing, FormatSource::Assumed) => {
                assert_eq!(policy, UnrecordedFormat::Raw);
                assert_eq!(element.format(), Some(Format::Raw));
            }
            (ElementKind::DataFile, FormatSource::Implied) => {
                assert_eq!(element.format(), Some(Format::Raw));
                assert_eq!(above.map(Element::index), place.checked_sub(1));
            }
            other => panic!("{other:?}"),
        }
        let slice = |element: &Element| element.location().and_then(Location::slice);
        let is_data = |element: &Element| element.kind() == ElementKind::DataFile;
        // Two images may have one data file: nothing is below that.
        let is_same = |other: &&Element| {
            !(is_data(other) && is_data(element))
                && other.identity().is_some()
                && other.identity() == element.identity()
                && slice(other) == slice(element)
        };
        assert!(!elements[..place].iter().any(|other| is_same(&other)));
    }
}

fn assert_lookups(chain: &Chain) {
    let find = |lookup: Lookup<'_>| chain.find(&lookup.disk(b"vda")).map(Element::index);
    let last = images(chain).last().map(Element::index);
    assert_eq!(find(Lookup::last()), last);
    for image in images(chain) {
        let place = image.index();
        let name = format!("vda[{}]", image.depth());
        if image.depth() != 0 {
            assert_eq!(find(Lookup::name(name.as_bytes())), Some(place));
        }
        if let Some(path) = image.location().and_then(Location::path) {
            // An image above may have the same path, on another machine or as another part.
            let found = find(Lookup::name(path));
            assert!(found.is_some_and(|found| found <= place) || path.ends_with(b"]"));
        }
        assert_eq!(find(Lookup::name(b"vdb[1]").below(image)), None);
    }
}

/// Asserts that the path to record from each image to each below it is that of the names between.
fn assert_relative_paths(chain: &Chain) {
    let images: Vec<_> = images(chain).collect();
    for (first, top) in images.iter().enumerate() {
        let mut expected = Some(Vec::new());
        for (last, bottom) in images.iter().enumerate() {
            if last >= first {
                let name = bottom.location().and_then(Location::relative_name);
                expected = expected.zip(name).map(|(mut path, name)| {
                    let directory = path.iter().rposition(|byte| *byte == b'/');
                    path.truncate(directory.map_or(0, |slash| slash + 1));
                    path.extend_from_slice(name);
                    path
                });
            }
            let found = chain.relative_backing_path(top, bottom);
            assert_eq!(found, expected.clone().filter(|_| last >= first));
        }
    }
}
