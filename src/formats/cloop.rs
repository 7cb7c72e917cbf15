// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compressed loop image, version 2.0. Big-endian.
//!
//! Layout: Debian, package cloop; limits are those of QEMU's driver. The offset table is not read.

use super::sizes;
use crate::base::format::Format;
use crate::base::header::header;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::image::Facts;

const MAX_BLOCK_BYTES: u64 = 64 << 20;
/// The table has an eight-byte offset for each block and one more, and is at most 512 MiB long.
const MAX_BLOCKS: u64 = (512 << 20) / 8 - 1;
// Within these limits, the virtual size needs no limit of its own.
const _: () = assert!(MAX_BLOCKS * MAX_BLOCK_BYTES < MAX_VIRTUAL_SIZE);

header! {
    /// What follows the script and its padding.
    struct Header("cloop header", BigEndian, 128..136) {
        /// Bytes in a block before compression.
        128 block_size: u32,
        132 n_blocks: u32,
    }
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    let header = Header::read(view, 0)?;
    let block_size = header.block_size();
    block_size.between(sizes::SECTOR, MAX_BLOCK_BYTES)?;
    block_size.aligned(sizes::SECTOR)?;
    let n_blocks = header.n_blocks();
    n_blocks.at_most(MAX_BLOCKS)?;
    let size = block_size.value.saturating_mul(n_blocks.value);

    let mut facts = Facts::of(Format::Cloop);
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    facts.cluster_size = Some(block_size.value);
    Ok(facts)
}
