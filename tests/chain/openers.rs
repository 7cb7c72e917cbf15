// SPDX-License-Identifier: MIT OR Apache-2.0
//! Openers: local, custom and by descriptor. None leaves a descriptor open.

use diskprobe::chain::{Chain, Identity, LocalFiles, OpenRequest, Opened, Opener};
use diskprobe::location::{Location, LocationKind};
use diskprobe::{Error, ErrorKind};
use diskprobe_test_support::chain::{options, overlay, raw, with_data_file};
use diskprobe_test_support::Images;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// Serves images by path, and opens local files.
struct Server {
    images: HashMap<Vec<u8>, Vec<u8>>,
    asked: Vec<String>,
    local: LocalFiles,
}

impl Opener for Server {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let location = request.location();
        let text = String::from_utf8_lossy(location.path().unwrap_or_default());
        self.asked.push(text.into_owned());
        if location.kind() != Some(LocationKind::Network) {
            return self.local.open(request);
        }
        let image = self.images.get(location.path().unwrap_or_default());
        let missing = || Error::from(io::Error::from_raw_os_error(libc::ENOENT));
        let image = image.ok_or_else(missing)?;
        Ok(Opened::source(Box::new(image.as_slice())))
    }
}

#[test]
fn an_opener_can_follow_images_on_a_server() {
    let images = Images::new();
    raw(&images, "local.raw");
    let local = images.path("local.raw");
    overlay(&images, "top", "sub/mid", "qcow2");
    overlay(&images, "mid", "../base", "qcow2");
    overlay(&images, "base", local.to_str().unwrap(), "raw");
    let bytes = |name: &str| std::fs::read(images.path(name)).unwrap();
    let mut server = Server {
        images: HashMap::from([
            (b"pool/top".to_vec(), bytes("top")),
            (b"pool/sub/mid".to_vec(), bytes("mid")),
            (b"pool/sub/../base".to_vec(), bytes("base")),
        ]),
        asked: Vec::new(),
        local: LocalFiles::unrestricted(),
    };
    let top = || Location::parse(b"https://host/pool/top").unwrap();
    let chain = Chain::open(top(), &mut server, &options()).expect("whole");
    let local = local.to_str().unwrap().to_owned();
    let asked = ["pool/top", "pool/sub/mid", "pool/sub/../base", &local];
    assert_eq!(server.asked, asked);
    let base = &chain.elements()[3];
    assert_eq!(
        base.image().and_then(|image| image.virtual_size()),
        Some(1 << 20)
    );
    let host = chain.elements()[2]
        .location()
        .unwrap()
        .hosts()
        .next()
        .unwrap();
    assert_eq!(host.name, Some(&b"host"[..]));

    server.images.remove(&b"pool/sub/mid"[..]);
    let broken = Chain::open(top(), &mut server, &options()).unwrap_err();
    assert_eq!(broken.error().kind(), ErrorKind::NotFound);
    assert_eq!(broken.error().raw_os_error(), Some(libc::ENOENT));
}

struct Gives(Option<File>);

impl Opener for Gives {
    fn open(&mut self, _: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        Ok(self.0.take().map_or_else(Opened::unopened, Opened::fd))
    }
}

#[test]
fn the_result_of_an_opener_is_checked() {
    let (socket, _other) = UnixStream::pair().unwrap();
    let socket = File::from(std::os::fd::OwnedFd::from(socket));
    let broken = Chain::open(
        Location::from_path("x"),
        &mut Gives(Some(socket)),
        &options(),
    );
    let broken = broken.unwrap_err();
    let error = broken.error();
    assert_eq!(error.kind(), ErrorKind::UnsupportedFile);
    assert_eq!(error.to_string(), "a socket, not a disk image");
}

#[test]
fn a_top_may_be_left_unopened() {
    for options in [options(), diskprobe::chain::ChainOptions::new()] {
        let top = Location::parse(b"nbd://host/x").unwrap();
        let chain = Chain::open(top, &mut Gives(None), &options).expect("described");
        assert_eq!(chain.elements().len(), 1);
        assert!(chain.elements()[0].image().is_none());
    }
}

