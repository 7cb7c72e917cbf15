// SPDX-License-Identifier: MIT OR Apache-2.0
//! The identity of a file, independent of its names.

/// Identifies a file independently of its names. Two paths with equal identities lead to the same
/// file.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// use diskprobe::chain::Identity;
/// assert_eq!(Identity::from_path("/")?, Identity::from_path("/..")?);
/// assert_eq!(Identity::from(&std::fs::metadata("/")?), Identity::from_path("/")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Creates an identity from two numbers: for a file, its `st_dev` and `st_ino`; for another
    /// object, any pair of numbers that no other object has.
    #[must_use]
    pub const fn new(device: u64, inode: u64) -> Self {
        Identity { device, inode }
    }

    /// Returns the two numbers.
    #[cfg(feature = "capi")]
    pub(crate) fn numbers(self) -> (u64, u64) {
        (self.device, self.inode)
    }
}
