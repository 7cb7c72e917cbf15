// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any bytes are a location or malformed, within the limits; and what is shown of a location names
//! the same.
#![no_main]

use diskprobe::limits::{MAX_LOCATION, MAX_LOCATION_HOSTS};
use diskprobe::location::{disk_target, relative_backing_path, Location};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let _ = (
        disk_target(input),
        relative_backing_path([Some(input), Some(b"x")]),
    );
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
    if !location.has_credentials() {
        assert_eq!(location.text(), input);
    } else if !input.starts_with(b"json:") && location.text().len() <= MAX_LOCATION {
        let shown = Location::parse(location.text()).expect("what is shown is as good");
        assert_eq!(format!("{shown:?}"), format!("{location:?}"));
    }
    assert!(location.is_equivalent(&location));
    if let Some(path) = location.local_path() {
        assert!(location.is_equivalent(&Location::of_path(path)));
    }
    let beside = Location::parse_relative_to(b"../x", &location);
    if let Ok(beside) = &beside {
        let alike = beside.is_equivalent(&location);
        assert_eq!(alike, location.is_equivalent(beside));
    }
    let path_length = location.path().map(<[u8]>::len);
    if path_length.is_none_or(|length| length < MAX_LOCATION - 5) {
        assert_eq!(beside.is_ok(), path_length.is_some());
    }
});
