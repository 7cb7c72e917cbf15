// SPDX-License-Identifier: MIT OR Apache-2.0
//! VDI.

use super::{padded, whole_sectors, Build, Fields, SparseFile, MIB};

/// A VDI image in which nothing is written.
#[derive(Clone, Debug)]
pub struct Vdi {
    size: u64,
    is_static: bool,
}

impl Vdi {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Vdi {
            size: whole_sectors(size),
            is_static: false,
        }
    }

    /// With all blocks allocated.
    pub fn fixed(mut self) -> Self {
        self.is_static = true;
        self
    }
}

impl Build for Vdi {
    fn file(&self) -> SparseFile {
        let blocks = u32::try_from(self.size.div_ceil(MIB)).expect("a map in memory");
        let map = (0..blocks).fold(Fields::new(), |map, block| {
            map.le32(if self.is_static { block } else { u32::MAX })
        });
        let map = map.aligned(512).finish();
        let data = 512 + u32::try_from(map.len()).expect("small");
        let header = Fields::new()
            .bytes(&padded::<64>(b"<<< QEMU VM Virtual Disk Image >>>\n"))
            .le32(0xbeda_107f)
            .le32(0x0001_0001) // version
            .le32(0x180) // header_size
            .le32(if self.is_static { 2 } else { 1 }) // image_type
            .at(340)
            .le32(512) // offset_bmap
            .le32(data)
            .at(360)
            .le32(512) // sector_size
            .at(368)
            .le64(self.size)
            .le32(1 << 20) // block_size
            .le32(0)
            .le32(blocks)
            .le32(if self.is_static { blocks } else { 0 })
            .bytes(b"uuid of an image")
            .bytes(b"of last snapshot")
            .at(512);
        let blocks_end = if self.is_static {
            u64::from(blocks) * MIB
        } else {
            0
        };
        SparseFile::zeros(u64::from(data) + blocks_end)
            .put(0, header.finish())
            .put(512, map)
    }
}
