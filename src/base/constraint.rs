// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the value of a field must be.

use core::fmt;

/// What a field's value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Constraint {
    Equal(u64),
    AtLeast(u64),
    AtMost(u64),
    Between(u64, u64),
    MultipleOf(u64),
    PowerOfTwo(u64, u64),
    Be(&'static str),
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constraint::Equal(value) => write!(f, "{value}"),
            Constraint::AtLeast(least) => write!(f, "at least {least}"),
            Constraint::AtMost(most) => write!(f, "at most {most}"),
            Constraint::Between(least, most) => write!(f, "{least} to {most}"),
            Constraint::MultipleOf(unit) => write!(f, "a multiple of {unit}"),
            Constraint::PowerOfTwo(least, most) => write!(f, "a power of two, {least} to {most}"),
            Constraint::Be(text) => f.write_str(text),
        }
    }
}
