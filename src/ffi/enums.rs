// SPDX-License-Identifier: MIT OR Apache-2.0
//! The enumerations of the C interface. Their numbers are ABI: values are only ever appended.

use crate::base::error::ErrorKind;
use crate::base::format::Format;
use crate::image::ReferenceKind;
use crate::image::{Content, Tool};
use crate::image::{EncryptionFormat, Feature};
use crate::policy::Finding;
use core::ffi::c_uint;
use core::mem::MaybeUninit;

/// How a call ended. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_status {
    /// Success.
    DISKPROBE_STATUS_OK = 0,
    /// A parameter has a value that the call does not take, such as NULL where it is needed.
    DISKPROBE_STATUS_INVALID_ARGUMENT = 1,
    /// No such file.
    DISKPROBE_STATUS_NOT_FOUND = 2,
    /// The file may not be opened or read.
    DISKPROBE_STATUS_PERMISSION_DENIED = 3,
    /// The operating system, or the caller's callback, could not open or read.
    DISKPROBE_STATUS_IO = 4,
    /// Not a file that can hold an image: a FIFO, socket or character device; or a directory,
    /// unless DISKPROBE_FORMAT_DIR was asked for.
    DISKPROBE_STATUS_UNSUPPORTED_FILE = 5,
    /// The file became shorter while it was read.
    DISKPROBE_STATUS_CHANGED = 6,
    /// The bytes are not of the format that was asked for.
    DISKPROBE_STATUS_WRONG_FORMAT = 7,
    /// The format is certain, but a field has an impossible value.
    DISKPROBE_STATUS_INVALID_IMAGE = 8,
    /// The format is certain, but the file ends before its header does.
    DISKPROBE_STATUS_TRUNCATED = 9,
    /// The format is certain, but its version, or a feature that it requires, is not known.
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = 10,
    /// The format is known by name, but this library does not read it.
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = 11,
    /// More reads or bytes are needed than the limits allow.
    DISKPROBE_STATUS_LIMIT_EXCEEDED = 12,
    /// Part of the image was given, and the answer needs another part: see the error's offset.
    DISKPROBE_STATUS_NEED_MORE_DATA = 13,
    /// Calls came in an order that makes no sense.
    DISKPROBE_STATUS_WRONG_STATE = 14,
    /// A defect of this library. Nothing was harmed; please report it.
    DISKPROBE_STATUS_INTERNAL = 15,
    /// A backing location does not follow the rules of its syntax, or it means different places to
    /// different programs.
    DISKPROBE_STATUS_INVALID_LOCATION = 16,
    /// An image of a chain does not record the format of its backing store, and it is not to be
    /// guessed.
    DISKPROBE_STATUS_FORMAT_NOT_RECORDED = 17,
    /// An image of a chain names one that the chain has already.
    DISKPROBE_STATUS_LOOP = 18,
    /// A name leads out of the directory in which all files have to be, or out of the file system
    /// that is scanned.
    DISKPROBE_STATUS_OUTSIDE_ROOT = 19,
}

/// An image format, by the name of the QEMU driver that reads it. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum diskprobe_format {
    /// No format. Given to options: detect it. From a getter: a name that this library does not
    /// know.
    #[default]
    DISKPROBE_FORMAT_UNKNOWN = 0,
    /// The bytes are the guest's disk.
    DISKPROBE_FORMAT_RAW = 1,
    /// A directory. Never detected.
    DISKPROBE_FORMAT_DIR = 2,
    /// Bochs "growing" image.
    DISKPROBE_FORMAT_BOCHS = 3,
    /// Compressed loop image, version 2.0.
    DISKPROBE_FORMAT_CLOOP = 4,
    /// User Mode Linux copy-on-write image. Never detected.
    DISKPROBE_FORMAT_COW = 5,
    /// Apple universal disk image (UDIF). Never detected.
    DISKPROBE_FORMAT_DMG = 6,
    /// Linux Unified Key Setup: version 1 and, where it is asked for by name, version 2.
    DISKPROBE_FORMAT_LUKS = 7,
    /// Parallels and Virtuozzo; libvirt says "ploop".
    DISKPROBE_FORMAT_PARALLELS = 8,
    /// QEMU copy-on-write, version 1.
    DISKPROBE_FORMAT_QCOW = 9,
    /// QEMU copy-on-write, versions 2 and 3.
    DISKPROBE_FORMAT_QCOW2 = 10,
    /// QEMU enhanced disk.
    DISKPROBE_FORMAT_QED = 11,
    /// VirtualBox disk image.
    DISKPROBE_FORMAT_VDI = 12,
    /// Hyper-V virtual hard disk, version 2; libvirt says "vhd".
    DISKPROBE_FORMAT_VHDX = 13,
    /// VMware virtual disk.
    DISKPROBE_FORMAT_VMDK = 14,
    /// Connectix and Microsoft virtual hard disk (VHD).
    DISKPROBE_FORMAT_VPC = 15,
}

