// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes every read of every probe fail in turn. The result must be the documented error, or the
//! answer without the fault.

use crate::everything;
use diskprobe::{probe_source, Error, ErrorKind, Image, Options, Source};
use diskprobe_test_support::answer::answer as text;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A fault at a read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// The disk reports an error.
    Eio,
    InterruptedOnce,
    AlwaysInterrupted,
    /// The read returns half of the bytes. The next read returns the rest.
    Short,
    /// The file ends at this offset.
    Zero,
    /// From this read on, the file is half as long.
    Shrinks,
    /// From this read on, the file is twice as long.
    Grows,
    /// From this read on, all bytes are different.
    Changes,
}

const FAULTS: [Fault; 8] = [
    Fault::Eio,
    Fault::InterruptedOnce,
    Fault::AlwaysInterrupted,
    Fault::Short,
    Fault::Zero,
    Fault::Shrinks,
    Fault::Grows,
    Fault::Changes,
];

struct Faulty<'f> {
    file: &'f File,
    length: u64,
    fault: Fault,
    /// The number of the read that fails.
    at: u32,
    calls: u32,
    /// The bytes read so far.
    given: Vec<(u64, Vec<u8>)>,
}

impl Source for Faulty<'_> {
    fn read_at(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let call = self.calls;
        self.calls += 1;
        let (now, since) = (call == self.at, call >= self.at);
        let mut length = buffer.len();
        let mut end = self.length;
        match self.fault {
            Fault::Eio if now => return Err(io::Error::from_raw_os_error(libc::EIO)),
            Fault::InterruptedOnce if now => return Err(io::ErrorKind::Interrupted.into()),
            Fault::AlwaysInterrupted if since => return Err(io::ErrorKind::Interrupted.into()),
            Fault::Short if now => length = length.div_ceil(2),
            Fault::Zero if now => return Ok(0),
            Fault::Shrinks if since => end /= 2,
            Fault::Grows if since => end *= 2,
            _ => {}
        }
        let rest = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let buffer = &mut buffer[..length.min(rest)];
        buffer.fill(0xee);
        self.file.read_at(buffer, offset)?;
        if self.fault == Fault::Changes && since {
            buffer.iter_mut().for_each(|byte| *byte ^= 0x55);
        }
        self.given.push((offset, buffer.to_vec()));
        Ok(buffer.len())
    }

    fn length(&mut self) -> io::Result<Option<u64>> {
        Ok(Some(self.length))
    }
}

type Answer = Result<Image, Error>;

fn probed<'f>(file: &'f File, options: &Options, fault: Fault, at: u32) -> (Answer, Faulty<'f>) {
    let length = file.metadata().expect("its length").len();
    let mut source = Faulty {
        file,
        length,
        fault,
        at,
        calls: 0,
        given: Vec::new(),
    };
    let answer = probe_source(&mut source, options);
    (answer, source)
}

/// Returns whether all names in the answer are bytes that were read.
fn is_true(image: &Image, given: &[(u64, Vec<u8>)]) -> bool {
    image.references().all(|reference| {
        given.iter().any(|(offset, bytes)| {
            let from = reference.origin.offset.checked_sub(*offset);
            let from = from.and_then(|from| usize::try_from(from).ok());
            let part = from.and_then(|from| bytes.get(from..));
            part.is_some_and(|part| part.len() as u64 >= reference.origin.length)
        })
    })
}

fn judge(fault: Fault, answer: &Answer, source: &Faulty<'_>, clean: &Answer) -> bool {
    let kind = answer.as_ref().err().map(Error::kind);
    let errno = answer.as_ref().err().and_then(Error::raw_os_error);
    let offset = answer.as_ref().err().and_then(Error::offset);
    match fault {
        Fault::Eio => kind == Some(ErrorKind::Io) && errno == Some(libc::EIO) && offset.is_some(),
        Fault::AlwaysInterrupted => {
            kind == Some(ErrorKind::Io) && offset.is_some() && source.calls < 2000
        }
        Fault::None | Fault::InterruptedOnce | Fault::Short | Fault::Grows => {
            text(answer) == text(clean)
        }
        Fault::Zero => kind == Some(ErrorKind::Changed) && offset.is_some(),
        Fault::Shrinks => kind == Some(ErrorKind::Changed) || text(answer) == text(clean),
        Fault::Changes => match answer {
            Ok(image) => is_true(image, &source.given),
            Err(error) => !matches!(error.kind(), ErrorKind::Internal | ErrorKind::Io),
        },
    }
}

#[test]
fn each_read_that_fails_gives_the_documented_error() {
    let (images, members) = everything();
    let (mut probes, mut wrong) = (0, Vec::new());
    for member in members {
        let file = File::open(images.path(&member.name)).expect("the image");
        for thorough in [false, true] {
            let options = Options::new().format(member.asked).thorough(thorough);
            let (clean, source) = probed(&file, &options, Fault::None, u32::MAX);
            for at in 0..source.calls {
                for fault in FAULTS {
                    let (answer, source) = probed(&file, &options, fault, at);
                    probes += 1;
                    if !judge(fault, &answer, &source, &clean) {
                        let name = &member.name;
                        wrong.push(format!("{name}, read {at}, {fault:?}: {answer:?}"));
                    }
                }
            }
        }
    }
    println!("{probes} probes of {} images", members.len());
    assert!(probes > 5000, "{probes}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_probe_leaves_no_descriptor_open() {
    // Other tests run at the same time, so only descriptors of this test's files count.
    let open = |path: &Path| {
        let all = std::fs::read_dir("/proc/self/fd").expect("a list of descriptors");
        let names = all.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        names.filter(|name| name == path).count()
    };
    let (images, members) = everything();
    for member in members.iter().filter(|member| !member.name.contains('/')) {
        let copy = images.path("sub").join(format!("fd-{}", member.name));
        std::fs::hard_link(images.path(&member.name), &copy).expect("a name of its own");
        let options = Options::new().format(member.asked).thorough(true);
        let _ = diskprobe::probe_path(&copy, &options);
        assert_eq!(open(&copy), 0, "{}", member.name);
        let file = File::open(&copy).expect("the image");
        assert_eq!(open(&copy), 1, "the count must include an open file");
        drop(file);
        std::fs::remove_file(&copy).expect("a file of this test");
    }
}
