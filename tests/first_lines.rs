// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines that a user of the library writes first compile and run.

use diskprobe::chain::{
    Chain, ChainOptions, Element, ElementKind, ElementState, Identity, LocalFiles, Lookup,
    OpenRequest, Opened, Opener,
};
use diskprobe::location::{resolve, DiskTarget, Location};
use diskprobe::scan::graph::{GraphBuilder, Remark};
use diskprobe::scan::{scan, Attributes, CancelToken, ScanEntry, ScanOptions, ScanTarget};
use diskprobe::{
    escape, probe_buffer, probe_fd, probe_path, probe_source, DetailValue, Error, ErrorKind,
    Finding, Format, Image, Limits, Options, Policy, Prober, Source, Tool, Uuid, Values,
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
fn sets_and_lists_are_stored() {
    struct Report {
        findings: Values<Finding>,
        formats: Vec<&'static str>,
    }
    let report = Report {
        findings: image().findings(),
        formats: Format::ALL.iter().map(|format| format.as_str()).collect(),
    };
    assert_eq!(report.findings.len(), 1);
    let last = report.findings.clone().next_back();
    assert_eq!(last, Some(Finding::IncompleteScan));
    assert!(report.formats.contains(&Format::Qcow2.as_ref()));
    const NAME: &str = Format::Vmdk.as_str();
    assert_eq!(NAME, "vmdk");
}

#[test]
fn owned_files_and_cursors_are_sources() -> Result<(), Error> {
    let (_directory, path) = disk();
    let options = Options::new();
    assert_eq!(
        probe_source(&mut File::open(&path)?, &options)?.virtual_size(),
        Some(4096)
    );
    let mut cursor = io::Cursor::new(vec![0; 4096]);
    assert_eq!(probe_source(&mut cursor, &options)?, image());
    let sources: Vec<Box<dyn Source>> = vec![Box::new(File::open(&path)?), Box::new(cursor)];
    for mut source in sources {
        assert_eq!(
            probe_source(&mut source, &options)?.physical_size(),
            Some(4096)
        );
    }
    Ok(())
}

#[test]
fn bytes_are_fed_as_they_arrive() -> Result<(), Error> {
    let mut prober = Prober::new(&Options::new());
    for (index, packet) in [0u8; 4096].chunks(512).enumerate() {
        if prober.next_read()?.is_none() {
            break;
        }
        prober.feed(index as u64 * 512, packet)?;
    }
    prober.set_length(4096)?;
    assert!(prober.next_read()?.is_none());
    assert_eq!(prober.finish()?, image());
    Ok(())
}

#[test]
fn a_chain_is_searched() -> Result<(), Box<dyn std::error::Error>> {
    let (_directory, path) = disk();
    let file = File::open(&path)?;
    let chain = Chain::open_fd(&file, &path, &ChainOptions::new())?;
    assert!(chain.is_complete());
    let top = chain.top().ok_or("no top image")?;
    assert_eq!(top.kind(), ElementKind::Top);
    assert!(chain.parent(top).is_none());
    assert_eq!(top.identity(), Some(Identity::from(&file.metadata()?)));
    assert_eq!(top.identity(), Some(Identity::from_path(&path)?));
    let found = chain.find(&Lookup::name(path.as_os_str().as_encoded_bytes()));
    assert_eq!(found.map(Element::index), Some(0));
    assert!(chain.find(&Lookup::last().below(top)).is_none());
    Ok(())
}

#[test]
fn an_error_of_a_chain_is_passed_on() {
    let walk = || -> Result<Chain, Box<dyn std::error::Error>> {
        Ok(Chain::open_path("/nonexistent", &ChainOptions::new())?)
    };
    let error = walk().unwrap_err();
    let reason = error.source().map(ToString::to_string);
    assert_eq!(
        reason.as_deref(),
        Some("cannot open: No such file or directory")
    );
}

#[test]
fn a_scan_becomes_a_graph() {
    let (directory, _path) = disk();
    let mut entries: Vec<ScanEntry> = Vec::new();
    let target = ScanTarget::Directory(directory.path().to_owned());
    scan([target], &ScanOptions::new().recursive(true), |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    });
    let length = entries[0].attributes().and_then(Attributes::length);
    assert_eq!(length, Some(4096));
    let mut builder = GraphBuilder::new();
    builder.extend(&entries);
    let graph = builder.resolve();
    let remarks: Vec<Remark> = graph.nodes()[0].remarks().collect();
    assert_eq!(remarks, [Remark::Unreferenced]);
}

#[test]
fn details_are_shown_in_a_table() -> Result<(), Error> {
    let location = Location::parse(b"https://host/disk.img?token=1")?;
    let rows = location.details().into_iter().map(|detail| {
        let value = escape(detail.text()).to_string();
        (detail.name(), value, detail.is_secret())
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows, [("query", "token=1".to_owned(), false)]);
    let ours = Location::parse(br#"json:{"driver":"ftps","url":"ftps://h/x","sslverify":false}"#)?;
    assert_eq!(ours.details()[0].value(), DetailValue::Flag(false));
    Ok(())
}

#[test]
fn wrong_arguments_are_named_with_their_bounds() {
    let wrong = |error: Option<Error>| error.expect("an error").to_string();
    assert_eq!(
        wrong("QCOW2".parse::<Tool>().err()),
        r#"Tool is "QCOW2", must be one of qemu, libvirt"#
    );
    assert_eq!(
        wrong("1234".parse::<Uuid>().err()),
        r#"UUID is "1234", must be 32 hexadecimal digits as 8-4-4-4-12"#
    );
    assert_eq!(
        wrong(Policy::new().allow_backing_under("srv").err()),
        r#"directory is "srv", must be an absolute path without .."#
    );
    assert_eq!(
        wrong(probe_buffer(&[0; 9], Some(8), &Options::new()).err()),
        "size of data is 9, must be 0 to 8"
    );
    assert_eq!(
        wrong(probe_source(&mut Overlong, &Options::new()).err()),
        "result of a read is 1537, must be 0 to 1536"
    );
}

/// Returns more bytes than the buffer holds.
struct Overlong;

impl Source for Overlong {
    fn read_at(&mut self, buffer: &mut [u8], _offset: u64) -> io::Result<usize> {
        Ok(buffer.len() + 1)
    }
}

#[test]
fn a_disk_target_is_parsed() {
    let target = DiskTarget::parse(b"vda[2]").expect("a target");
    assert_eq!((target.disk, target.index), (&b"vda"[..], Some(2)));
    let resolved = image()
        .references()
        .map(|reference| resolve(&reference, Path::new("/srv/disk")).into_owned())
        .next();
    assert_eq!(resolved, None);
    assert_eq!(Format::from_libvirt_name("ploop"), Some(Format::Parallels));
}
