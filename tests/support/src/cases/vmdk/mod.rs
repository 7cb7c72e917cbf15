// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMDK: sparse files, streams, COWD files and descriptors.

mod descriptors;
mod headers;
mod identifiers;

pub use descriptors::{descriptor, detection, with_type, BEFORE_TYPE};
pub use headers::{stream, Footer};
pub use identifiers::{embedding, encryption};

use crate::build::{se_sparse, Build, SparseFile, Vmdk, MIB};
use crate::case::Case;
use crate::Images;

/// A plain sparse image of 64 MiB.
pub fn base() -> Vec<u8> {
    Vmdk::new(64 * MIB).bytes()
}

/// Makes the files that the descriptors of these cases name.
pub fn make_extents(images: &Images) {
    let flat = SparseFile::zeros(MIB);
    for name in ["f", "g", &"n".repeat(255)] {
        flat.write(&images.path(name));
    }
    images.write("sparse", base());
    images.write("se", se_sparse(131_072));
}

/// All cases.
pub fn all() -> Vec<Case> {
    let encrypted = encryption().into_iter().map(|(case, _)| case);
    [
        headers::all(),
        descriptors::all(),
        identifiers::all(),
        encrypted.collect(),
    ]
    .concat()
}
