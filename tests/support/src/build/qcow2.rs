// SPDX-License-Identifier: MIT OR Apache-2.0
//! qcow2, versions 2 and 3.

use super::{whole_sectors, Build, Fields, Luks, SparseFile};

/// How a qcow2 image is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// The method of qcow version 1.
    Aes,
    /// A LUKS header inside the image.
    Luks,
}

/// A qcow2 image in which nothing is written.
#[derive(Clone, Debug)]
pub struct Qcow2 {
    size: u64,
    version: u32,
    cluster_bits: u32,
    refcount_order: u32,
    backing: Vec<u8>,
    backing_format: Vec<u8>,
    data_file: String,
    is_data_file_raw: bool,
    has_lazy_refcounts: bool,
    has_extended_l2: bool,
    is_zstd: bool,
    has_metadata: bool,
    encryption: Option<Encryption>,
}

/// Incompatible, compatible and autoclear feature bits, by number and name.
const FEATURE_NAMES: [(u8, u8, &str); 8] = [
    (0, 0, "dirty bit"),
    (0, 1, "corrupt bit"),
    (0, 2, "external data file"),
    (0, 3, "compression type"),
    (0, 4, "extended L2 entries"),
    (1, 0, "lazy refcounts"),
    (2, 0, "bitmaps"),
    (2, 1, "raw external data"),
];

const BACKING_FORMAT: u32 = 0xe279_2aca;
const DATA_FILE: u32 = 0x4441_5441;
const LUKS_HEADER: u32 = 0x0537_be77;
const FEATURES: u32 = 0x6803_f857;

impl Qcow2 {
    /// An image of that virtual size.
    pub fn new(size: u64) -> Self {
        Qcow2 {
            size: whole_sectors(size),
            version: 3,
            cluster_bits: 16,
            refcount_order: 4,
            backing: Vec::new(),
            backing_format: Vec::new(),
            data_file: String::new(),
            is_data_file_raw: false,
            has_lazy_refcounts: false,
            has_extended_l2: false,
            is_zstd: false,
            has_metadata: false,
            encryption: None,
        }
    }

    /// Of version 2, which `qemu-img` calls compat 0.10.
    pub fn version_2(mut self) -> Self {
        self.version = 2;
        self
    }

    /// With clusters of that size.
    pub fn cluster_size(mut self, bytes: u64) -> Self {
        self.cluster_bits = bytes.ilog2();
        self
    }

    /// Sets the width of reference counts.
    pub fn refcount_bits(mut self, bits: u32) -> Self {
        self.refcount_order = bits.ilog2();
        self
    }

    /// With a backing file, and its format unless that is empty.
    pub fn backing(mut self, name: impl AsRef<[u8]>, format: &str) -> Self {
        self.backing = name.as_ref().to_vec();
        self.backing_format = format.as_bytes().to_vec();
        self
    }

    /// With the guest's data in that file.
    pub fn data_file(mut self, name: &str) -> Self {
        self.data_file = name.to_owned();
        self
    }

    /// With a data file that is a raw image as well.
    pub fn data_file_raw(mut self) -> Self {
        self.is_data_file_raw = true;
        self
    }

    /// With lazy reference counts.
    pub fn lazy_refcounts(mut self) -> Self {
        self.has_lazy_refcounts = true;
        self
    }

    /// With extended L2 entries.
    pub fn extended_l2(mut self) -> Self {
        self.has_extended_l2 = true;
        self
    }

    /// Compressed with zstd.
    pub fn zstd(mut self) -> Self {
        self.is_zstd = true;
        self
    }

    /// With a place for every cluster.
    pub fn preallocated(mut self) -> Self {
        self.has_metadata = true;
        self
    }

