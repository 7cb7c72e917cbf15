// SPDX-License-Identifier: MIT OR Apache-2.0
//! raw: the bytes are the guest's disk. No content is read.

use super::sizes::filled_sectors;
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let mut facts = Facts::of(Format::Raw);
    if let Some(length) = view.length().known() {
        let size = Structure::new("raw image").field("length", 0, length);
        facts.virtual_size = Some(filled_sectors(size)?);
        facts.recorded_size = Some(length);
    }
    Ok(facts)
}
