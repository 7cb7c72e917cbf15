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

/// Driver options in the name of a data file: the name is that of a file, and no driver runs.
#[test]
fn cve_2024_4467_a_data_file_named_by_json_runs_no_driver() {
    let images = Images::new();
    with_data_file(&images, "top.qcow2", "d.raw");
    let original = std::fs::read(images.path("top.qcow2")).unwrap();
    let file = r#""file":{"driver":"file","filename":"/etc/hostname"}"#;
    let words = "data file at depth 0: data file: its name has a colon before the first slash, \
                 which versions of QEMU read differently; ./NAME is always a file (offset 0)";
    for name in [
        r#"json:{"driver":"raw","file":{"driver":"host_device","filename":"/dev/zero"}}"#,
        &format!("json:{{{file}}}"),
        &format!(r#"json:{{"driver":"qcow2",{file}}}"#),
        &format!(r#"json:{{"driver":"luks",{file}}}"#),
        &format!(r#"json:{{"driver":"throttle",{file}}}"#),
        r#"json:{"driver":"null-co","size":9223372036854775807}"#,
        r#"json:{"driver":"nbd","server":{"type":"unix","path":"/run/nbd.sock"}}"#,
        "json:",
        "file:/etc/hostname",
        "file:d.raw",
        "nbd://host/x",
        "nbd:host:1",
        "rbd:pool/image",
        "https://host/x",
        "fat:/etc",
        "disk 10:00.raw",
        ":",
    ] {
        let image = renamed(&original, name.as_bytes());
        std::fs::write(images.path("top.qcow2"), image).unwrap();
        // A file of that very name does not help: a reader may follow the other meaning.
        if !name.contains('/') {
            raw(&images, name);
        }
        let broken = format!("{TOP} | data-file  ? unknown -");
        let expected = (ErrorKind::InvalidLocation, words, &*broken);
        assert_broken(&images, "top.qcow2", &options(), expected);
        let mut opener = Watched {
            names: Vec::new(),
            local: LocalFiles::unrestricted(),
        };
        let path = images.path("top.qcow2");
        Chain::open(Location::from_path(&path), &mut opener, &options()).expect_err(name);
        assert_eq!(opener.names, [path.to_str().unwrap()]);
    }
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