    /// Encrypted in that way.
    pub fn encrypted(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    fn cluster(&self) -> u64 {
        1 << self.cluster_bits
    }

    fn clusters(&self, bytes: u64) -> u64 {
        bytes.div_ceil(self.cluster())
    }

    fn l2_entries(&self) -> u64 {
        self.cluster() / if self.has_extended_l2 { 16 } else { 8 }
    }

    fn l1_entries(&self) -> u64 {
        self.size.div_ceil(self.cluster() * self.l2_entries())
    }

    /// The header, its extensions and the backing file name. `luks` is the offset of that header.
    fn header(&self, l1_offset: u64, luks: u64) -> Vec<u8> {
        let extensions = self.extensions(luks);
        let header_length = if self.version == 2 { 72 } else { 112 };
        let name_offset = match self.backing.len() {
            0 => 0,
            _ => (header_length + extensions.len()) as u64,
        };
        let crypt_method = match self.encryption {
            None => 0,
            Some(Encryption::Aes) => 1,
            Some(Encryption::Luks) => 2,
        };
        let has_data_file = !self.data_file.is_empty();
        let incompatible = bits(&[
            (2, has_data_file),
            (3, self.is_zstd),
            (4, self.has_extended_l2),
        ]);
        Fields::new()
            .bytes(b"QFI\xfb")
            .be32(self.version)
            .be64(name_offset)
            .be32(u32::try_from(self.backing.len()).expect("a short name"))
            .be32(self.cluster_bits)
            .be64(self.size)
            .be32(crypt_method)
            .be32(u32::try_from(self.l1_entries()).expect("32 bits"))
            .be64(l1_offset)
            .be64(self.cluster()) // refcount_table_offset
            .be32(1) // refcount_table_clusters
            .be32(0) // nb_snapshots
            .be64(0) // snapshots_offset
            .then(|header| match self.version {
                2 => header,
                _ => header
                    .be64(incompatible)
                    .be64(bits(&[(0, self.has_lazy_refcounts)]))
                    .be64(bits(&[(1, self.is_data_file_raw)]))
                    .be32(self.refcount_order)
                    .be32(112) // header_length
                    .byte(u8::from(self.is_zstd))
                    .aligned(8),
            })
            .bytes(&extensions)
            .bytes(&self.backing)
            .finish()
    }

    fn extensions(&self, luks: u64) -> Vec<u8> {
        let mut all = Fields::new();
        let mut add = |kind: u32, data: &[u8]| {
            let length = u32::try_from(data.len()).expect("short");
            let before = std::mem::take(&mut all);
            all = before.be32(kind).be32(length).bytes(data).aligned(8);
        };
        if !self.backing_format.is_empty() {
            add(BACKING_FORMAT, &self.backing_format);
        }
        if !self.data_file.is_empty() {
            add(DATA_FILE, self.data_file.as_bytes());
        }
        if self.encryption == Some(Encryption::Luks) {
            let place = Fields::new().be64(luks).be64(Luks::new(0).header_size());
            add(LUKS_HEADER, &place.finish());
        }
        // QEMU spares the clusters for which they are large.
        if self.version == 3 && self.cluster() > 4096 {
            let names = FEATURE_NAMES.iter();
            let names = names.fold(Fields::new(), |all, (kind, bit, name)| {
                let end = all.len() + 48;
                all.byte(*kind).byte(*bit).bytes(name.as_bytes()).at(end)
            });
            add(FEATURES, &names.finish());
        }
        // The end of the extensions.
        all.be64(0).finish()
    }

    /// The L2 tables and the end of the clusters, where each cluster has its place.
    fn preallocation(&self, first: u64) -> (Vec<(u64, Vec<u8>)>, u64) {
        const COPIED: u64 = 1 << 63;
        let has_data_file = !self.data_file.is_empty();
        let (mut tables, mut next) = (Vec::new(), first);
        let all: Vec<u64> = (0..self.clusters(self.size)).collect();
        for run in all.chunks(usize::try_from(self.l2_entries()).expect("small")) {
            let table = next;
            next += 1;
            let mut entries = Fields::new();
            for guest in run {
                let host = if has_data_file { *guest } else { next };
                next += u64::from(!has_data_file);
                entries = entries.be64((host * self.cluster()) | COPIED);
            }
            tables.push((table * self.cluster(), entries.finish()));
        }
        (tables, next)
    }
}

/// A number with these bits.
fn bits(all: &[(u32, bool)]) -> u64 {
    all.iter().map(|(bit, set)| u64::from(*set) << bit).sum()
}

impl Build for Qcow2 {
    /// Header, reference count table and block, L1 table, LUKS header, L2 tables and data.
    fn file(&self) -> SparseFile {
        let cluster = self.cluster();
        let l1_offset = 3 * cluster;
        let l1_size = 8 * self.l1_entries();
        let mut next = 3 + self.clusters(l1_size);
        let mut file = SparseFile::zeros(l1_offset + l1_size);
        let luks_offset = next * cluster;
        if self.encryption == Some(Encryption::Luks) {
            let header = Luks::new(0).header();
            next += self.clusters(Luks::new(0).header_size());
            file = file
                .put(luks_offset, header)
                .put(next * cluster, Vec::new());
        }
        if self.has_metadata || self.is_data_file_raw {
            let (tables, end) = self.preallocation(next);
            let entries = tables.iter();
            let entries =
                entries.fold(Fields::new(), |all, (offset, _)| all.be64(offset | 1 << 63));
            file = file.put(l1_offset, entries.finish());
            for (offset, table) in tables {
                file = file.put(offset, table);
            }
            file = file.put(end * cluster, Vec::new());
            next = end;
        }
        let counts = refcounts(next, self.refcount_order);
        assert!(
            counts.len() as u64 <= cluster,
            "one block of reference counts"
        );
        let named_offset = if l1_size == 0 { 0 } else { l1_offset };
        file.put(0, self.header(named_offset, luks_offset))
            .put(cluster, (2 * cluster).to_be_bytes().to_vec())
            .put(2 * cluster, counts)
    }

    fn others(&self) -> Vec<(String, SparseFile)> {
        match self.data_file.as_str() {
            "" => Vec::new(),
            name => vec![(name.to_owned(), SparseFile::zeros(self.size))],
        }
    }
}

/// Returns a count of 1 for each of the clusters.
fn refcounts(clusters: u64, order: u32) -> Vec<u8> {
    let count = usize::try_from(clusters).expect("small");
    match order {
        0..=2 => {
            let per_byte = 8 >> order;
            let one = |place: usize| 1u8 << ((place % per_byte) << order);
            let mut bytes = vec![0; count.div_ceil(per_byte)];
            (0..count).for_each(|place| bytes[place / per_byte] |= one(place));
            bytes
        }
        _ => {
            let mut one = vec![0; 1 << (order - 3)];
            *one.last_mut().expect("a byte") = 1;
            one.repeat(count)
        }
    }
}
