// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header of VHDX. There are two copies, so that one is always complete.

use super::checksum::Checksums;
use super::region::Span;
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::header::header;
use crate::base::view::{Incomplete, View};
use crate::formats::guid::Guid;
use nom::combinator::consumed;
use nom::Parser;

const FIRST: u64 = 64 << 10;
const SECOND: u64 = 128 << 10;
/// End of the fixed structures: the headers and the region tables.
pub(super) const FIXED_END: u64 = 1 << 20;
/// The log starts after the fixed structures, at a multiple of this.
const LOG_UNIT: u64 = FIXED_END;

header! {
    pub(super) struct Header("vhdx header", LittleEndian, 4096) {
        0 signature: [u8; 4],
        4 checksum: u32 = "Checksum",
        /// The valid header with the greatest number is the current one.
        8 sequence_number: u64 = "SequenceNumber",
        /// Changes with the virtual disk. A child names its parent by this GUID.
        32 data_write_guid: Guid,
        /// 0 if the log is empty.
        48 log_guid: Guid,
        64 log_version: u16 = "LogVersion",
        66 version: u16 = "Version",
        68 log_length: u32 = "LogLength",
        72 log_offset: u64 = "LogOffset",
    }
}

/// Reads both copies and returns the later valid one, after checking its log.
pub(super) fn read(view: &View<'_>, checksums: Checksums) -> Result<Header, Incomplete> {
    let (first_bytes, first) = copy(view, FIRST)?;
    let (second_bytes, second) = copy(view, SECOND)?;
    let first = first.valid(first_bytes, checksums);
    let second = second.valid(second_bytes, checksums);
    let header = match (first, second) {
        (Ok(first), Ok(second)) if first.sequence_number < second.sequence_number => second,
        (Ok(first), Ok(second)) => {
            second.sequence_number().require(
                second.sequence_number < first.sequence_number || first_bytes == second_bytes,
                Constraint::Be(
                    "different from that of the first header, unless the headers are identical",
                ),
            )?;
            first
        }
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => only,
        (Err(reason), Err(_)) => return Err(reason.into()),
    };
    header.check_log()?;
    Ok(header)
}

/// Returns whether both copies are valid, their checksums included.
pub(super) fn are_valid(view: &View<'_>) -> Result<bool, Incomplete> {
    let is_valid = |(bytes, copy): (_, Header)| copy.valid(bytes, Checksums::Checked).is_ok();
    Ok(is_valid(copy(view, FIRST)?) && is_valid(copy(view, SECOND)?))
}

fn copy<'a>(view: &View<'a>, start: u64) -> Result<(&'a [u8], Header), Incomplete> {
    let header = |input| Header::parse(start, input);
    let name = Header::STRUCTURE.name;
    view.parse(start, Header::LENGTH, name, |bytes| {
        consumed(header).parse(bytes)
    })
}

impl Header {
    /// Fails if this copy, whose bytes are `bytes`, must not be used.
    fn valid(self, bytes: &[u8], checksums: Checksums) -> Result<Self, Reason> {
        let is_signed = self.signature == *b"head";
        self.signature().check_signature(is_signed)?;
        checksums.check::<{ Header::LENGTH as usize }>(self.checksum(), bytes)?;
        let version = self.version();
        version.supported(version.value == 1, Constraint::Equal(1))?;
        Ok(self)
    }

    fn check_log(&self) -> Result<(), Reason> {
        let log = self.log();
        log.offset.at_least(LOG_UNIT)?;
        log.offset.aligned(LOG_UNIT)?;
        let version = self.log_version();
        version.supported(version.value == 0, Constraint::Equal(0))?;
        if self.log_in_use() {
            self.log_length().aligned(LOG_UNIT)?;
            log.check_end()?;
        }
        Ok(())
    }

    /// Returns whether the log may hold changes that are not applied yet. Only reading the log
    /// would show whether it does.
    pub(super) fn log_in_use(&self) -> bool {
        self.log_guid.0.not_nil().is_some() && self.log_length != 0
    }

    pub(super) fn log(&self) -> Span {
        Span {
            offset: self.log_offset(),
            length: self.log_length,
        }
    }
}
