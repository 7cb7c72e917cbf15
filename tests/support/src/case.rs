// SPDX-License-Identifier: MIT OR Apache-2.0
//! An image with its expected results, from libdiskprobe and from `qemu-img`.

use crate::probe::probe_with;
use crate::qemu_versions::Class;
use crate::{patched, Changes};
use diskprobe::{ErrorKind, Feature, Format, Image, Options};

/// An image with its expected results.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is special about it.
    pub name: String,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The format to ask both sides for.
    pub asked: Option<Format>,
    /// The name of the file, which only QEMU uses.
    pub file_name: &'static str,
    /// Our answer.
    pub ours: Ours,
    /// The answer of `qemu-img`.
    pub qemu: Qemu,
    /// The class of versions of `qemu-img` that give another answer.
    pub needs: Option<&'static Class>,
}

/// What we answer.
#[derive(Clone, Debug)]
pub enum Ours {
    /// Facts as [`line`] writes them.
    Facts(String),
    /// An error of that kind at that offset, with these words.
    Error(ErrorKind, u64, String),
    /// An error with these words.
    Words(&'static str),
}

/// What `qemu-img info` answers.
#[derive(Clone, Copy, Debug)]
pub enum Qemu {
    /// The facts that we give, of those that both give.
    Agrees,
    /// These facts, of format, size, backing file, data file, encryption and whether it is dirty.
    Facts(&'static str),
    /// Any facts.
    Opens,
    /// An error with these words.
    Refuses(&'static str),
    /// It is not asked, for this reason.
    Unasked(&'static str),
}

impl Case {
    fn new(name: impl Into<String>, bytes: Vec<u8>, ours: Ours, qemu: Qemu) -> Self {
        Case {
            name: name.into(),
            bytes,
            asked: None,
            file_name: "asked.img",
            ours,
            qemu,
            needs: None,
        }
    }

    /// Both sides give these facts.
    pub fn accepted(name: impl Into<String>, bytes: Vec<u8>, facts: impl Into<String>) -> Self {
        Case::new(name, bytes, Ours::Facts(facts.into()), Qemu::Agrees)
    }

    /// Both programs reject the image. Our message contains `words`.
    pub fn rejected(
        words: impl Into<String>,
        kind: ErrorKind,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Self {
        let words = words.into();
        let ours = Ours::Error(kind, offset, words.clone());
        Case::new(words, bytes, ours, Qemu::Refuses(""))
    }

    /// Both sides refuse the image, each with its own words.
    pub fn refused(
        name: impl Into<String>,
        bytes: Vec<u8>,
        qemu: &'static str,
        ours: &'static str,
    ) -> Self {
        Case::new(name, bytes, Ours::Words(ours), Qemu::Refuses(qemu))
    }

    /// Expects another answer of `qemu-img`.
    pub fn qemu(mut self, qemu: Qemu) -> Self {
        self.qemu = qemu;
        self
    }

    /// Asks both sides for that format.
    pub fn asked(mut self, format: Format) -> Self {
        self.asked = Some(format);
        self
    }

    /// Lets QEMU hear that the file has that name.
    pub fn named(mut self, name: &'static str) -> Self {
        self.file_name = name;
        self
    }

    /// Expects the answer only of a `qemu-img` of that class.
    pub fn needs(mut self, class: &'static Class) -> Self {
        self.needs = Some(class);
        self
    }

    /// Asserts that our answer is the one expected; returns the image, if there is one.
    #[track_caller]
    pub fn assert_ours(&self) -> Option<Image> {
        let name = &self.name;
        let answer = probe_with(&self.bytes, &Options::new().format(self.asked));
        match (&self.ours, answer) {
            (Ours::Facts(expected), Ok(image)) => {
                assert_eq!(line(&image), *expected, "{name}");
                Some(image)
            }
            (Ours::Error(kind, offset, words), Err(error)) => {
                let message = error.to_string();
                let found = (error.kind(), error.offset());
                assert_eq!(found, (*kind, Some(*offset)), "{name}: {message}");
                assert!(message.contains(words), "{message:?} lacks {words:?}");
                None
            }
            (Ours::Words(words), Err(error)) => {
                let message = error.to_string();
                assert!(
                    message.contains(words),
                    "{name}: {message:?} lacks {words:?}"
                );
                None
            }
            (expected, answer) => panic!("{name}: {answer:?}, not {expected:?}"),
        }
    }
}

/// An accepted image: name, changes of the base, and facts.
pub type Accepted<'a> = (&'a str, Changes<'a>, &'a str);

/// Returns cases that both sides accept, each a changed `base`.
pub fn accepted(base: &[u8], table: &[Accepted<'_>]) -> Vec<Case> {
    let case = |(name, changes, facts): &Accepted<'_>| {
        Case::accepted(*name, patched(base, changes), *facts)
    };
    table.iter().map(case).collect()
}

/// A rejected image: words of our message, offset of the field, and changes of the base.
pub type Rejected<'a> = (&'a str, u64, Changes<'a>);

/// Returns cases that both sides reject, each a changed `base`.
pub fn rejected(base: &[u8], kind: ErrorKind, table: &[Rejected<'_>]) -> Vec<Case> {
    let case = |(words, offset, changes): &Rejected<'_>| {
        Case::rejected(*words, kind, *offset, patched(base, changes))
    };
    table.iter().map(case).collect()
}

/// Asserts our answer of each case.
#[track_caller]
pub fn assert_ours(cases: &[Case]) {
    assert!(!cases.is_empty());
    cases.iter().for_each(|case| drop(case.assert_ours()));
}

/// Writes the facts of an image on one line.
pub fn line(image: &Image) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut words = vec![image.format().to_string()];
    words.extend(image.virtual_size().map(|size| size.to_string()));
    let mut fact = |key: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("{key} {value}")));
    };
    fact("cluster", image.cluster_size().map(|size| size.to_string()));
    if let Some(backing) = image.backing() {
        fact("backing", Some(text(backing.location)));
        fact("as", backing.format.map(|format| text(format.name())));
    }
    let data_file = image.data_file().and_then(|file| file.location);
    fact("data", data_file.map(text));
    if image.format() == Format::Vmdk {
        let hexadecimal =
            |cid: Option<u32>| cid.map_or("none".to_owned(), |cid| format!("{cid:x}"));
        let id = image.content_id();
        fact("cid", Some(hexadecimal(id.map(|id| id.own))));
        let parent = id.and_then(|id| id.parent);
        fact("parent-cid", parent.map(|parent| hexadecimal(Some(parent))));
        fact("type", image.subformat().map(str::to_owned));
        for extent in image.extents() {
            let (kind, name) = (text(extent.kind), text(extent.location));
            fact("extent", Some(format!("{kind} {name} {}", extent.size)));
        }
    }
    for (word, holds) in [
        ("encrypted", image.encryption().is_some()),
        ("dirty", image.is_dirty() == Some(true)),
        ("corrupt", image.has_feature(Feature::Corrupt)),
    ] {
        words.extend(holds.then(|| word.to_owned()));
    }
    words.join(" ")
}
