// SPDX-License-Identifier: MIT OR Apache-2.0
//! The differences between the versions of `qemu-img` from 7.2 to 10.x that affect the tests.
//!
//! Our answers are those of QEMU 10.0. A test that depends on one of these classes is ignored with
//! an older `qemu-img`. `since` is the first version that is known to answer as 10.0 does.

use std::fmt;

/// A version of QEMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// One difference between versions.
#[derive(Debug)]
pub struct Class {
    /// A short name, which lists use.
    pub name: &'static str,
    /// What is needed.
    pub what: &'static str,
    /// The first version that is known to answer as 10.0 does.
    pub since: Version,
}

/// 7.2 asks for vdi first: it opens such an image as vdi.
pub const VDI_AFTER_VMDK: Class = Class {
    name: "vdi_after_vmdk",
    what: "probing that asks for vmdk and vhdx before vdi",
    since: Version(10, 0),
};

/// 7.2 takes the size from the record for `win `, `qem2`, `d2v `, `tap` and `CTXS` only.
pub const VPC_CREATORS: Class = Class {
    name: "vpc_creators",
    what: "a VHD whose size is its geometry only if its creator is vpc or qemu",
    since: Version(10, 0),
};

/// 7.2 allows 2 GiB less one entry.
pub const PARALLELS_TABLE: Class = Class {
    name: "parallels_table",
    what: "a parallels table of at most 2 GiB less 4 KiB",
    since: Version(10, 0),
};

/// 7.2 ends by a signal.
pub const LUKS_WITHOUT_HEADER: Class = Class {
    name: "luks_without_header",
    what: "a message for qcow2 with LUKS and no LUKS header",
    since: Version(10, 0),
};

/// 7.2 prints nothing of the files that it opened.
pub const CHILDREN: Class = Class {
    name: "children",
    what: "`children` in the output of info",
    since: Version(8, 0),
};

/// 7.2 does not print it.
pub const DETACHED_HEADER: Class = Class {
    name: "detached_header",
    what: "`detached-header` in the output of info for LUKS",
    since: Version(10, 0),
};

/// All of them.
pub const CLASSES: [&Class; 6] = [
    &VDI_AFTER_VMDK,
    &VPC_CREATORS,
    &PARALLELS_TABLE,
    &LUKS_WITHOUT_HEADER,
    &CHILDREN,
    &DETACHED_HEADER,
];
