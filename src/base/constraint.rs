// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the value of a field must be.

use super::message::messages;

messages! {
    /// What a field's value must be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub(crate) enum Constraint {
        #[error("{expected}", expected = .0)]
        Equal(u64),
        #[error("at least {least}", least = .0)]
        AtLeast(u64),
        #[error("at most {most}", most = .0)]
        AtMost(u64),
        #[error("{least} to {most}", least = .0, most = .1)]
        Between(u64, u64),
        #[error("a multiple of {unit}", unit = .0)]
        MultipleOf(u64),
        #[error("a power of two, {least} to {most}", least = .0, most = .1)]
        PowerOfTwo(u64, u64),
        #[error("{text}", text = .0)]
        Be(&'static str),
    }
}
