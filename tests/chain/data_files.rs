// SPDX-License-Identifier: MIT OR Apache-2.0
//! Names of data files: where a relative one starts.

use diskprobe::chain::{
    Chain, ChainError, ChainOptions, DataFileDirectory, LocalFiles, OpenRequest, Opened, Opener,
};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{raw, with_data_file};
use diskprobe_test_support::Images;
use std::path::{Path, PathBuf};
use DataFileDirectory::{Image, Same, Working};

/// Opens relative names in a directory that takes the place of the working directory, which all
/// tests share.
struct From<'a> {
    working: &'a Path,
    asked: Vec<PathBuf>,
}

impl Opener for From<'_> {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let path = request.location().local_path().expect("a local file");
        self.asked.push(path.to_owned());
        let path = self.working.join(path);
        Ok(std::fs::File::open(path)?.into())
    }
}

/// Walks the chain of the image at `top` with another working directory.
fn walk(
    working: &Path,
    top: impl AsRef<Path>,
    directory: DataFileDirectory,
) -> (Result<Chain, ChainError>, Vec<PathBuf>) {
    let mut opener = From {
        working,
        asked: Vec::new(),
    };
    let options = ChainOptions::new().data_file_directory(directory);
    let chain = Chain::open(Location::from_path(top), &mut opener, &options);
    (chain, opener.asked)
}

#[track_caller]
fn assert_refused(chain: Result<Chain, ChainError>) {
    let broken = chain.expect_err("not the same file");
    assert_eq!(broken.error().kind(), ErrorKind::InvalidLocation);
    assert_eq!(
        broken.error().to_string(),
        "data file: its name is relative, and the working directory, where QEMU starts, has \
         another file of that name or none (offset 0)"
    );
    assert_eq!(broken.to_string(), "data file at depth 0");
    assert!(broken.partial_chain().elements()[1].image().is_none());
}

#[track_caller]
fn assert_data_file(chain: Result<Chain, ChainError>, path: impl AsRef<Path>) {
    let chain = chain.expect("whole");
    let data_file = &chain.elements()[1];
    let location = data_file.location().expect("a location");
    assert_eq!(location.local_path(), Some(path.as_ref()));
    assert!(chain.is_complete());
}

#[test]
fn a_relative_name_must_lead_to_one_file_from_both_directories() {
    let images = Images::new();
    std::fs::create_dir(images.path("img")).expect("a directory");
    with_data_file(&images, "img/top.qcow2", "d.raw");
    let (image, here) = (images.path("img/top.qcow2"), images.directory());
    let data_file = images.path("img/d.raw");
    // From another directory, it is missing, another file, the same file by a link.
    assert_refused(walk(here, &image, Same).0);
    raw(&images, "d.raw");
    assert_refused(walk(here, &image, Same).0);
    assert_refused(walk(here, "img/top.qcow2", Same).0);
    std::fs::remove_file(images.path("d.raw")).expect("a file");
    std::fs::hard_link(&data_file, images.path("d.raw")).expect("a link");
    assert_data_file(walk(here, &image, Same).0, &data_file);
    std::fs::remove_file(images.path("d.raw")).expect("a file");
    std::os::unix::fs::symlink("img/d.raw", images.path("d.raw")).expect("a link");
    assert_data_file(walk(here, &image, Same).0, &data_file);
    assert_data_file(walk(here, "img/top.qcow2", Same).0, "img/d.raw");
    // The working directory is that of the image.
    let inside = images.path("img");
    assert_data_file(walk(&inside, &image, Same).0, &data_file);
    let (chain, asked) = walk(&inside, "top.qcow2", Same);
    assert_data_file(chain, "./d.raw");
    assert_eq!(asked, [Path::new("top.qcow2"), Path::new("./d.raw")]);
}

