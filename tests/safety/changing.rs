// SPDX-License-Identifier: MIT OR Apache-2.0
//! Probes real files while another thread truncates, extends and overwrites them.

use diskprobe::{probe_fd, ErrorKind, Format, Options};
use diskprobe_test_support::build::{Build, Qcow2, Vhdx, Vmdk, MIB};
use diskprobe_test_support::Images;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops the other thread, even if this one panics.
struct Until<'a>(&'a AtomicBool);

impl Drop for Until<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_file_that_changes_gives_an_answer_or_a_known_error() {
    let images = Images::new();
    let states = [
        Qcow2::new(64 * MIB).backing("some/base", "raw").bytes(),
        Vhdx::new(64 * MIB).bytes(),
        Vmdk::new(64 * MIB).bytes(),
    ];
    let path = images.write("changing.img", &states[0]);
    let done = AtomicBool::new(false);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let file = OpenOptions::new()
                .write(true)
                .open(&path)
                .expect("the file");
            let mut round: usize = 0;
            while !done.load(Ordering::Relaxed) {
                let state = &states[round % states.len()];
                file.set_len([0, 600, 70_000, 1 << 40][round % 4])
                    .expect("a length");
                file.write_all_at(&state[..state.len().min(300_000)], 0)
                    .expect("space");
                round += 1;
            }
        });
        let _until_here = Until(&done);
        let file = OpenOptions::new().read(true).open(&path).expect("the file");
        for round in 0..4000 {
            let options = Options::new().thorough(round % 2 == 0);
            let key = match probe_fd(file.as_fd(), &options) {
                Ok(image) => {
                    assert!(image.backing().is_none() || image.format() == Format::Qcow2);
                    // A read can return bytes of two states of the file, but each byte must have
                    // been at its offset.
                    for reference in image.references() {
                        let offset = usize::try_from(reference.origin.offset).expect("small");
                        for (offset, byte) in (offset..).zip(reference.location) {
                            let mut expected = states.iter().map(|state| state.get(offset));
                            assert!(
                                expected.any(|found| found == Some(byte)),
                                "{offset}: {byte}"
                            );
                        }
                    }
                    image.format().as_str().to_owned()
                }
                Err(error) => {
                    let kind = error.kind();
                    let known = matches!(
                        kind,
                        ErrorKind::Changed
                            | ErrorKind::Truncated
                            | ErrorKind::InvalidImage
                            | ErrorKind::UnsupportedFeature
                    );
                    assert!(known, "{kind:?}: {error}");
                    kind.as_str().to_owned()
                }
            };
            *seen.entry(key).or_default() += 1;
        }
    });
    println!("{seen:?}");
    assert!(seen.len() > 1, "the file must change in between: {seen:?}");
}
