// SPDX-License-Identifier: MIT OR Apache-2.0
//! VMDK: sparse files with a descriptor inside, and descriptors that name extent files.

use super::{whole_sectors, Build, Fields, SparseFile};

/// The files that a VMDK consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subformat {
    /// One sparse file, with the descriptor inside.
    MonolithicSparse,
    /// The same for compressed grains.
    StreamOptimized,
    /// A descriptor and a flat file.
    MonolithicFlat,
    /// A descriptor and sparse files of up to 2 GiB.
    TwoGbMaxExtentSparse,
    /// A descriptor and flat files of up to 2 GiB.
    TwoGbMaxExtentFlat,
}

use Subformat::*;

impl Subformat {
    /// All of them.
    pub const ALL: [Subformat; 5] = [
        MonolithicSparse,
        StreamOptimized,
        MonolithicFlat,
        TwoGbMaxExtentSparse,
        TwoGbMaxExtentFlat,
    ];

    /// The name in `createType`.
    pub fn name(self) -> &'static str {
        match self {
            MonolithicSparse => "monolithicSparse",
            StreamOptimized => "streamOptimized",
            MonolithicFlat => "monolithicFlat",
            TwoGbMaxExtentSparse => "twoGbMaxExtentSparse",
            TwoGbMaxExtentFlat => "twoGbMaxExtentFlat",
        }
    }

    fn is_flat(self) -> bool {
        matches!(self, MonolithicFlat | TwoGbMaxExtentFlat)
    }

    fn is_split(self) -> bool {
        matches!(self, TwoGbMaxExtentSparse | TwoGbMaxExtentFlat)
    }

    /// Whether the descriptor is inside the file with the data.
    fn is_embedded(self) -> bool {
        matches!(self, MonolithicSparse | StreamOptimized)
    }
}

/// A VMDK in which nothing is written.
#[derive(Clone, Debug)]
pub struct Vmdk {
    size: u64,
    name: String,
    subformat: Subformat,
    parent: String,
    parent_cid: u32,
    adapter_type: String,
    hardware_version: String,
    tools_version: String,
    has_zeroed_grains: bool,
}

const CID: u32 = 0x1234_5678;
const LONGEST_EXTENT: u64 = 2 << 30;
/// The sizes of a grain and a grain table, and the start and end of the descriptor, in sectors.
const GRAIN: u64 = 128;
const GRAIN_TABLE: u64 = 4;
const DESCRIPTOR: (u64, u64) = (1, 20);
const GTES_PER_GT: u64 = 512;

impl Vmdk {
    /// An image of that virtual size, called `disk.vmdk`.
    pub fn new(size: u64) -> Self {
        Vmdk {
            size: whole_sectors(size),
            name: "disk.vmdk".to_owned(),
            subformat: MonolithicSparse,
            parent: String::new(),
            parent_cid: u32::MAX,
            adapter_type: "ide".to_owned(),
            hardware_version: "4".to_owned(),
            tools_version: "2147483647".to_owned(),
            has_zeroed_grains: false,
        }
    }

    /// Called `name`, which is in the descriptor and in the names of extent files.
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// Of these files.
    pub fn subformat(mut self, subformat: Subformat) -> Self {
        self.subformat = subformat;
        self
    }

    /// Over a VMDK that was built here.
    pub fn parent(mut self, name: &str) -> Self {
        self.parent = name.to_owned();
        self.parent_cid = CID;
        self
    }

    /// With that `ddb.adapterType`.
    pub fn adapter_type(mut self, name: &str) -> Self {
        self.adapter_type = name.to_owned();
        self
    }

    /// With that `ddb.virtualHWVersion`.
    pub fn hardware_version(mut self, version: &str) -> Self {
        self.hardware_version = version.to_owned();
        self
    }

    /// With that `ddb.toolsVersion`.
    pub fn tools_version(mut self, version: &str) -> Self {
        self.tools_version = version.to_owned();
        self
    }

    /// With grain tables that can mark zeros.
    pub fn zeroed_grains(mut self) -> Self {
        self.has_zeroed_grains = true;
        self
    }

    /// The extents: size in bytes, kind, and file name.
    fn extents(&self) -> Vec<(u64, &'static str, String)> {
        let (stem, extension) = match self.name.rsplit_once('.') {
            Some((stem, extension)) => (stem, format!(".{extension}")),
            None => (self.name.as_str(), String::new()),
        };
        let kind = if self.subformat.is_flat() {
            "FLAT"
        } else {
            "SPARSE"
        };
        match self.subformat {
            MonolithicSparse | StreamOptimized => vec![(self.size, kind, self.name.clone())],
            MonolithicFlat => vec![(self.size, kind, format!("{stem}-flat{extension}"))],
            _ => {
                let letter = if self.subformat.is_flat() { 'f' } else { 's' };
                let starts = (0..self.size).step_by(LONGEST_EXTENT as usize).zip(1..);
                let extent = |(start, number): (u64, u32)| {
                    let size = LONGEST_EXTENT.min(self.size - start);
                    (size, kind, format!("{stem}-{letter}{number:03}{extension}"))
                };
                starts.map(extent).collect()
            }
        }
    }

