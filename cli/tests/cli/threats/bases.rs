// SPDX-License-Identifier: MIT OR Apache-2.0
//! The valid images that the tests change. Their virtual size is 64 MiB unless the name says
//! otherwise.

use diskprobe_test_support::build::{Build, Parallels, Qcow, Qed, Vdi, Vhdx, Vmdk, Vpc, MIB};

pub(crate) use diskprobe_test_support::cases::qcow2::{backed, base as qcow2, extended};

pub(crate) fn qcow() -> Vec<u8> {
    Qcow::new(64 * MIB).bytes()
}

pub(crate) fn qed() -> Vec<u8> {
    Qed::new(64 * MIB).bytes()
}

pub(crate) fn vmdk() -> Vec<u8> {
    Vmdk::new(64 * MIB).bytes()
}

pub(crate) fn vdi() -> Vec<u8> {
    Vdi::new(64 * MIB).bytes()
}

pub(crate) fn vpc() -> Vec<u8> {
    Vpc::new(64 * MIB).bytes()
}

pub(crate) fn fixed_vpc_of_1_mib() -> Vec<u8> {
    Vpc::new(MIB).fixed().force_size().bytes()
}

pub(crate) fn vhdx() -> Vec<u8> {
    Vhdx::new(64 * MIB).bytes()
}

pub(crate) fn parallels() -> Vec<u8> {
    Parallels::new(64 * MIB).bytes()
}
