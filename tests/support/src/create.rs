// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands of `qemu-img create` in lists of images, carried out by the builders.

use crate::build::{Build, Encryption, Luks, Parallels, Qcow, Qcow2, Qed, SparseFile, Subformat};
use crate::build::{Vdi, Vhdx, Vmdk, Vpc};
use crate::Images;

/// What a command says; the words of `qemu-img create` in any order.
#[derive(Debug, Default)]
struct Command<'a> {
    format: &'a str,
    options: Vec<(&'a str, &'a str)>,
    backing: Option<&'a str>,
    backing_format: &'a str,
    size: Option<u64>,
}

impl<'a> Command<'a> {
    /// Parses the words after `create`. `@` is the name of the image.
    fn parse(words: &'a str) -> Self {
        let mut command = Command::default();
        let mut words = words.split(' ');
        while let Some(word) = words.next() {
            let mut next = || words.next().expect("an argument");
            match word {
                "-f" => command.format = next(),
                "-b" => command.backing = Some(next()),
                "-F" => command.backing_format = next(),
                "-o" => command.options.extend(next().split(',').map(option)),
                "-u" | "@" => {}
                size => command.size = Some(number(size)),
            }
        }
        command
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        let found = self.options.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| *value)
    }

    fn is_on(&self, name: &str) -> bool {
        self.option(name) == Some("on")
    }

    /// Returns the virtual size: that of the backing file, unless one is given.
    fn size(&self, images: &Images) -> u64 {
        let backing = || {
            let bytes = images.read(self.backing.expect("a size or a backing file"));
            virtual_size(self.backing_format, &bytes)
        };
        self.size.unwrap_or_else(backing)
    }
}

fn option(text: &str) -> (&str, &str) {
    text.split_once('=')
        .unwrap_or_else(|| panic!("{text:?} is not KEY=VALUE"))
}

/// A number with an optional unit, as in `64M`.
fn number(text: &str) -> u64 {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        "P" => 50,
        "E" => 60,
        unit => panic!("{unit:?} is not a unit"),
    };
    let number: u64 = digits
        .parse()
        .unwrap_or_else(|error| panic!("{text:?}: {error}"));
    number << shift
}

/// The size that the header of a backing file records.
fn virtual_size(format: &str, bytes: &[u8]) -> u64 {
    let field = |offset: usize| bytes[offset..offset + 8].try_into().expect("8 bytes");
    match format {
        "raw" => bytes.len() as u64,
        "qcow2" => u64::from_be_bytes(field(24)),
        "vmdk" => u64::from_le_bytes(field(12)) * 512,
        other => panic!("the size of a backing file of format {other:?}"),
    }
}

/// Returns whether a builder can create the image of the command.
pub(crate) fn is_supported(words: &str) -> bool {
    let command = Command::parse(words);
    let preallocation = command.option("preallocation");
    command.format == "raw" || !matches!(preallocation, Some("falloc" | "full"))
}

/// Makes the image `name` in the directory.
pub(crate) fn create(images: &Images, name: &str, words: &str) {
    let command = Command::parse(words);
    let size = command.size(images);
    let path = images.path(name);
    match command.format {
        "raw" => SparseFile::zeros(size.next_multiple_of(512)).write(&path),
        "qcow" => qcow(&command, size).write(path),
        "qcow2" => qcow2(&command, size).write(path),
        "qed" => qed(&command, size).write(path),
        "vmdk" => vmdk(&command, size, name).write(path),
        "vdi" => {
            let vdi = Vdi::new(size);
            if command.is_on("static") {
                vdi.fixed()
            } else {
                vdi
            }
            .write(path);
        }
        "vpc" => vpc(&command, size).write(path),
        "vhdx" => vhdx(&command, size).write(path),
        "parallels" => {
            let parallels = Parallels::new(size);
            match command.option("cluster_size") {
                Some(bytes) => parallels.cluster_size(number(bytes)),
                None => parallels,
            }
            .write(path);
        }
        "luks" => luks(&command, size).write(path),
        other => panic!("no builder makes {other:?}"),
    }
}

fn qcow(command: &Command<'_>, size: u64) -> Qcow {
    let qcow = match command.backing {
        Some(name) => Qcow::new(size).backing(name),
        None => Qcow::new(size),
    };
    match command.option("encrypt.format") {
        Some(_) => qcow.encrypted(),
        None => qcow,
    }
}

