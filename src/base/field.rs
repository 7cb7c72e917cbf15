// SPDX-License-Identifier: MIT OR Apache-2.0
//! Checks of one field: its value, its offset, and what it must be.

use crate::base::cold::cold_path;
use crate::base::constraint::Constraint;
use crate::base::error::{Bits, Reason};
use crate::base::text::Text;

/// A structure of an image, identified by its name in messages and its offset.
#[derive(Clone, Copy)]
pub(crate) struct Structure {
    pub(crate) name: &'static str,
    start: u64,
}

impl Structure {
    /// A structure at the start of the file.
    pub(crate) const fn new(name: &'static str) -> Self {
        Structure { name, start: 0 }
    }

    /// Returns the structure of the same name at another offset of the file.
    pub(crate) const fn at(self, start: u64) -> Self {
        Structure {
            name: self.name,
            start,
        }
    }

    /// Returns the offset in the file of a position in the structure.
    pub(crate) fn offset(self, position: u64) -> u64 {
        self.start.saturating_add(position)
    }

    /// Returns a field of the structure, `position` bytes from its start.
    pub(crate) fn field(self, name: &'static str, position: u64, value: impl Into<u64>) -> Field {
        Field {
            structure: self.name,
            name,
            offset: self.offset(position),
            value: value.into(),
        }
    }

    /// Returns an error stating that the structure is invalid at `position`.
    pub(crate) fn broken(self, what: &'static str, position: u64) -> Reason {
        Reason::Broken {
            structure: self.name,
            what,
            offset: self.offset(position),
        }
    }
}

/// Returns the offsets of entries that are `length` bytes long each, the first at `first`.
pub(crate) fn places(first: u64, length: u64) -> impl Iterator<Item = u64> {
    core::iter::successors(Some(first), move |place| place.checked_add(length))
}

/// A field that was read, with its name in the specification.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) structure: &'static str,
    pub(crate) name: &'static str,
    /// From the start of the file.
    pub(crate) offset: u64,
    pub(crate) value: u64,
}

impl Field {
    /// Returns the text of the field, up to the first NUL.
    pub(crate) fn text(self, bytes: &[u8]) -> Text<'_> {
        Text::until_nul(bytes, self.offset)
    }

    /// Returns an error stating that the field must be `must`.
    pub(crate) fn invalid(self, must: Constraint) -> Reason {
        Reason::Invalid {
            structure: self.structure,
            field: self.name,
            offset: self.offset,
            value: self.value,
            must,
        }
    }

    /// Returns an error stating that the structure is invalid at this field.
    pub(crate) fn broken(self, what: &'static str) -> Reason {
        Reason::Broken {
            structure: self.structure,
            what,
            offset: self.offset,
        }
    }

    /// Fails if `holds` is false. The field is the signature that the structure must have.
    pub(crate) fn check_signature(self, holds: bool) -> Result<(), Reason> {
        match holds {
            true => Ok(()),
            false => Err(self.broken("invalid signature")),
        }
    }

    /// Returns an error stating that the field requires something that is not supported.
    pub(crate) fn unsupported(self, what: &'static str) -> Reason {
        Reason::UnsupportedText {
            structure: self.structure,
            what,
            offset: self.offset,
        }
    }

    /// Fails if `holds` is false, because the field must be `must`.
    pub(crate) fn require(self, holds: bool, must: Constraint) -> Result<(), Reason> {
        if holds {
            Ok(())
        } else {
            cold_path();
            Err(self.invalid(must))
        }
    }

    pub(crate) fn equal(self, value: u64) -> Result<(), Reason> {
        self.require(self.value == value, Constraint::Equal(value))
    }

    pub(crate) fn at_least(self, least: u64) -> Result<(), Reason> {
        self.require(self.value >= least, Constraint::AtLeast(least))
    }

    pub(crate) fn at_most(self, most: u64) -> Result<(), Reason> {
        self.require(self.value <= most, Constraint::AtMost(most))
    }

    pub(crate) fn between(self, least: u64, most: u64) -> Result<(), Reason> {
        self.require(
            (least..=most).contains(&self.value),
            Constraint::Between(least, most),
        )
    }

    /// `unit` must be a power of two.
    pub(crate) fn aligned(self, unit: u64) -> Result<(), Reason> {
        self.require(
            self.value & unit.saturating_sub(1) == 0,
            Constraint::MultipleOf(unit),
        )
    }

    pub(crate) fn power_of_two(self, least: u64, most: u64) -> Result<(), Reason> {
        self.require(
            self.value.is_power_of_two() && (least..=most).contains(&self.value),
            Constraint::PowerOfTwo(least, most),
        )
    }

    /// Fails if `holds` is false, because only `must` is supported. Another value can be valid, but
    /// is not known here.
    pub(crate) fn supported(self, holds: bool, must: Constraint) -> Result<(), Reason> {
        if holds {
            return Ok(());
        }
        cold_path();
        Err(Reason::Unsupported {
            structure: self.structure,
            field: self.name,
            offset: self.offset,
            value: self.value,
            must,
        })
    }

    /// Fails if the field, a set of feature bits, has bits other than `known`.
    pub(crate) fn known_bits(self, known: u64) -> Result<(), Reason> {
        let unknown = self.value & !known;
        if unknown == 0 {
            return Ok(());
        }
        cold_path();
        Err(Reason::UnknownBits {
            structure: self.structure,
            field: self.name,
            offset: self.offset,
            bits: Bits(unknown),
        })
    }
}
