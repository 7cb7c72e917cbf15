// SPDX-License-Identifier: MIT OR Apache-2.0
//! Lists of calls for the target `c_api`, in which each exported function is called once at least:
//! `fuzz/uncalled` looks. The bytes are what `fuzz_targets/c_api.rs` takes, call by call.

/// How many bytes of an input are calls.
const CALLS: usize = 64;
/// The first byte: whether files may be opened.
const NO_FILES: u8 = 0;
const FILES: u8 = 7;
/// A handle that is NULL.
const NULL: u8 = 255;

/// A probe of the image, and all that it says.
const PROBE: [u8; 10] = [3, NULL, 2, 2, 0, 0, 0, 31, 0, 0];

/// For each image: a probe of its bytes; and of a file with them, by descriptor and by name, a scan
/// of the file's directory, and a walk of the chain.
pub(crate) const OF_EACH: [(&str, &[&[u8]]); 2] = [
    ("", &[&[NO_FILES, 0, 0], &PROBE, &[12, 0]]),
    (
        "-files",
        &[
            &[FILES, 25, 0, NULL, 0, 0, 0, 31, 0, 0],
            &[26, 0, NULL, 1, 0, 0, 31, 1, 0],
            &[23, 0, 0, 0, 0, 27, 0, 3, 0, 2, 0, 0, 200, 0, 0],
            &[18, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 1, 0, 0, 22, 0, 0],
        ],
    ),
];

/// For one image.
pub(crate) const OF_ONE: [&[&[u8]]; 8] = [
    // Options, one by one, and a probe with them; a copy of the image; each kind of handle is
    // freed.
    &[
        &[NO_FILES, 0, 0, 1, 0, 1, 0, 1, 0, 16, 1, 1, 0, 254, 2],
        &[1, 0, 1, 3, 1, 0, 1, 4, 1, 0, 1, 5, 1, 0, 1, 6],
        &[1, 0, 1, 7, 1, 0, 1, 8],
        &[3, 0, 2, 2, 0, 0, 0, 31, 0, 0, 30, 0, 1, 31, 1, 0],
        &[2, 0, 2, 5, 14, 1],
    ],
    // Callbacks, and a prober.
    &[
        &[NO_FILES, 6, NULL, 7, 0, 0, 0, 12, 0],
        &[6, NULL, 0, 0, 0, 0, 12, 0, 7, NULL, 0, 1],
        &[8, 0, 0, 6, 20, 9, 8, 0, 0, 1, 8, 0, 0, 5, 8, 0, 0, 0],
        &[8, 0, 0, 0, 8, 0, 0, 4, 0, 11, 0, 0, 0, 0],
    ],
    // Locations.
    &[&[NO_FILES, 24, 0, 15, 0, 0, 0, 13, 0, 1, 0, 15, 1, 0, 0]],
    // A policy, and its verdict of an image.
    &[
        &[NO_FILES, 16, 0, 0, 16, 1, 0, 1, 16, 2, 0, 1, 16, 3, 0, 1],
        &[16, 4, 0, 1, 16, 5, 0, 1, 16, 6, 0, 1, 16, 7, 0, 1],
        &PROBE,
        &[17, 0, 0, 0, 1, 0, 0],
    ],
    // A receipt for a policy that allows what the image has: its text and options. The image
    // itself is not a receipt.
    &[
        &[NO_FILES, 16, 0, 0, 16, 1, 0, 1, 16, 1, 0, 9],
        &PROBE,
        &[
            29, 0, 0, 2, 0, 29, 2, 0, 0, 0, 29, 3, 0, 2, 0, 0, 29, 1, 0, 0,
        ],
    ],
    // Chains: each option, and an opener that gives what it should and what it should not.
    &[
        &[NO_FILES, 18, 0, 0, 0, 0, 18, 1, 0, 0, NULL, 18, 2, 1, 0],
        &[18, 3, 9, 0, 18, 4, 1, 0, 2, 1, NULL, 18, 5, 9, 0, 24, 0],
        &[20, 0, 0, 1, 0, 1, 5, 1, 0, 1, 0, 0],
        &[20, NULL, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0],
    ],
    &[
        &[NO_FILES, 18, 0, 0, 0, 0, 24, 0],
        &[20, 0, 0, 4, 4, 4, 4, 0, 0, 1, 0, 0],
        &[20, 0, 0, 5, 9, 9, 9, 0, 0, 1, 0, 0],
    ],
    // A scan: each option, and the end of it.
    &[
        &[NO_FILES, 23, 0, 0, 0, 0, 23, 0, 1, 0, NULL, 23, 0, 2, 1],
        &[23, 0, 3, 1, 23, 0, 5, 0, 0, 2, 0, 9, 0, 0, 23, 0, 4, 0],
    ],
];

/// The input of these calls and this image.
pub(crate) fn with(calls: &[&[u8]], image: &[u8]) -> Vec<u8> {
    let mut input = calls.concat();
    assert!(input.len() <= CALLS, "{} bytes of calls", input.len());
    // What is left over frees handles.
    input.resize(CALLS, 2);
    input.extend(image);
    input
}
