// SPDX-License-Identifier: MIT OR Apache-2.0
//! Option values that several commands share.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::ValueEnum;
use std::str::FromStr;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

/// Returns a parser for the names of an enumeration.
pub(crate) fn one_of<T>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = diskprobe::Error> + Copy + Send + Sync,
{
    let names = all.iter().copied().map(name);
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}
