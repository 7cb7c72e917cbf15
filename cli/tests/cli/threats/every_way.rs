// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes one image through every interface, and evaluates it with `diskprobe check`.

use crate::TOOL;
use diskprobe::{probe_buffer, probe_fd, probe_path, probe_source, Error, Image};
use diskprobe::{ErrorKind, Format, Options, Policy, Prober, Source};
use diskprobe_test_support::answer::answer;
use diskprobe_test_support::tool::Run;
use diskprobe_test_support::Images;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

/// The limit on reads and bytes for a hostile image, well below the library's own limits.
const MOST: (u64, u64) = (6, 128 << 10);
/// A longer image is not probed from memory.
const MOST_IN_MEMORY: u64 = 128 << 20;

/// A file: its first bytes, followed by zeros up to its length.
pub(crate) struct Hostile {
    bytes: Vec<u8>,
    length: u64,
    options: Options,
    arguments: Vec<&'static str>,
    most: (u64, u64),
}

/// A source that counts its reads.
struct Counted<'a> {
    of: &'a Hostile,
    length: u64,
    reads: u64,
    read: u64,
}

impl Source for Counted<'_> {
    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.length))
    }

    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.reads += 1;
        let length = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let got = buffer.len().min(length);
        self.read += got as u64;
        buffer[..got].copy_from_slice(&self.of.part(offset, got));
        Ok(got)
    }
}

impl Hostile {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Hostile {
            bytes,
            length,
            options: Options::new().thorough(true),
            arguments: Vec::new(),
            most: MOST,
        }
    }

    /// Puts the image at the start of a file of this length.
    pub(crate) fn in_file_of(mut self, length: u64) -> Self {
        assert!(length >= self.length);
        self.length = length;
        self
    }

    /// Sets the format.
    pub(crate) fn given(mut self, format: Format) -> Self {
        self.options = self.options.format(Some(format));
        self.arguments.extend(["-f", format.as_str()]);
        self
    }

    /// Requests the other formats that match.
    pub(crate) fn also_matches(mut self) -> Self {
        self.options = self.options.also_matches(true);
        self.arguments.push("--also-matches");
        self
    }

    /// Sets the limit on reads and bytes.
    pub(crate) fn costs(mut self, reads: u64, bytes: u64) -> Self {
        self.most = (reads, bytes);
        self
    }

    fn part(&self, offset: u64, length: usize) -> Vec<u8> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        let from = from.min(self.bytes.len());
        let to = from.saturating_add(length).min(self.bytes.len());
        let mut part = self.bytes[from..to].to_vec();
        part.resize(length, 0);
        part
    }

    fn by_pieces(&self) -> Result<Image, Error> {
        let mut prober = Prober::new(&self.options);
        prober.set_length(self.length)?;
        while let Some(read) = prober.next_read()? {
            let range = read.preferred;
            let length = range.length.min(self.length.saturating_sub(range.offset));
            let part = self.part(range.offset, usize::try_from(length).expect("bounded"));
            prober.feed(range.offset, &part)?;
        }
        prober.finish()
    }

    /// Returns the answer for a file of this length. Asserts that the probe stays within the limit.
    fn counted(&self, length: u64) -> Result<Image, Error> {
        let mut source = Counted {
            of: self,
            length,
            reads: 0,
            read: 0,
        };
        let found = probe_source(&mut source, &self.options);
        let (reads, bytes) = self.most;
        assert!(source.reads <= reads, "{} reads", source.reads);
        assert!(source.read <= bytes, "{} bytes", source.read);
        found
    }

    /// Returns the answer and the run of the tool. Asserts that all interfaces agree and stay
    /// within the limit.
    fn probed(&self) -> (Result<Image, Error>, Run) {
        let found = self.counted(self.length);
        // In a file of the maximum length the answer may differ, but the cost may not.
        let _ = self.counted(i64::MAX as u64);

        let images = Images::new();
        let path = images.path("hostile.img");
        std::fs::write(&path, &self.bytes).expect("a file");
        let file = File::options().append(true).open(&path);
        let file = file.expect("the file");
        file.set_len(self.length).expect("a sparse file");
        let file = File::open(&path).expect("the file");
        let mut others = vec![
            ("path", probe_path(&path, &self.options)),
            ("descriptor", probe_fd(file.as_fd(), &self.options)),
            ("pieces", self.by_pieces()),
        ];
        if self.length <= MOST_IN_MEMORY {
            let all = self.part(0, usize::try_from(self.length).expect("small"));
            others.push((
                "buffer",
                probe_buffer(&all, Some(self.length), &self.options),
            ));
        }
        let expected = answer(&found);
        for (way, other) in &others {
            assert_eq!(answer(other), expected, "{way}");
        }
        let arguments = [
            &["check", "--output=json"],
            &self.arguments[..],
            &["hostile.img"],
        ];
        (found, TOOL.run(images.directory(), &arguments.concat()))
    }

    /// Asserts that the image has `format` and is refused for these reasons. The files that it
    /// names do not exist, so opening one would fail.
    #[track_caller]
    pub(crate) fn refused(&self, format: Format, tokens: &[&str]) -> Image {
        let (answer, run) = self.probed();
        let image = answer.expect("it is an image");
        assert_eq!(image.format(), format);
        let verdict = Policy::new().evaluate(&image, None);
        let found: Vec<_> = verdict.violations().iter().map(|o| o.token()).collect();
        assert_eq!(found, tokens);
        let json = run.json();
        let told = json["violations"].as_array().expect("a list");
        let told: Vec<_> = told
            .iter()
            .map(|o| o["token"].as_str().expect("text"))
            .collect();
        assert_eq!((run.code, &told[..]), (Some(1), tokens));
        assert_eq!(json["accepted"], false);
        image
    }

    /// Asserts that the image has `format` and is accepted.
    #[track_caller]
    pub(crate) fn accepted(&self, format: Format) -> Image {
        let (answer, run) = self.probed();
        let image = answer.expect("it is an image");
        assert_eq!(image.format(), format);
        let verdict = Policy::new().evaluate(&image, None);
        assert_eq!(verdict.violations(), []);
        assert_eq!((run.code, &*run.err), (Some(0), ""));
        image
    }

    /// Asserts that the probe fails with an error of `kind` whose message has these words.
    #[track_caller]
    pub(crate) fn broken(&self, kind: ErrorKind, words: &str) {
        let (answer, run) = self.probed();
        let error = answer.expect_err(words);
        let message = error.to_string();
        assert_eq!(error.kind(), kind, "{message}");
        assert!(message.contains(words), "{message:?} lacks {words:?}");
        assert_eq!(run.code, Some(1));
        assert_eq!(run.json()["error"]["message"], message);
    }
}

/// Runs `diskprobe check` in `directory`.
pub(crate) fn check(directory: &Path, arguments: &[&str]) -> Run {
    TOOL.run(directory, &[&["check"], arguments].concat())
}
