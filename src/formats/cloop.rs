// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compressed loop image, version 2.0. Big-endian.
//!
//! Layout: Debian, package cloop; limits are those of QEMU's driver. The offset table is not read.

use super::{require_signature, sizes};
use crate::base::field::Structure;
use crate::base::format::Format;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::number::be_u32;
use crate::base::text::Text;
use crate::base::view::{Head, Incomplete, View};
use crate::image::Facts;
use nom::IResult;

const HEADER: Structure = Structure::new("cloop header");
/// The two sizes stand behind the script and its padding.
const SIZES_OFFSET: u64 = 128;

/// The shell script that every such image starts with.
const SCRIPT: &[u8] =
    b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

const MAX_BLOCK_BYTES: u64 = 64 << 20;
/// The table holds an offset of eight bytes for each block and one more, 512 MiB in all.
const MAX_BLOCKS: u64 = (512 << 20) / 8 - 1;
// So the size needs no limit of its own.
const _: () = assert!(MAX_BLOCKS * MAX_BLOCK_BYTES < MAX_VIRTUAL_SIZE);

fn block_size_and_count(input: &[u8]) -> IResult<&[u8], (u32, u32)> {
    let (input, block_size) = be_u32(input)?;
    let (input, n_blocks) = be_u32(input)?;
    Ok((input, (block_size, n_blocks)))
}

pub(crate) fn detect(head: &Head<'_>) -> bool {
    head.has(0, SCRIPT)
}

/// Of whatever version.
pub(crate) fn is_similar(head: &Head<'_>) -> bool {
    head.has(0, b"#!/bin/sh\n#V")
}

pub(crate) fn inspect<'a>(view: &View<'a>) -> Result<Facts<Text<'a>>, Incomplete> {
    require_signature(
        view,
        Format::Cloop,
        detect,
        "no cloop version 2.0 script",
        0,
    )?;
    let (block_size, n_blocks) = view.parse(SIZES_OFFSET, 8, HEADER.name, block_size_and_count)?;
    let block_size = HEADER.field("block_size", 128, block_size);
    block_size.between(sizes::SECTOR, MAX_BLOCK_BYTES)?;
    block_size.aligned(sizes::SECTOR)?;
    let n_blocks = HEADER.field("n_blocks", 132, n_blocks);
    n_blocks.at_most(MAX_BLOCKS)?;
    let size = block_size.value.saturating_mul(n_blocks.value);

    let mut facts = Facts::of(Format::Cloop);
    facts.virtual_size = Some(size);
    facts.recorded_size = Some(size);
    facts.cluster_size = Some(block_size.value);
    Ok(facts)
}