#[test]
fn the_caller_can_say_where_relative_names_start() {
    let images = Images::new();
    std::fs::create_dir(images.path("img")).expect("a directory");
    with_data_file(&images, "img/top.qcow2", "d.raw");
    raw(&images, "d.raw");
    let (image, here) = (images.path("img/top.qcow2"), images.directory());
    let (chain, asked) = walk(here, &image, Image);
    assert_data_file(chain, images.path("img/d.raw"));
    assert_eq!(asked, [image.clone(), images.path("img/d.raw")]);
    let (chain, asked) = walk(here, &image, Working);
    assert_data_file(chain, "d.raw");
    assert_eq!(asked, [image.clone(), "d.raw".into()]);
    // A name in the image that is missing in the directory that counts.
    std::fs::remove_file(images.path("d.raw")).expect("a file");
    let broken = walk(here, &image, Working).0.expect_err("missing");
    assert_eq!(broken.error().kind(), ErrorKind::NotFound);
    assert_data_file(walk(here, &image, Image).0, images.path("img/d.raw"));
}

#[test]
fn an_absolute_name_is_the_same_file_for_every_rule() {
    let images = Images::new();
    raw(&images, "d.raw");
    let data_file = images.path("d.raw");
    with_data_file(&images, "top.qcow2", data_file.to_str().expect("UTF-8"));
    for directory in DataFileDirectory::ALL {
        let (chain, asked) = walk(Path::new("/"), images.path("top.qcow2"), *directory);
        assert_data_file(chain, &data_file);
        assert_eq!(asked.len(), 2);
    }
}

#[test]
fn a_colon_after_a_slash_is_a_part_of_the_name() {
    let images = Images::new();
    for name in ["./a:b.raw", "./nbd:host:1", "./json:{}"] {
        let data_file = name.strip_prefix("./").expect("a prefix");
        Qcow2::new(MIB)
            .data_file(name)
            .write(images.path("top.qcow2"));
        let _ = std::fs::rename(images.path(name), images.path(data_file));
        let (chain, _) = walk(images.directory(), "top.qcow2", Same);
        assert_data_file(chain, format!("./{name}"));
    }
}

#[test]
fn the_name_of_a_data_file_is_never_on_a_server() {
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    let bytes = std::fs::read(images.path("top.qcow2")).expect("an image");
    struct Server(Vec<u8>, Vec<String>);
    impl Opener for Server {
        fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
            self.1.push(request.location().to_string());
            Ok(Opened::source(Box::new(self.0.as_slice())))
        }
    }
    let top = || Location::parse(b"https://host/pool/top.qcow2").expect("a location");
    for directory in [Same, Image] {
        let mut server = Server(bytes.clone(), Vec::new());
        let options = ChainOptions::new().data_file_directory(directory);
        let broken = Chain::open(top(), &mut server, &options).expect_err("relative");
        assert_eq!(
            broken.error().to_string(),
            "data file: its name is relative, but the image is not a local file (offset 0)"
        );
        assert_eq!(server.1.len(), 1);
    }
    let mut server = Server(bytes, Vec::new());
    let options = ChainOptions::new().data_file_directory(Working);
    let chain = Chain::open(top(), &mut server, &options).expect("whole");
    let location = chain.elements()[1].location().expect("a location");
    assert_eq!(location.local_path(), Some(Path::new("d.raw")));
}

/// An opener that opens no data file does not say which file it is.
#[test]
fn a_data_file_that_is_not_opened_cannot_be_compared() {
    struct TopOnly(LocalFiles);
    impl Opener for TopOnly {
        fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
            match request.role() {
                diskprobe::chain::ElementKind::Top => self.0.open(request),
                _ => Ok(Opened::unopened()),
            }
        }
    }
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    let walk = |directory| {
        let top = Location::from_path(images.path("top.qcow2"));
        let options = ChainOptions::new().data_file_directory(directory);
        Chain::open(top, &mut TopOnly(LocalFiles::unrestricted()), &options)
    };
    assert_refused(walk(Same));
    assert!(walk(Image).is_ok() && walk(Working).is_ok());
}
