// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whatever images name each other, a walk ends within its limits, gives the same answer twice, has
//! no file twice, and lets an image of which nobody recorded the format name nothing.
#![no_main]

#[path = "chain/made.rs"]
mod made;

use diskprobe::chain::{Chain, ChainError, ChainOptions, Element, ElementKind, FormatSource};
use diskprobe::chain::{Identity, Lookup, Opened, Opener, UnrecordedFormat};
use diskprobe::limits::{Limits, MAX_BYTES, MAX_READS};
use diskprobe::location::Location;
use diskprobe::{Error, Format, Image, Options, Source};
use libfuzzer_sys::fuzz_target;
use made::{Input, DIRECTORY};
use std::io;

/// A file system and a server with the same files.
struct Store<'a> {
    files: &'a [Vec<u8>],
    serves: bool,
    has_identities: bool,
    knows_lengths: bool,
    opened: usize,
}

/// Counts what is read of one file.
struct File<'a> {
    bytes: &'a [u8],
    reads: u32,
    read: u64,
}

impl Source for File<'_> {
    fn read_at(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.bytes.get(offset..));
        let rest = rest.unwrap_or_default();
        let size = rest.len().min(room.len());
        room[..size].copy_from_slice(&rest[..size]);
        self.reads += 1;
        self.read += u64::try_from(size).expect("a length");
        // The last read may be short, and then is followed by one of nothing.
        assert!(self.reads <= 2 * MAX_READS && self.read <= MAX_BYTES);
        Ok(size)
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
    Some(Identity { device: 1, inode })
}

impl Opener for Store<'_> {
    fn open(&mut self, location: &Location) -> Result<Opened<'_>, Error> {
        self.opened += 1;
        let path = match self.serves {
            true => location.path(),
            false => location.local_path(),
        };
        let Some(path) = path else {
            return Ok(Opened::Unopened);
        };
        let bytes = number(path).and_then(|number| self.files.get(number));
        let absent = || Error::cannot_open(&io::Error::from_raw_os_error(2));
        let bytes = bytes.ok_or_else(absent)?;
        let length = u64::try_from(bytes.len()).expect("a length");
        Ok(Opened::Source {
            source: Box::new(File {
                bytes,
                reads: 0,
                read: 0,
            }),
            length: self.knows_lengths.then_some(length),
            identity: identify(path).filter(|_| self.has_identities),
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
        .image(&image)
        .unrecorded_format(policy)
        .max_images(max_images)
        .expect("below the limit");
    let files = made::files(&mut input);

    let walk = || {
        let mut store = Store {
            files: &files,
            serves: has(5),
            has_identities: !has(6),
            knows_lengths: !has(7),
            opened: 0,
        };
        let top = Location::of_path(format!("{DIRECTORY}0").as_bytes());
        let walked = Chain::open(top, &mut store, &options);
        (walked, store.opened)
    };
    let (walked, opened) = walk();
    let (again, opened_again) = walk();
    judge_end(&walked);
    let (chain, same) = (reached(&walked), reached(&again));
    assert_eq!(opened, opened_again);
    assert!(chain
        .elements()
        .iter()
        .map(facts)
        .eq(same.elements().iter().map(facts)));
    // Every fact of every image, which takes longer than all the rest.
    if limits_and_more >= 0xe0 {
        assert_eq!(format!("{walked:?}"), format!("{again:?}"));
    }
    assert!(opened <= chain.elements().len());
    judge_elements(chain, max_images, policy);
    judge_lookups(chain);
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

/// What is to be the same twice.
fn facts(element: &Element) -> impl PartialEq + '_ {
    let size = element.image().and_then(Image::virtual_size);
    let how = (element.format(), element.format_source(), element.error());
    (element.recorded(), element.identity(), size, how)
}

/// The last element is at fault, or none is.
fn judge_end(walked: &Result<Chain, ChainError>) {
    let elements = reached(walked).elements();
    let (last, others) = elements.split_last().expect("the top");
    assert_eq!(last.error(), walked.as_ref().err().map(ChainError::error));
    assert!(others.iter().all(|element| element.error().is_none()));
    if let Err(broken) = walked {
        assert!(!broken.to_string().contains('\n'));
    }
}

fn names_others(element: &Element) -> bool {
    let image = element.image().expect("it was probed");
    image.references().next().is_some() || image.backing().is_some() || image.data_file().is_some()
}

fn judge_elements(chain: &Chain, max_images: u32, policy: UnrecordedFormat) {
    let elements = chain.elements();
    let most = usize::try_from(max_images).expect("small");
    let images = chain.images().filter(|(_, image)| image.image().is_some());
    assert!(images.count() <= most);
    assert!(chain.images().count() <= most + 1 && elements.len() <= 2 * most + 1);
    for (place, element) in elements.iter().enumerate() {
        assert_eq!(element.parent().is_none(), place == 0);
        let above = element.parent().map(|parent| &elements[parent]);
        let step = u32::from(element.kind() == ElementKind::Backing);
        assert_eq!(
            element.depth(),
            above.map_or(0, |above| above.depth() + step)
        );
        if element.error().is_some() {
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
                assert_eq!(element.parent(), place.checked_sub(1));
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

fn judge_lookups(chain: &Chain) {
    let find = |name: Option<&[u8]>, below| {
        let disk = Some(&b"vda"[..]);
        chain.find(&Lookup { name, disk, below }, &mut identify)
    };
    assert_eq!(find(None, None), chain.images().last().map(|(at, _)| at));
    for (place, image) in chain.images() {
        let name = format!("vda[{}]", image.depth());
        if image.depth() != 0 {
            assert_eq!(find(Some(name.as_bytes()), None), Some(place));
        }
        if let Some(path) = image.location().and_then(Location::path) {
            // An image above may have the same path, on another machine or as another part.
            let found = find(Some(path), None);
            assert!(found.is_some_and(|found| found <= place) || path.ends_with(b"]"));
        }
        assert_eq!(find(Some(b"vdb[1]"), Some(place)), None);
        let recorded = image.location().and_then(Location::relative_name);
        assert_eq!(
            chain.relative_backing_path(place, place).as_deref(),
            recorded
        );
    }
}
