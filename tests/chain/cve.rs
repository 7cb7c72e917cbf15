// SPDX-License-Identifier: MIT OR Apache-2.0
//! Published attacks with images, and our results.

use crate::policy::{assert_policies, size, NEEDS_OTHERS, TOP};
use diskprobe::chain::{Chain, LocalFiles, OpenRequest, Opened, Opener};
use diskprobe::location::Location;
use diskprobe::{Error, ErrorKind, Finding};
use diskprobe_test_support::build::{Build, Qcow2, MIB};
use diskprobe_test_support::chain::{
    assert_broken, assert_whole, open, options, overlay, raw, with_data_file,
};
use diskprobe_test_support::Images;

/// A guest writes an image header to its raw disk. Another image has this disk as its backing file
/// and does not record its format.
#[test]
fn cve_2010_2238_a_header_written_by_a_guest_is_not_followed() {
    let images = Images::new();
    overlay(&images, "disk.raw", "/etc/hostname", "raw");
    assert_policies(&images, "disk.raw", NEEDS_OTHERS, size(&images, "disk.raw"));
}

/// An uploaded image names an external data file. The chain lists the file, so the caller sees it.
/// A root directory confines it. The walk fails if the image was probed.
#[test]
fn cve_2024_32498_a_data_file_is_listed_and_confined() {
    let images = Images::new();
    std::fs::create_dir(images.path("pool")).unwrap();
    raw(&images, "secret.raw");
    let secret = images.path("secret.raw").display().to_string();
    let top = Qcow2::new(MIB).data_file(&secret).data_file_raw();
    top.write(images.path("top.qcow2"));
    let whole = format!("{TOP} | data-file secret.raw raw implied 1048576");
    assert_whole(&images, "top.qcow2", &options(), &whole);
    let chain = open(&images, "top.qcow2", &options()).unwrap();
    let image = chain.elements()[0].image().unwrap();
    assert!(image.findings().any(|finding| finding == Finding::DataFile));

    if cfg!(target_os = "linux") {
        let inside = images.path("pool/top.qcow2");
        std::fs::copy(images.path("top.qcow2"), &inside).unwrap();
        let mut opener = LocalFiles::beneath(images.path("pool")).unwrap();
        let top = Location::from_path(&inside);
        let broken = Chain::open(top, &mut opener, &options()).unwrap_err();
        assert_eq!(broken.error().kind(), ErrorKind::OutsideRoot);
    }

    std::fs::rename(images.path("top.qcow2"), images.path("mid.qcow2")).unwrap();
    let length = size(&images, "mid.qcow2");
    assert_policies(&images, "mid.qcow2", NEEDS_OTHERS, length);
}

/// Opens local files and records their names.
struct Watched {
    names: Vec<String>,
    local: LocalFiles,
}

impl Opener for Watched {
    fn open(&mut self, request: &OpenRequest<'_>) -> Result<Opened<'_>, Error> {
        let text = String::from_utf8_lossy(request.location().masked()).into_owned();
        self.names.push(text);
        self.local.open(request)
    }
}

/// Driver options name a data file. No driver runs, a remote location is not opened, and a local
/// file is treated like any other.
#[test]
fn cve_2024_4467_a_data_file_named_by_json_runs_no_driver() {
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    let original = std::fs::read(images.path("top.qcow2")).unwrap();
    let not_known = "location: unknown protocol or driver (offset 0)";
    let not_an_image = "a character device, not a disk image";
    let device = r#"json:{"driver":"raw","file":{"driver":"host_device","filename":"/dev/zero"}}"#;
    let file = r#""file":{"driver":"file","filename":"/etc/hostname"}"#;
    for (name, kind, words) in [
        (device.to_owned(), ErrorKind::UnsupportedFile, not_an_image),
        (
            format!(r#"json:{{"driver":"qcow2",{file}}}"#),
            ErrorKind::InvalidLocation,
            not_known,
        ),
        (
            format!(r#"json:{{"driver":"luks",{file}}}"#),
            ErrorKind::InvalidLocation,
            not_known,
        ),
        (
            format!(r#"json:{{"driver":"throttle",{file}}}"#),
            ErrorKind::InvalidLocation,
            not_known,
        ),
        (
            r#"json:{"driver":"null-co","size":9223372036854775807}"#.to_owned(),
            ErrorKind::InvalidLocation,
            not_known,
        ),
    ] {
        let image = renamed(&original, name.as_bytes());
        std::fs::write(images.path("top.qcow2"), image).unwrap();
        let shown = if name == device { "/dev/zero" } else { &name };
        let broken = format!("{TOP} | data-file {shown} raw implied -");
        let words = format!("data file at depth 0: {words}");
        assert_broken(&images, "top.qcow2", &options(), (kind, &words, &broken));
    }

    let server = br#"json:{"driver":"nbd","server":{"type":"unix","path":"/run/nbd.sock"}}"#;
    std::fs::write(images.path("top.qcow2"), renamed(&original, server)).unwrap();
    let mut opener = Watched {
        names: Vec::new(),
        local: LocalFiles::unrestricted(),
    };
    let path = images.path("top.qcow2");
    let top = Location::from_path(&path);
    let chain = Chain::open(top, &mut opener, &options()).expect("described");
    assert!(chain.elements()[1].image().is_none());
    assert_eq!(
        opener.names,
        [path.to_str().unwrap(), std::str::from_utf8(server).unwrap()]
    );
}

/// Returns the image with another data file name. The name must be in the last header extension.
fn renamed(image: &[u8], name: &[u8]) -> Vec<u8> {
    let place = image
        .windows(4)
        .position(|four| four == 0x4441_5441u32.to_be_bytes());
    let place = place.expect("the name of a data file");
    let mut bytes = image.to_vec();
    bytes[place..place + 1024].fill(0);
    bytes[place..place + 4].copy_from_slice(&0x4441_5441u32.to_be_bytes());
    let length = u32::try_from(name.len()).expect("short");
    bytes[place + 4..place + 8].copy_from_slice(&length.to_be_bytes());
    bytes[place + 8..place + 8 + name.len()].copy_from_slice(name);
    bytes
}