    fn descriptor(&self) -> String {
        let heads = if self.adapter_type == "ide" { 16 } else { 255 };
        let cylinders = self.size / 512 / (heads * 63);
        let parent = match self.parent.as_str() {
            "" => String::new(),
            name => format!("parentFileNameHint=\"{name}\""),
        };
        let extents = self.extents().into_iter().map(|(size, kind, name)| {
            let offset = if kind == "FLAT" { " 0" } else { "" };
            format!("RW {} {kind} \"{name}\"{offset}\n", size / 512)
        });
        format!(
            "# Disk DescriptorFile\nversion=1\nCID={CID:x}\nparentCID={:x}\ncreateType=\"{}\"\n\
             {parent}\n# Extent description\n{}\n# The Disk Data Base\n#DDB\n\n\
             ddb.virtualHWVersion = \"{}\"\nddb.geometry.cylinders = \"{cylinders}\"\n\
             ddb.geometry.heads = \"{heads}\"\nddb.geometry.sectors = \"63\"\n\
             ddb.adapterType = \"{}\"\nddb.toolsVersion = \"{}\"\n",
            self.parent_cid,
            self.subformat.name(),
            extents.collect::<String>(),
            self.hardware_version,
            self.adapter_type,
            self.tools_version,
        )
    }

    /// A sparse file of that capacity, without a text.
    fn sparse(&self, size: u64) -> SparseFile {
        let is_stream = self.subformat == StreamOptimized;
        let version = match (is_stream, self.has_zeroed_grains) {
            (true, _) => 3,
            (_, true) => 2,
            _ => 1,
        };
        let flags = 3
            | if self.has_zeroed_grains { 1 << 2 } else { 0 }
            | if is_stream { 3 << 16 } else { 0 };
        let sectors = size / 512;
        let tables = sectors.div_ceil(GRAIN).div_ceil(GTES_PER_GT);
        let directory_size = (4 * tables).div_ceil(512);
        let redundant = DESCRIPTOR.0 + DESCRIPTOR.1;
        let directory = redundant + directory_size + GRAIN_TABLE * tables;
        let end = directory + directory_size + GRAIN_TABLE * tables;
        let overhead = end.next_multiple_of(GRAIN);
        let header = Fields::new()
            .bytes(b"KDMV")
            .le32(version)
            .le32(flags)
            .le64(sectors)
            .le64(GRAIN)
            .le64(DESCRIPTOR.0)
            .le64(DESCRIPTOR.1)
            .le32(GTES_PER_GT as u32)
            .le64(redundant)
            .le64(directory)
            .le64(overhead)
            .byte(0) // uncleanShutdown
            .bytes(b"\n \r\n")
            .le16(u16::from(is_stream));
        let entries = |start: u64| {
            let first = start + directory_size;
            let all = (0..tables).fold(Fields::new(), |all, table| {
                all.le32(u32::try_from(first + GRAIN_TABLE * table).expect("32 bits"))
            });
            (512 * start, all.finish())
        };
        let [first, second] = [entries(redundant), entries(directory)];
        SparseFile::zeros(512 * overhead)
            .put(0, header.finish())
            .put(first.0, first.1)
            .put(second.0, second.1)
    }
}

impl Build for Vmdk {
    fn file(&self) -> SparseFile {
        let text = self.descriptor().into_bytes();
        match self.subformat.is_embedded() {
            true => self.sparse(self.size).put(512 * DESCRIPTOR.0, text),
            false => SparseFile::zeros(0).put(0, text),
        }
    }

    fn others(&self) -> Vec<(String, SparseFile)> {
        if self.subformat.is_embedded() {
            return Vec::new();
        }
        let file = |(size, kind, name): (u64, &str, String)| match kind {
            "FLAT" => (name, SparseFile::zeros(size)),
            _ => (name, self.sparse(size)),
        };
        debug_assert!(self.subformat.is_split() || self.extents().len() == 1);
        self.extents().into_iter().map(file).collect()
    }
}

/// A sparse file of ESX: 1 MiB over a parent `p`, with the text that makes an image of it.
pub fn cowd() -> Vec<u8> {
    let header = Fields::new()
        .bytes(b"COWD")
        .le32(1) // version
        .le32(3) // flags
        .le32(2048) // numSectors
        .le32(1) // grainSize
        .le32(4) // gdOffset
        .le32(1) // numGDEntries
        .at(0x200)
        .bytes(b"CID=7\nparentCID=8\nparentFileNameHint=\"p\"\n");
    header.at(65536).finish()
}

/// Returns a sparse file of newer ESX. It is an image only together with a descriptor.
pub fn se_sparse(sectors: u64) -> Vec<u8> {
    Fields::new()
        .le64(0xcafe_babe)
        .le64(0x2_0000_0001) // version
        .le64(sectors)
        .le64(8) // grain size
        .le64(64) // grain table size
        .at(80)
        .le64(1) // volatile header offset
        .le64(1) // and size
        .le64(2) // journal header offset
        .le64(2) // and size
        .le64(2048) // journal offset
        .le64(2048) // and size
        .le64(64) // grain directory offset
        .le64(1) // and size
        .le64(128) // grain tables offset
        .le64(64) // and size
        .le64(256) // free bitmap offset
        .le64(1) // and size
        .le64(512) // backmap offset
        .at(512)
        .le64(0xcafe_cafe) // volatile header
        .at(1 << 20)
        .finish()
}
