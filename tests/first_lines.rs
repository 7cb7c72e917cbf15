// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines that a user of the library writes first compile and run.

use diskprobe::chain::{
    Chain, ChainOptions, ElementState, LocalFiles, OpenRequest, Opened, Opener,
};
use diskprobe::location::Location;
use diskprobe::scan::{scan, CancelToken, ScanOptions, ScanTarget};
use diskprobe::{
    escape, probe_buffer, probe_fd, probe_path, probe_source, Error, ErrorKind, Finding, Format,
    Image, Limits, Options, Policy, Prober, Source, Uuid,
};
use std::collections::{BTreeMap, HashSet};
use std::error::Error as _;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn disk() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("disk.raw");
    std::fs::write(&path, [0; 4096]).expect("a file");
    (directory, path)
}

fn image() -> Image {
    probe_buffer(&[0; 4096], Some(4096), &Options::new()).expect("a raw image")
}

#[test]
fn in_a_function_that_returns_an_io_result() -> io::Result<()> {
    let (_directory, path) = disk();
    let image = probe_path(&path, &Options::new())?;
    let file = File::open(&path)?;
    assert_eq!(probe_fd(&file, &Options::new())?, image);
    let missing: io::Error = probe_path("/nonexistent", &Options::new())
        .unwrap_err()
        .into();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    Ok(())
}

#[test]
fn formats_are_parsed_compared_and_sorted() {
    assert_eq!("qcow2".parse::<Format>().ok(), Some(Format::Qcow2));
    assert!("QCOW2".parse::<Format>().is_err());
    let counts = BTreeMap::from([(Format::Raw, 1), (Format::Qcow2, 2)]);
    assert_eq!(counts[&Format::Qcow2], 2);
    let seen: HashSet<Format> = Format::ALL.iter().copied().collect();
    assert_eq!(seen.len(), Format::ALL.len());
    assert_eq!(format!("{:>6}", Format::Vdi), "   vdi");
    assert_eq!(
        Options::new().format(Format::Raw),
        Options::new().format(Some(Format::Raw))
    );
}

#[test]
fn many_things_are_sources() -> Result<(), Error> {
    let (_directory, path) = disk();
    let options = Options::new();
    let bytes = [0u8; 4096];
    let expected = image();
    assert_eq!(probe_source(&mut &bytes[..], &options)?, expected);
    let file = File::open(path)?;
    assert_eq!(
        probe_source(&mut &file, &options)?.virtual_size(),
        Some(4096)
    );
    let mut slice = &bytes[..];
    let source: &mut dyn Source = &mut slice;
    assert_eq!(probe_source(source, &options)?, expected);
    let mut boxed: Box<dyn Source> = Box::new(&bytes[..]);
    assert_eq!(probe_source(&mut boxed, &options)?, expected);
    Ok(())
}

#[test]
fn results_are_values() {
    #[derive(Clone, Debug)]
    struct Mine {
        image: Image,
        prober: Prober,
    }
    let mine = Mine {
        image: image(),
        prober: Prober::new(&Options::new()),
    };
    let mut copy = mine.clone();
    assert_eq!(copy.image, mine.image);
    assert!(copy.prober.next_read().is_ok_and(|read| read.is_some()));
    assert!(format!("{mine:?}").contains("Image { format: Raw"));
    assert_eq!(HashSet::from([image(), image()]).len(), 1);
    let uuid: Uuid = "00112233-4455-6677-8899-aabbccddeeff"
        .parse()
        .expect("a UUID");
    assert_eq!(uuid.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
}

/// Refuses everything outside of a directory.
struct Pool {
    directory: PathBuf,
}

impl Opener for Pool {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let Some(path) = request.location().local_path() else {
            return Ok(Opened::unopened());
        };
        if !path.starts_with(&self.directory) {
            return Err(Error::new(
                ErrorKind::PermissionDenied,
                format!("not in {:?}", self.directory),
            ));
        }
        Ok(File::open(path)?.into())
    }
}

