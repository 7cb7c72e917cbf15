// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fields of a structure, written one after the other.

use byteorder::{BigEndian, LittleEndian, WriteBytesExt};

/// Bytes that grow field by field.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<u8>);

const MEMORY: &str = "memory takes every byte";

impl Fields {
    /// Starts at offset 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills with zeros up to `offset`, where the next field starts.
    pub fn at(mut self, offset: usize) -> Self {
        assert!(
            offset >= self.0.len(),
            "the field before ends after {offset}"
        );
        self.0.resize(offset, 0);
        self
    }

    /// Fills with zeros up to the next multiple of `unit`.
    pub fn aligned(self, unit: usize) -> Self {
        let end = self.0.len().next_multiple_of(unit);
        self.at(end)
    }

    /// Appends bytes as they are.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends one byte.
    pub fn byte(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    /// Appends the bytes that `fields` writes.
    pub fn then(self, fields: impl FnOnce(Self) -> Self) -> Self {
        fields(self)
    }

    /// Returns the number of bytes so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the bytes.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

macro_rules! numbers {
    ($($name:ident: $type:ty, $write:ident, $order:ty;)*) => {
        impl Fields {$(
            #[doc = concat!("Appends a number as `", stringify!($order), "`.")]
            pub fn $name(mut self, value: $type) -> Self {
                self.0.$write::<$order>(value).expect(MEMORY);
                self
            }
        )*}
    };
}

numbers! {
    be16: u16, write_u16, BigEndian;
    be32: u32, write_u32, BigEndian;
    be64: u64, write_u64, BigEndian;
    le16: u16, write_u16, LittleEndian;
    le32: u32, write_u32, LittleEndian;
    le64: u64, write_u64, LittleEndian;
}
