// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes are a location or malformed, within the limits. The masked form of a location names
//! the same.
#![no_main]

use diskprobe::location::{DiskTarget, Location, Protocol};
use libfuzzer_sys::fuzz_target;

/// The longest location, in bytes.
const MAX_LOCATION: usize = 4096;
const MAX_LOCATION_HOSTS: usize = 32;

fuzz_target!(|input: &[u8]| {
    let _ = DiskTarget::parse(input);
    let location = match Location::parse(input) {
        Ok(location) => location,
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            let offset = usize::try_from(error.offset().expect("a place")).expect("in the input");
            assert!(offset <= input.len());
            return;
        }
    };
    assert!(input.len() <= MAX_LOCATION);
    assert!(location.hosts().len() <= MAX_LOCATION_HOSTS);
    assert!(location.path().is_none_or(|path| !path.contains(&0)));
    if !location.has_credentials() && location.cookies().next().is_none() {
        assert_eq!(location.masked(), input);
    } else if !input.starts_with(b"json:") && location.masked().len() <= MAX_LOCATION {
        // Equality compares the recorded texts, of which one has no secrets.
        let shown = Location::parse(location.masked()).expect("what is shown can be parsed");
        assert_eq!(parts(&shown), parts(&location));
    }
    assert!(location.is_equivalent(&location));
    if let Some(path) = location.local_path() {
        assert!(location.is_equivalent(&Location::from_path(path)));
    }
    let relative = Location::parse_relative_to(b"../x", &location);
    if let Ok(relative) = &relative {
        let alike = relative.is_equivalent(&location);
        assert_eq!(alike, location.is_equivalent(relative));
    }
    let path_length = location.path().map(<[u8]>::len);
    if path_length.is_none_or(|length| length < MAX_LOCATION - 5) {
        // An NBD export has no directory.
        let has_directory = path_length.is_some() && location.protocol() != Some(Protocol::Nbd);
        assert_eq!(relative.is_ok(), has_directory);
    }
});

/// Returns the JSON object. Whether libvirt reads an iSCSI location depends on its password, which
/// can look like an escape.
fn parts(location: &Location) -> String {
    let json = location.json().to_string();
    match location.protocol() {
        Some(Protocol::Iscsi) => json.replace("\"qemu_only\":true,", ""),
        _ => json,
    }
}
