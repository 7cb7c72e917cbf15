// SPDX-License-Identifier: MIT OR Apache-2.0
//! raw: the bytes are the guest's disk. No content is read.

use super::sizes::filled_sectors;
use crate::base::field::Field;
use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let mut facts = Facts::of(Format::Raw);
    if let Some(length) = view.length().known() {
        facts.virtual_size = Some(filled_sectors(Field {
            structure: "raw image",
            name: "length",
            offset: 0,
            value: length,
        })?);
        facts.recorded_size = Some(length);
    }
    Ok(facts)
}