#[test]
fn the_top_may_be_open_already() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "top.qcow2", "base.raw", "raw");
    let mut file = File::open(images.path("top.qcow2")).unwrap();
    let mut read = [0; 100];
    file.read_exact(&mut read).unwrap();
    // The name determines the directory for relative names. It is not opened.
    let name = images.path("gone.qcow2");
    let chain = Chain::open_fd(file.as_fd(), &name, &options()).expect("whole");
    assert_eq!(chain.elements().len(), 2);
    let of_top = Identity::from(&file.metadata().unwrap());
    assert_eq!(chain.elements()[0].identity(), Some(of_top));
    assert_eq!(file.stream_position().unwrap(), 100);

    overlay(&images, "top.qcow2", "top.qcow2", "qcow2");
    let file = File::open(images.path("top.qcow2")).unwrap();
    let error = Chain::open_fd(file.as_fd(), &name, &options()).unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Loop);
}

/// Opens every file and keeps it open.
struct Keeps(Vec<File>);

impl Opener for Keeps {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let path = request.location().local_path().unwrap();
        self.0.push(File::open(path).unwrap());
        Ok(Opened::borrowed_fd(self.0.last().unwrap().as_fd()))
    }
}

#[test]
fn a_descriptor_may_be_borrowed() {
    let images = Images::new();
    raw(&images, "base.raw");
    let slice = r#"json:{"driver":"raw","offset":512,"file":{"driver":"file","filename":"BASE"}}"#;
    let base = images.path("base.raw");
    let slice = slice.replace("BASE", base.to_str().unwrap());
    overlay(&images, "mid.qcow2", &slice, "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    let name = images.path("top.qcow2");
    let name = Location::from_path(&name);
    let mut opener = Keeps(Vec::new());
    let chain = Chain::open(name, &mut opener, &options()).expect("whole");
    assert_eq!(chain.elements().len(), 3);
    let base = chain.elements()[2].image().unwrap();
    assert_eq!(base.virtual_size(), Some((1 << 20) - 512));
    assert_eq!(opener.0.len(), 3);
    for file in &mut opener.0 {
        assert_eq!(file.stream_position().unwrap(), 0);
    }
}

#[test]
fn a_chain_is_complete_if_the_last_image_was_opened() {
    let images = Images::new();
    overlay(&images, "far.qcow2", "nbd://host/x", "raw");
    overlay(&images, "broken.qcow2", "absent", "raw");
    with_data_file(&images, "alone.qcow2", "data.raw");
    let chain = |name| Chain::open_path(images.path(name), &options());
    assert!(chain("alone.qcow2").unwrap().is_complete());
    assert!(!chain("far.qcow2").unwrap().is_complete());
    let broken = chain("broken.qcow2").unwrap_err();
    assert!(!broken.partial_chain().is_complete());
    // The walk reached the last image, but not its data file.
    std::fs::remove_file(images.path("data.raw")).unwrap();
    let broken = chain("alone.qcow2").unwrap_err();
    assert_eq!(broken.partial_chain().elements().len(), 2);
    assert!(!broken.partial_chain().is_complete());
}

fn open_descriptors_to(images: &Images) -> usize {
    let entries = std::fs::read_dir("/proc/self/fd").expect("/proc");
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets
        .filter(|target| target.starts_with(images.directory()))
        .count()
}

#[test]
fn no_descriptor_stays_open() {
    let images = Images::new();
    raw(&images, "base.raw");
    overlay(&images, "mid.qcow2", "base.raw", "raw");
    overlay(&images, "top.qcow2", "mid.qcow2", "qcow2");
    overlay(&images, "loop.qcow2", "loop.qcow2", "qcow2");
    overlay(&images, "wrong.qcow2", "base.raw", "qcow2");
    overlay(&images, "absent.qcow2", "absent", "raw");
    let file = File::open(images.path("top.qcow2")).unwrap();
    assert_eq!(open_descriptors_to(&images), 1, "must count it");
    for (name, whole) in [
        ("top", true),
        ("loop", false),
        ("wrong", false),
        ("absent", false),
    ] {
        let path = images.path(format!("{name}.qcow2"));
        let beneath = &mut LocalFiles::beneath(images.directory()).unwrap();
        let top = Location::from_path(&path);
        let results = [
            Chain::open_path(&path, &options()),
            Chain::open_fd(File::open(&path).unwrap().as_fd(), &path, &options()),
            Chain::open(top, beneath, &options()),
        ];
        for result in &results {
            assert_eq!(result.is_ok(), whole, "{name}: {result:?}");
        }
        assert_eq!(open_descriptors_to(&images), 2, "the file and the root");
    }
    drop(file);
    assert_eq!(open_descriptors_to(&images), 0);
}
