// SPDX-License-Identifier: MIT OR Apache-2.0
//! COW, the copy-on-write image of User Mode Linux, version 2. Big-endian.
//!
//! Layout: Linux, `arch/um/drivers/cow_user.c`. The format is read because libvirt knows it.

use super::sizes;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::{BackingFacts, Extras, Facts};

header! {
    struct Header<'a>("cow header", BigEndian, 1048) {
        8 backing_file: &'a [u8; 1024],
        1032 mtime: u32,
        /// The virtual size in bytes.
        1036 size: u64,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    let mut facts = Facts::of(Format::Cow);
    facts.virtual_size = Some(sizes::whole_sectors(header.size())?);
    facts.recorded_size = Some(header.size);
    facts.backing = BackingFacts::named(header.backing_file().text(header.backing_file), None);
    facts.extras = Extras::backing_mtime(header.mtime);
    Ok(facts)
}
