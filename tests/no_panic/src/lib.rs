// SPDX-License-Identifier: MIT OR Apache-2.0
//! One function that calls everything that an image's bytes or the names of files can reach.
//! `tests/no_panic/check` builds it as the library is built and follows its calls in the machine
//! code.
#![allow(unsafe_code)] // One exported symbol, and one slice from C.

mod chain;
mod files;
#[cfg(feature = "scan")]
mod scan;
mod verdict;

use diskprobe::location::Location;
use diskprobe::{probe_buffer, Feature, Finding, Format, Image, Options, Prober, Tool};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Probes the bytes in every way that there is, and reads every fact of every answer.
///
/// # Safety
/// `data` points to `size` bytes.
#[no_mangle]
pub unsafe extern "C" fn everything(data: *const u8, size: usize, choice: usize) -> u64 {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(data, size) };
    #[cfg(feature = "panic")]
    if bytes[choice] == 1 {
        return 1;
    }
    let options = Options::new().format(Format::ALL.iter().copied().nth(choice));
    let options = options
        .thorough(choice % 2 == 0)
        .file_name(OsStr::from_bytes(bytes));
    let path = Path::new(OsStr::from_bytes(bytes));
    let length = u64::try_from(size).ok();
    let mut sum = 0;
    for length in [length, None] {
        match probe_buffer(bytes, length, &options) {
            Ok(image) => sum ^= facts(&image) ^ verdict::verdict(&image, path),
            Err(error) => sum ^= verdict::said(&error),
        }
        let mut prober = Prober::new(&options);
        if length.is_some_and(|length| prober.set_length(length).is_err()) {
            return sum;
        }
        while let Ok(Some(read)) = prober.next_read() {
            if prober.feed(read.preferred.offset, bytes).is_err() {
                break;
            }
        }
        if let Ok(image) = prober.finish() {
            sum ^= facts(&image);
        }
    }
    if let Ok(location) = Location::parse(bytes) {
        for detail in location.details() {
            sum ^= weight(detail.text());
        }
        sum ^= weight(location.masked()) ^ weight(location.path().unwrap_or_default());
        for host in location.hosts() {
            sum ^= u64::from(host.port.unwrap_or(0));
        }
        if let Ok(relative) = Location::parse_relative_to(bytes, &location) {
            sum ^= weight(relative.masked());
        }
    }
    sum ^= chain::walked(bytes, path, &options, choice);
    sum ^= files::files(bytes, path, &options, choice);
    #[cfg(feature = "scan")]
    {
        sum ^= scan::scanned(path, &options, u32::try_from(choice).unwrap_or(1));
    }
    sum
}

fn weight(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum ^ u64::from(*byte))
}

fn facts(image: &Image) -> u64 {
    let mut sum = image.virtual_size().unwrap_or(0) ^ image.physical_size().unwrap_or(0);
    for reference in image.references() {
        sum ^= weight(reference.location) ^ reference.origin.offset;
    }
    for extent in image.extents() {
        sum ^= extent.size ^ weight(extent.kind);
    }
    for finding in Finding::ALL.iter().copied() {
        sum ^= u64::from(image.has_finding(finding));
    }
    for detail in image.details() {
        sum ^= weight(detail.text());
    }
    let features = [Feature::Corrupt, Feature::DataFile];
    sum ^= u64::from(features.into_iter().any(|one| image.has_feature(one)));
    sum ^= image.also_matches().fold(0, |sum, one| sum ^ one as u64);
    sum ^= image.content().fold(0, |sum, one| sum ^ one as u64);
    let encryption = image.encryption();
    let cipher = encryption.and_then(|encryption| encryption.cipher);
    let backing = image.backing();
    let format = backing.and_then(|backing| backing.format);
    let texts = [
        cipher,
        format.map(|format| format.name()),
        image.parent().and_then(|parent| parent.location),
        image.detected_as(Tool::Libvirt).map(str::as_bytes),
        image.subformat().map(str::as_bytes),
        image.compat().map(str::as_bytes),
    ];
    for text in texts.into_iter().flatten() {
        sum ^= weight(text);
    }
    sum ^= image.content_id().map_or(0, |id| u64::from(id.own));
    sum ^ u64::from(image.backing_mtime().is_some())
}