/// Who defines an image's encryption. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_encryption {
    /// Not encrypted, as far as the format can tell.
    DISKPROBE_ENCRYPTION_NONE = 0,
    /// The AES of qcow and qcow2, which QEMU calls legacy.
    DISKPROBE_ENCRYPTION_AES = 1,
    /// LUKS, version 1.
    DISKPROBE_ENCRYPTION_LUKS = 2,
    /// LUKS, version 2.
    DISKPROBE_ENCRYPTION_LUKS2 = 3,
    /// VMware's: keys are named in the VMDK descriptor.
    DISKPROBE_ENCRYPTION_VMDK = 4,
    /// Apple's, around a whole UDIF image.
    DISKPROBE_ENCRYPTION_DMG = 5,
}

/// Something that an image's header can declare. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_feature {
    /// No feature: for a name that is not one.
    DISKPROBE_FEATURE_NONE = 0,
    /// qcow2: reference counts may lag behind (compatible bit 0).
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = 1,
    /// qcow2: the image is marked as corrupt (incompatible bit 1).
    DISKPROBE_FEATURE_CORRUPT = 2,
    /// qcow2: L2 entries with subclusters (incompatible bit 4).
    DISKPROBE_FEATURE_EXTENDED_L2 = 3,
    /// qcow2: the guest's data is in an external data file (incompatible bit 2).
    DISKPROBE_FEATURE_DATA_FILE = 4,
    /// qcow2: the external data file alone is a valid raw image (autoclear bit 1).
    DISKPROBE_FEATURE_DATA_FILE_RAW = 5,
    /// qcow2: the bitmaps are consistent (autoclear bit 0).
    DISKPROBE_FEATURE_BITMAPS = 6,
    /// qcow2, qed: one that is not known here, and that a reader may ignore.
    DISKPROBE_FEATURE_UNKNOWN_OPTIONAL = 7,
    /// vpc: the guest is suspended, and its state is in another file.
    DISKPROBE_FEATURE_SAVED_STATE = 8,
}

/// In what role an image names something outside of it. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_reference_kind {
    /// No reference: the index is past the last.
    DISKPROBE_REFERENCE_KIND_NONE = 0,
    /// A backing store, which QEMU opens under the image.
    DISKPROBE_REFERENCE_KIND_BACKING = 1,
    /// A qcow2 external data file.
    DISKPROBE_REFERENCE_KIND_DATA_FILE = 2,
    /// A VMDK extent file.
    DISKPROBE_REFERENCE_KIND_EXTENT = 3,
    /// A parent that QEMU does not follow, but other hypervisors do.
    DISKPROBE_REFERENCE_KIND_PARENT = 4,
}

/// Something about an image that matters to who accepts it from a stranger. New values are only
/// appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_finding {
    /// No finding: for a name that is not one.
    DISKPROBE_FINDING_NONE = 0,
    /// It names a backing store, whose content the guest could then read.
    DISKPROBE_FINDING_BACKING_FILE = 1,
    /// Its data is in another file, which it may or may not name.
    DISKPROBE_FINDING_DATA_FILE = 2,
    /// It names extent files, whose content the guest could then read.
    DISKPROBE_FINDING_EXTERNAL_EXTENTS = 3,
    /// It names a parent that QEMU does not follow, but other hypervisors do.
    DISKPROBE_FINDING_PARENT = 4,
    /// Its bytes carry the signature of another format too, or it is not raw (or encrypted) and its
    /// bytes hold a file system or a partition table for who takes it for raw.
    DISKPROBE_FINDING_AMBIGUOUS = 5,
    /// It was not closed properly.
    DISKPROBE_FINDING_DIRTY = 6,
    /// It is marked as corrupt.
    DISKPROBE_FINDING_CORRUPT = 7,
    /// The guest's data is encrypted.
    DISKPROBE_FINDING_ENCRYPTED = 8,
    /// Not every place was looked at where the signature of another format could stand: the probe
    /// was not thorough, or the length was not known.
    DISKPROBE_FINDING_INCOMPLETE_SCAN = 9,
    /// It is declared to be encrypted, with a cipher that leaves the data as it is.
    DISKPROBE_FINDING_NULL_CIPHER = 10,
    /// It is encrypted, and no key slot holds a key: nobody can read it.
    DISKPROBE_FINDING_NO_KEY = 11,
    /// It describes itself twice, and the two are not alike, or only one is whole: a program may go
    /// by the other one. These are the two headers of LUKS 2 (where it is asked for), the header and
    /// the footer of a VMDK stream, the header and the text inside of any VMDK, and the two footers
    /// of a dynamic VHD (in a thorough probe).
    DISKPROBE_FINDING_HEADERS_DIFFER = 12,
    /// It declares a feature that is not known here, and that a reader may ignore.
    DISKPROBE_FINDING_UNKNOWN_FEATURE = 13,
}

