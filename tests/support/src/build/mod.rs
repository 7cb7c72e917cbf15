// SPDX-License-Identifier: MIT OR Apache-2.0
//! Images of every format, built field by field as the programs that own the formats write them.
//!
//! What such a program chooses at random (UUIDs, keys, times) has a fixed value here. The agreement
//! tests compare each builder with `qemu-img create`, byte by byte.

mod bochs;
mod cloop;
mod cow;
mod dmg;
mod fields;
mod luks;
mod luks2;
mod parallels;
mod qcow;
mod qcow2;
mod qed;
mod sparse;
mod vdi;
mod vhdx;
mod vmdk;
mod vpc;

pub use bochs::bochs;
pub use cloop::cloop;
pub use cow::cow;
pub use dmg::{encrypted_dmg, udif, Udif};
pub use fields::Fields;
pub use luks::Luks;
pub use luks2::{luks2, luks2_checksum, luks2_of, LUKS2_COPY, LUKS2_METADATA, LUKS2_TEXT};
pub use parallels::Parallels;
pub use qcow::Qcow;
pub use qcow2::{Encryption, Qcow2};
pub use qed::Qed;
pub use sparse::SparseFile;
pub use vdi::Vdi;
pub use vhdx::{crc32c, Vhdx};
pub use vmdk::{cowd, se_sparse, Subformat, Vmdk};
pub use vpc::{vhd_checksum, Vpc};

use std::path::Path;

/// Bytes in a mebibyte.
pub const MIB: u64 = 1 << 20;
/// Bytes in a gibibyte.
pub const GIB: u64 = 1 << 30;
/// Bytes in a tebibyte.
pub const TIB: u64 = 1 << 40;

/// Something that makes an image, and the other files that belong to it.
pub trait Build {
    /// Returns the image's own file.
    fn file(&self) -> SparseFile;

    /// Returns the other files, with their names in the directory of the image.
    fn others(&self) -> Vec<(String, SparseFile)> {
        Vec::new()
    }

    /// Returns the bytes of the image's own file.
    fn bytes(&self) -> Vec<u8> {
        self.file().bytes()
    }

    /// Writes all files; `path` is the image's own.
    fn write(&self, path: impl AsRef<Path>)
    where
        Self: Sized,
    {
        let path = path.as_ref();
        self.file().write(path);
        let directory = path.parent().expect("a file is in a directory");
        for (name, file) in self.others() {
            file.write(&directory.join(name));
        }
    }
}

/// Returns the bytes in an array of zeros.
pub fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut all = [0; N];
    all[..bytes.len()].copy_from_slice(bytes);
    all
}

/// The size in whole sectors of 512 bytes, as QEMU rounds it up.
fn whole_sectors(size: u64) -> u64 {
    size.next_multiple_of(512)
}
