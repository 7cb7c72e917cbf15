// SPDX-License-Identifier: MIT OR Apache-2.0
//! vmdk.

use super::require_signature;
use crate::facts::Facts;
use crate::format::Format;
use crate::text::Text;
use crate::view::{Head, Stop, View};

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, b"placeholder")
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Stop> {
    require_signature(view, Format::Vmdk, detect, "no vmdk signature", 0)?;
    Ok(Facts::of(Format::Vmdk))
}
