// SPDX-License-Identifier: MIT OR Apache-2.0
//! UUIDs.

use crate::base::error::{Error, ErrorKind};
use crate::base::escape::escape;
use core::fmt;

/// A UUID: its 16 bytes in the order of RFC 9562, whatever the order in the image is.
///
/// ```
/// use diskprobe::Uuid;
/// # fn main() -> Result<(), diskprobe::Error> {
/// let uuid: Uuid = "83ed0ec3-24c8-49a6-a959-5e4bf1288bfb".parse()?;
/// assert_eq!(uuid.as_bytes()[..2], [0x83, 0xed]);
/// assert_eq!(uuid.to_string(), "83ed0ec3-24c8-49a6-a959-5e4bf1288bfb");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    pub(crate) const fn new(bytes: [u8; 16]) -> Self {
        Uuid(bytes)
    }

    /// Returns the 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Returns the UUID, unless it is the nil UUID, which identifies nothing.
    pub(crate) fn not_nil(self) -> Option<Self> {
        (self.0 != [0; 16]).then_some(self)
    }
}

impl From<[u8; 16]> for Uuid {
    fn from(bytes: [u8; 16]) -> Self {
        Uuid(bytes)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let dash = if matches!(index, 4 | 6 | 8 | 10) {
                "-"
            } else {
                ""
            };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl core::str::FromStr for Uuid {
    type Err = Error;

    /// Parses 32 hexadecimal digits in five groups: `83ed0ec3-24c8-49a6-a959-5e4bf1288bfb`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut digits: u128 = 0;
        let mut groups = text.split('-');
        for (length, bits) in [(8, 32), (4, 16), (4, 16), (4, 16), (12, 48)] {
            let group = groups.next().unwrap_or_default();
            let is_hex = group.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u128::from_str_radix(group, 16).ok();
            let number = number.filter(|_| is_hex && group.len() == length);
            let number = number.ok_or_else(|| not_a_uuid(text))?;
            digits = digits.checked_shl(bits).unwrap_or(0) | number;
        }
        match groups.next() {
            None => Ok(Uuid(digits.to_be_bytes())),
            Some(_) => Err(not_a_uuid(text)),
        }
    }
}

fn not_a_uuid(text: &str) -> Error {
    Error::described(
        ErrorKind::InvalidArgument,
        "UUID is {value}, must be 32 hexadecimal digits as 8-4-4-4-12",
        &[("value", &escape(text.as_bytes()))],
    )
}
