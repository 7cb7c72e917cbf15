// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests share: images made by the real `qemu-img`, and what it says of them.
#![allow(dead_code, unreachable_pub)] // Each test program uses a part.

use diskprobe::{Error, ErrorKind, Format, Image, Options};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The root of the repository.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    match package.ends_with("cli") {
        true => package.parent().expect("the repository"),
        false => package,
    }
}

/// A directory of images that is gone after the test.
pub struct Images {
    directory: TempDir,
}

impl Images {
    pub fn new() -> Self {
        Images {
            directory: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Runs `qemu-img` in the directory; it must succeed.
    pub fn qemu_img(&self, arguments: &[&str]) {
        let output = run_qemu_img(self.directory.path(), arguments);
        assert!(
            output.status.success(),
            "qemu-img {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The bytes of an image that `qemu-img create -q` makes with these arguments, `NAME` among
    /// them standing for the image.
    pub fn create(&self, arguments: &[&str]) -> Vec<u8> {
        let name = "created.img";
        let mut all = vec!["create", "-q"];
        all.extend(arguments.iter().map(|argument| match *argument {
            "NAME" => name,
            other => other,
        }));
        self.qemu_img(&all);
        std::fs::read(self.path(name)).expect("the image that qemu-img made")
    }

    /// What `qemu-img info` says of these bytes; `None` where it refuses them.
    pub fn qemu_info_of(&self, bytes: &[u8]) -> Option<Value> {
        let path = self.path("asked.img");
        std::fs::write(&path, bytes).expect("a file in the temporary directory");
        qemu_info(&path)
    }
}

/// A program of the system: an administrator's are found too.
pub fn program(name: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(name);
    command.env("PATH", format!("{path}:/usr/local/sbin:/usr/sbin:/sbin"));
    command
}

pub fn run_qemu_img(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("qemu-img")
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("qemu-img is installed (package qemu-utils)")
}

/// What `qemu-img info` says of the image at `path`; `None` where it refuses.
pub fn qemu_info(path: &Path) -> Option<Value> {
    qemu_info_with(path, &[])
}

/// The same, with more arguments, such as `-f`.
pub fn qemu_info_with(path: &Path, more: &[&str]) -> Option<Value> {
    let name = path.to_str().expect("a UTF-8 name");
    let mut arguments = vec!["info", "-U", "--output=json"];
    arguments.extend(more);
    arguments.push(name);
    let output = run_qemu_img(Path::new("."), &arguments);
    output
        .status
        .success()
        .then(|| serde_json::from_slice(&output.stdout).expect("JSON from qemu-img"))
}

/// `base` with some bytes replaced.
pub fn patched(base: &[u8], changes: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for (offset, new) in changes {
        bytes[*offset..offset + new.len()].copy_from_slice(new);
    }
    bytes
}

/// Probes bytes that are a whole file.
pub fn probe(bytes: &[u8]) -> Result<Image, Error> {
    probe_with(bytes, &Options::default())
}

pub fn probe_with(bytes: &[u8], options: &Options) -> Result<Image, Error> {
    diskprobe::probe_buffer(bytes, Some(bytes.len() as u64), options)
}

/// Asserts that a probe of `bytes` fails in this way, with a message that has `words` in it.
pub fn assert_refused(bytes: &[u8], kind: ErrorKind, offset: Option<u64>, words: &str) {
    let error = probe(bytes).expect_err(words);
    let message = error.to_string();
    assert_eq!((error.kind(), error.offset()), (kind, offset), "{message}");
    assert!(message.contains(words), "{message:?} lacks {words:?}");
}

/// Bytes to put at an offset of an image.
pub type Changes<'a> = &'a [(usize, &'a [u8])];

/// Asserts that qemu-img opens the image, and that it and we agree on what both say.
pub fn assert_agreed(images: &Images, name: &str, bytes: &[u8]) -> Image {
    let info = images.qemu_info_of(bytes);
    let info = info.unwrap_or_else(|| panic!("{name}: qemu-img refuses"));
    let image = probe(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(info["format"], image.format().as_str(), "{name}");
    assert_eq!(
        info["virtual-size"].as_u64(),
        image.virtual_size(),
        "{name}"
    );
    if let Some(cluster_size) = info["cluster-size"].as_u64() {
        assert_eq!(Some(cluster_size), image.cluster_size(), "{name}");
    }
    assert_eq!(
        info["encrypted"] == true,
        image.encryption().is_some(),
        "{name}"
    );
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let backing = image.backing();
    let location = backing.as_ref().map(|backing| text(backing.location));
    assert_eq!(
        info["backing-filename"].as_str(),
        location.as_deref(),
        "{name}"
    );
    let format = backing.and_then(|backing| backing.format);
    let format = format.map(|format| text(format.name()));
    assert_eq!(
        info["backing-filename-format"].as_str(),
        format.as_deref(),
        "{name}"
    );
    image
}

/// The same of `base` with each of these changes.
pub fn assert_all_agreed(
    images: &Images,
    format: Format,
    base: &[u8],
    cases: &[(&str, Changes<'_>)],
) {
    for (name, changes) in cases {
        let image = assert_agreed(images, name, &patched(base, changes));
        assert_eq!(image.format(), format, "{name}");
    }
}

/// Asserts that both refuse, and that our reason names the field at fault.
pub fn assert_both_refuse(
    images: &Images,
    bytes: &[u8],
    kind: ErrorKind,
    offset: u64,
    words: &str,
) {
    assert_refused(bytes, kind, Some(offset), words);
    assert!(
        images.qemu_info_of(bytes).is_none(),
        "qemu-img opens: {words}"
    );
}

/// Words of our reason, the offset of the field at fault, and what makes it so.
pub type Wrong<'a> = (&'a str, u64, Changes<'a>);

/// The same of `base` with each of these changes.
pub fn assert_all_refused(images: &Images, base: &[u8], kind: ErrorKind, cases: &[Wrong<'_>]) {
    for (words, offset, changes) in cases {
        assert_both_refuse(images, &patched(base, changes), kind, *offset, words);
    }
}

/// Asserts that every cut of the first `length` bytes that keeps the signature is an error.
pub fn assert_cut_is_refused(base: &[u8], signature: usize, length: usize) {
    for cut in signature..length {
        let error = probe(&base[..cut]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Truncated, "{cut} bytes: {error}");
    }
}

/// Makes the checksum of the VHD footer at `footer` right, which may be a byte short.
pub fn vhd_sealed(mut bytes: Vec<u8>, footer: usize) -> Vec<u8> {
    bytes[footer + 64..footer + 68].fill(0);
    let end = bytes.len().min(footer + 512);
    let sum: u32 = bytes[footer..end].iter().map(|byte| u32::from(*byte)).sum();
    bytes[footer + 64..footer + 68].copy_from_slice(&(!sum).to_be_bytes());
    bytes
}

/// The directory of images that other programs made, which is not part of this repository. Where
/// it is not there, says that the test is skipped.
pub fn corpus() -> Option<PathBuf> {
    let path = root().join("../shared/corpus");
    if !path.is_dir() {
        println!("skipped: there is no {}", path.display());
        return None;
    }
    Some(path)
}

/// An image of that directory.
pub fn corpus_image(corpus: &Path, name: &str) -> Vec<u8> {
    let path = corpus.join(format!("{name}.bz2"));
    let output = Command::new("bzip2")
        .args(["-dc", "--"])
        .arg(&path)
        .output();
    let output = output.expect("bzip2 is installed");
    assert!(output.status.success(), "{path:?}");
    output.stdout
}