fn qcow2(command: &Command<'_>, size: u64) -> Qcow2 {
    let mut qcow2 = Qcow2::new(size);
    if let Some(name) = command.backing {
        qcow2 = qcow2.backing(name, command.backing_format);
    }
    for (key, value) in &command.options {
        qcow2 = match (*key, *value) {
            ("compat", "0.10") => qcow2.version_2(),
            ("cluster_size", bytes) => qcow2.cluster_size(number(bytes)),
            ("refcount_bits", bits) => qcow2.refcount_bits(bits.parse().expect("a number")),
            ("lazy_refcounts", "on") => qcow2.lazy_refcounts(),
            ("extended_l2", "on") => qcow2.extended_l2(),
            ("compression_type", "zstd") => qcow2.zstd(),
            ("preallocation", "metadata") => qcow2.preallocated(),
            ("data_file", name) => qcow2.data_file(name),
            ("data_file_raw", "on") => qcow2.data_file_raw(),
            ("encrypt.format", "aes") => qcow2.encrypted(Encryption::Aes),
            ("encrypt.format", "luks") => qcow2.encrypted(Encryption::Luks),
            ("encrypt.key-secret" | "encrypt.iter-time", _) => qcow2,
            other => panic!("no option {other:?} of qcow2"),
        };
    }
    qcow2
}

fn qed(command: &Command<'_>, size: u64) -> Qed {
    let mut qed = Qed::new(size);
    if let Some(name) = command.backing {
        qed = qed.backing(name, command.backing_format);
    }
    let number = |text| u32::try_from(number(text)).expect("32 bits");
    for (key, value) in &command.options {
        qed = match *key {
            "cluster_size" => qed.cluster_size(number(value)),
            "table_size" => qed.table_size(number(value)),
            other => panic!("no option {other:?} of qed"),
        };
    }
    qed
}

fn vmdk(command: &Command<'_>, size: u64, name: &str) -> Vmdk {
    let mut vmdk = Vmdk::new(size).named(name);
    if let Some(name) = command.backing {
        vmdk = vmdk.parent(name);
    }
    for (key, value) in &command.options {
        vmdk = match (*key, *value) {
            ("subformat", name) => {
                let mut all = Subformat::ALL.into_iter();
                let found = all.find(|subformat| subformat.name() == name);
                vmdk.subformat(found.expect("a subformat"))
            }
            ("zeroed_grain", "on") => vmdk.zeroed_grains(),
            ("compat6", "on") => vmdk.hardware_version("6"),
            ("adapter_type", name) => vmdk.adapter_type(name),
            ("hwversion", version) => vmdk.hardware_version(version),
            ("toolsversion", version) => vmdk.tools_version(version),
            other => panic!("no option {other:?} of vmdk"),
        };
    }
    vmdk
}

fn vpc(command: &Command<'_>, size: u64) -> Vpc {
    let mut vpc = Vpc::new(size);
    for option in &command.options {
        vpc = match option {
            ("subformat", "fixed") => vpc.fixed(),
            ("force_size", "on") => vpc.force_size(),
            other => panic!("no option {other:?} of vpc"),
        };
    }
    vpc
}

fn vhdx(command: &Command<'_>, size: u64) -> Vhdx {
    let mut vhdx = Vhdx::new(size);
    for (key, value) in &command.options {
        vhdx = match (*key, *value) {
            ("block_size", bytes) => vhdx.block_size(number(bytes)),
            ("log_size", bytes) => vhdx.log_size(number(bytes)),
            ("subformat", "fixed") => vhdx.fixed(),
            ("block_state_zero", "off") => vhdx.not_zero(),
            other => panic!("no option {other:?} of vhdx"),
        };
    }
    vhdx
}

fn luks(command: &Command<'_>, size: u64) -> Luks {
    let luks = Luks::new(size);
    let option = |name| command.option(name).unwrap_or_default();
    let hash = |name| match name {
        "sha1" => "sha1",
        "sha512" => "sha512",
        other => panic!("no hash {other:?}"),
    };
    match (option("cipher-alg"), option("ivgen-alg")) {
        ("", "") => luks,
        ("aes-128", "essiv") => {
            luks.cipher("aes", "cbc-essiv:sha256", 16, hash(option("hash-alg")))
        }
        ("serpent-256", "plain") => {
            luks.cipher("serpent", "cbc-plain", 32, hash(option("hash-alg")))
        }
        other => panic!("no cipher {other:?}"),
    }
}