#[test]
fn an_opener_refuses_with_its_own_words() {
    let (directory, path) = disk();
    let mut pool = Pool {
        directory: directory.path().to_owned(),
    };
    let options = ChainOptions::new();
    let chain = Chain::open(Location::from_path(&path), &mut pool, &options).expect("a chain");
    for element in &chain {
        assert!(matches!(element.state(), ElementState::Probed(_)));
    }
    let error = Chain::open(Location::from_path("/etc/hostname"), &mut pool, &options).unwrap_err();
    assert_eq!(error.to_string(), "top image");
    assert!(error.error().to_string().starts_with("not in "));
    assert_eq!(error.error().kind(), ErrorKind::PermissionDenied);
    let missing = Chain::open(
        Location::from_path(directory.path().join("x")),
        &mut pool,
        &options,
    );
    assert_eq!(
        missing.unwrap_err().error().to_string(),
        "cannot open: No such file or directory"
    );
    let _ = LocalFiles::unrestricted();
}

/// Fails as a remote store does.
struct Broken;

impl Source for Broken {
    fn read_at(&mut self, _buffer: &mut [u8], _offset: u64) -> io::Result<usize> {
        Err(io::Error::other("certificate of host x expired"))
    }
}

#[test]
fn the_error_of_a_source_is_kept() {
    let error = probe_source(&mut Broken, &Options::new()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read");
    assert_eq!(
        error.source().expect("a source").to_string(),
        "certificate of host x expired"
    );
    let timeout = io::Error::from(io::ErrorKind::TimedOut);
    assert_eq!(
        Error::from(timeout).to_string(),
        "cannot access the file: timed out"
    );
}

#[test]
fn builders_chain_with_question_marks() -> Result<(), Error> {
    let limits = Limits::new().max_reads(4)?.max_bytes(1 << 16)?;
    let chain = ChainOptions::new()
        .image_options(Options::new().limits(limits))
        .max_images(8)?;
    let scan = ScanOptions::new().jobs(2)?.cancel_by(CancelToken::new());
    let policy = Policy::new()
        .allow_backing_under("/srv/base")?
        .deny(Finding::Encrypted);
    assert!(policy.denied().any(|finding| finding == Finding::Encrypted));
    let _ = (chain, scan);
    for error in [
        Limits::new().max_reads(17).unwrap_err(),
        ScanOptions::new().jobs(0).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains(" is "), "{error}");
    }
    Ok(())
}

#[test]
fn a_policy_is_a_gate() -> Result<(), Box<dyn std::error::Error>> {
    let image = probe_buffer(&[0; 4096], Some(4096), &Options::new().thorough(true))?;
    let path: Option<&Path> = None;
    Policy::new().evaluate(&image, path).into_result()?;
    let rejected = Policy::new()
        .max_virtual_size(1)
        .evaluate(&image, path)
        .into_result();
    let text = rejected.unwrap_err().to_string();
    assert_eq!(text, "its virtual size is 4096 bytes, must be at most 1");
    Ok(())
}

#[test]
fn a_scan_collects_images() {
    let (directory, _path) = disk();
    let mut formats = Vec::new();
    let target = ScanTarget::Directory(directory.path().to_owned());
    let summary = scan([target], &ScanOptions::new(), |entry| {
        formats.extend(entry.image().map(Image::format));
        ControlFlow::Continue(())
    });
    assert_eq!((summary.images, summary.cancelled), (1, false));
    assert_eq!(formats, [Format::Raw]);
}

#[test]
fn recorded_names_are_shown_safely() -> Result<(), Error> {
    assert_eq!(escape(b"a\x1b[2Jb").to_string(), r"a\x1b[2Jb");
    let location = Location::parse(b"https://user:secret@host/disk.img")?;
    assert!(location.has_credentials());
    assert_eq!(location.to_string(), "https://***@host/disk.img");
    assert!(!format!("{location:?}").contains("secret"));
    Ok(())
}

#[test]
fn what_is_needed_can_be_fetched() {
    let error = probe_buffer(&[0; 100], Some(4096), &Options::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedMoreData);
    let needed = error.needed().expect("a range");
    assert_eq!((needed.offset, needed.end()), (0, 512));
}

#[test]
fn results_can_be_sent_to_other_threads() {
    fn assert_send_sync<T: Send + Sync>() {}
    assert_send_sync::<Image>();
    assert_send_sync::<Error>();
    assert_send_sync::<Chain>();
    assert_send_sync::<Location>();
    assert_send_sync::<Prober>();
    assert_send_sync::<CancelToken>();
}