/// What a raw image holds. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_content_kind {
    /// Nothing that is known.
    DISKPROBE_CONTENT_KIND_NONE = 0,
    /// An ISO 9660 file system.
    DISKPROBE_CONTENT_KIND_ISO9660 = 1,
    /// A UDF file system.
    DISKPROBE_CONTENT_KIND_UDF = 2,
    /// A GUID partition table.
    DISKPROBE_CONTENT_KIND_GPT = 3,
    /// A partition table in a master boot record, other than the one that protects a GPT.
    DISKPROBE_CONTENT_KIND_MBR = 4,
    /// An LVM2 physical volume.
    DISKPROBE_CONTENT_KIND_LVM2 = 5,
    /// ext2, ext3 or ext4.
    DISKPROBE_CONTENT_KIND_EXT = 6,
    /// XFS.
    DISKPROBE_CONTENT_KIND_XFS = 7,
    /// NTFS.
    DISKPROBE_CONTENT_KIND_NTFS = 8,
    /// exFAT.
    DISKPROBE_CONTENT_KIND_EXFAT = 9,
    /// FAT12, FAT16 or FAT32.
    DISKPROBE_CONTENT_KIND_FAT = 10,
    /// SquashFS.
    DISKPROBE_CONTENT_KIND_SQUASHFS = 11,
    /// Linux swap space.
    DISKPROBE_CONTENT_KIND_SWAP = 12,
}

/// A program that decides by a file's bytes what it is. New values are only appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum diskprobe_tool {
    /// No reader: for a name that is not one.
    DISKPROBE_TOOL_NONE = 0,
    /// QEMU, where no format is named to it.
    DISKPROBE_TOOL_QEMU = 1,
    /// libvirt, where it probes: storage pools, and backing files whose format is not recorded.
    DISKPROBE_TOOL_LIBVIRT = 2,
}

/// An enumeration of the C interface beside the core's own.
pub(super) trait CEnum: Copy {
    type Core: Copy + 'static;

    /// The core's value for a number, where the number stands for one.
    fn of_number(number: c_uint) -> Option<Self::Core>;
}

/// Pairs the values of both. A core value without its pair does not compile.
macro_rules! c_enum {
    ($c:ident, $core:ident, $( $c_value:ident = $value:ident, )*) => {
        impl From<$core> for $c {
            fn from(value: $core) -> $c {
                match value { $( $core::$value => $c::$c_value, )* }
            }
        }

        impl CEnum for $c {
            type Core = $core;

            fn of_number(number: c_uint) -> Option<$core> {
                $core::ALL.iter().copied().find(|value| $c::from(*value) as c_uint == number)
            }
        }
    };
}
pub(super) use c_enum;

