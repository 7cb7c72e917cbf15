// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header of VHDX, of which there are two copies, so that one is whole at any time.

use super::checksum::{self, Checksums};
use super::region::Place;
use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::number::{le_u16, le_u32, le_u64};
use crate::base::view::{Incomplete, View};
use crate::formats::guid::microsoft_guid;
use crate::image::Uuid;
use nom::bytes::complete::take;
use nom::IResult;

const HEADER: Structure = Structure::new("vhdx header");
const COPIES: [u64; 2] = [64 << 10, 128 << 10];
const LENGTH: u32 = 4096;
const SIGNATURE: [u8; 4] = *b"head";
const NO_LOG: Uuid = [0; 16];
/// The log starts behind the fixed structures, and at a multiple of this.
const LOG_UNIT: u64 = 1 << 20;

/// The header that counts.
pub(super) struct Header {
    /// Where this copy stands.
    copy: Structure,
    sequence_number: u64,
    pub(super) data_write_guid: Uuid,
    log_guid: Uuid,
    log_version: u16,
    version: u16,
    log_length: u32,
    log_offset: u64,
}

fn header(copy: Structure, input: &[u8]) -> IResult<&[u8], Header> {
    let (input, _signature_and_checksum) = take(8usize)(input)?;
    let (input, sequence_number) = le_u64(input)?;
    let (input, _file_write_guid) = microsoft_guid(input)?;
    let (input, data_write_guid) = microsoft_guid(input)?;
    let (input, log_guid) = microsoft_guid(input)?;
    let (input, log_version) = le_u16(input)?;
    let (input, version) = le_u16(input)?;
    let (input, log_length) = le_u32(input)?;
    let (input, log_offset) = le_u64(input)?;
    let header = Header {
        copy,
        sequence_number,
        data_write_guid,
        log_guid,
        log_version,
        version,
        log_length,
        log_offset,
    };
    Ok((input, header))
}

/// Reads both copies, and judges the one that counts: the later one of those that are valid.
pub(super) fn read(view: &View<'_>, checksums: Checksums) -> Result<Header, Incomplete> {
    let [first_at, second_at] = COPIES;
    let first_bytes = view.at(first_at, LENGTH, HEADER.name)?;
    let second_bytes = view.at(second_at, LENGTH, HEADER.name)?;
    let first = valid(HEADER.at(first_at), first_bytes, checksums);
    let second = valid(HEADER.at(second_at), second_bytes, checksums);
    let header = match (first, second) {
        (Ok(first), Ok(second)) if first.sequence_number < second.sequence_number => second,
        (Ok(first), Ok(second)) => {
            second
                .copy
                .field("SequenceNumber", 8, second.sequence_number)
                .require(
                    second.sequence_number < first.sequence_number || first_bytes == second_bytes,
                    Constraint::Be("other than that of the first copy, or the copies identical"),
                )?;
            first
        }
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => only,
        (Err(reason), Err(_)) => return Err(reason.into()),
    };
    header.judge_log()?;
    Ok(header)
}

/// Whether the checksums of both copies are right.
pub(super) fn are_whole(view: &View<'_>) -> Result<bool, Incomplete> {
    for copy in COPIES {
        let bytes = view.at(copy, LENGTH, HEADER.name)?;
        if checksum::judge(bytes, LENGTH, HEADER, SIGNATURE, Checksums::Judged).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The header in one copy, unless that is not to be used.
fn valid(copy: Structure, bytes: &[u8], checksums: Checksums) -> Result<Header, Reason> {
    checksum::judge(bytes, LENGTH, copy, SIGNATURE, checksums)?;
    let (_, header) = header(copy, bytes).map_err(|_| copy.broken("cannot be read", 0))?;
    copy.field("Version", 66, header.version)
        .supported(header.version == 1, Constraint::Equal(1))?;
    Ok(header)
}

impl Header {
    fn judge_log(&self) -> Result<(), Reason> {
        let offset = self.copy.field("LogOffset", 72, self.log_offset);
        offset.at_least(LOG_UNIT)?;
        offset.aligned(LOG_UNIT)?;
        self.copy
            .field("LogVersion", 64, self.log_version)
            .supported(self.log_version == 0, Constraint::Equal(0))?;
        if self.log_in_use() {
            self.copy
                .field("LogLength", 68, self.log_length)
                .aligned(LOG_UNIT)?;
            self.log().judge_end()?;
        }
        Ok(())
    }

    /// Whether the log may hold changes that are not made yet. Whether it does, only a walk
    /// through the log itself would tell.
    pub(super) fn log_in_use(&self) -> bool {
        self.log_guid != NO_LOG && self.log_length != 0
    }

    pub(super) fn log(&self) -> Place {
        Place {
            offset: self.copy.field("LogOffset", 72, self.log_offset),
            length: self.log_length,
        }
    }
}