c_enum!(
    diskprobe_status,
    ErrorKind,
    DISKPROBE_STATUS_INVALID_ARGUMENT = InvalidArgument,
    DISKPROBE_STATUS_NOT_FOUND = NotFound,
    DISKPROBE_STATUS_PERMISSION_DENIED = PermissionDenied,
    DISKPROBE_STATUS_IO = Io,
    DISKPROBE_STATUS_UNSUPPORTED_FILE = UnsupportedFile,
    DISKPROBE_STATUS_CHANGED = Changed,
    DISKPROBE_STATUS_WRONG_FORMAT = WrongFormat,
    DISKPROBE_STATUS_INVALID_IMAGE = InvalidImage,
    DISKPROBE_STATUS_TRUNCATED = Truncated,
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = UnsupportedFeature,
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = UnsupportedFormat,
    DISKPROBE_STATUS_LIMIT_EXCEEDED = LimitExceeded,
    DISKPROBE_STATUS_NEED_MORE_DATA = NeedMoreData,
    DISKPROBE_STATUS_WRONG_STATE = WrongState,
    DISKPROBE_STATUS_INTERNAL = Internal,
    DISKPROBE_STATUS_INVALID_LOCATION = InvalidLocation,
    DISKPROBE_STATUS_FORMAT_NOT_RECORDED = FormatNotRecorded,
    DISKPROBE_STATUS_LOOP = Loop,
    DISKPROBE_STATUS_OUTSIDE_ROOT = OutsideRoot,
);
c_enum!(
    diskprobe_format,
    Format,
    DISKPROBE_FORMAT_RAW = Raw,
    DISKPROBE_FORMAT_DIR = Dir,
    DISKPROBE_FORMAT_BOCHS = Bochs,
    DISKPROBE_FORMAT_CLOOP = Cloop,
    DISKPROBE_FORMAT_COW = Cow,
    DISKPROBE_FORMAT_DMG = Dmg,
    DISKPROBE_FORMAT_LUKS = Luks,
    DISKPROBE_FORMAT_PARALLELS = Parallels,
    DISKPROBE_FORMAT_QCOW = Qcow,
    DISKPROBE_FORMAT_QCOW2 = Qcow2,
    DISKPROBE_FORMAT_QED = Qed,
    DISKPROBE_FORMAT_VDI = Vdi,
    DISKPROBE_FORMAT_VHDX = Vhdx,
    DISKPROBE_FORMAT_VMDK = Vmdk,
    DISKPROBE_FORMAT_VPC = Vpc,
);
c_enum!(
    diskprobe_encryption,
    EncryptionFormat,
    DISKPROBE_ENCRYPTION_AES = Aes,
    DISKPROBE_ENCRYPTION_LUKS = Luks,
    DISKPROBE_ENCRYPTION_LUKS2 = Luks2,
    DISKPROBE_ENCRYPTION_VMDK = Vmdk,
    DISKPROBE_ENCRYPTION_DMG = Dmg,
);
c_enum!(
    diskprobe_feature,
    Feature,
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = LazyRefcounts,
    DISKPROBE_FEATURE_CORRUPT = Corrupt,
    DISKPROBE_FEATURE_EXTENDED_L2 = ExtendedL2,
    DISKPROBE_FEATURE_DATA_FILE = DataFile,
    DISKPROBE_FEATURE_DATA_FILE_RAW = DataFileRaw,
    DISKPROBE_FEATURE_BITMAPS = Bitmaps,
    DISKPROBE_FEATURE_UNKNOWN_OPTIONAL = UnknownOptional,
    DISKPROBE_FEATURE_SAVED_STATE = SavedState,
);
c_enum!(
    diskprobe_reference_kind,
    ReferenceKind,
    DISKPROBE_REFERENCE_KIND_BACKING = Backing,
    DISKPROBE_REFERENCE_KIND_DATA_FILE = DataFile,
    DISKPROBE_REFERENCE_KIND_EXTENT = Extent,
    DISKPROBE_REFERENCE_KIND_PARENT = Parent,
);

c_enum!(
    diskprobe_finding,
    Finding,
    DISKPROBE_FINDING_BACKING_FILE = BackingFile,
    DISKPROBE_FINDING_DATA_FILE = DataFile,
    DISKPROBE_FINDING_EXTERNAL_EXTENTS = ExternalExtents,
    DISKPROBE_FINDING_PARENT = Parent,
    DISKPROBE_FINDING_AMBIGUOUS = Ambiguous,
    DISKPROBE_FINDING_DIRTY = Dirty,
    DISKPROBE_FINDING_CORRUPT = Corrupt,
    DISKPROBE_FINDING_ENCRYPTED = Encrypted,
    DISKPROBE_FINDING_INCOMPLETE_SCAN = IncompleteScan,
    DISKPROBE_FINDING_NULL_CIPHER = NullCipher,
    DISKPROBE_FINDING_NO_KEY = NoKey,
    DISKPROBE_FINDING_HEADERS_DIFFER = HeadersDiffer,
    DISKPROBE_FINDING_UNKNOWN_FEATURE = UnknownFeature,
);
c_enum!(
    diskprobe_content_kind,
    Content,
    DISKPROBE_CONTENT_KIND_ISO9660 = Iso9660,
    DISKPROBE_CONTENT_KIND_UDF = Udf,
    DISKPROBE_CONTENT_KIND_GPT = Gpt,
    DISKPROBE_CONTENT_KIND_MBR = Mbr,
    DISKPROBE_CONTENT_KIND_LVM2 = Lvm2,
    DISKPROBE_CONTENT_KIND_EXT = Ext,
    DISKPROBE_CONTENT_KIND_XFS = Xfs,
    DISKPROBE_CONTENT_KIND_NTFS = Ntfs,
    DISKPROBE_CONTENT_KIND_EXFAT = ExFat,
    DISKPROBE_CONTENT_KIND_FAT = Fat,
    DISKPROBE_CONTENT_KIND_SQUASHFS = Squashfs,
    DISKPROBE_CONTENT_KIND_SWAP = Swap,
);
c_enum!(
    diskprobe_tool,
    Tool,
    DISKPROBE_TOOL_QEMU = Qemu,
    DISKPROBE_TOOL_LIBVIRT = Libvirt,
);

/// The number that C passed, whatever it is.
pub(super) fn number<E: CEnum>(value: MaybeUninit<E>) -> c_uint {
    const { assert!(size_of::<E>() == size_of::<c_uint>()) }
    // SAFETY: the sizes are equal, C passes an initialised value, and any number is a c_uint.
    unsafe { core::mem::transmute_copy(&value) }
}
