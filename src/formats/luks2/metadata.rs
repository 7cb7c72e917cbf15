// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON of LUKS 2: segments, which hold the guest's data, and key slots.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::{Field, Structure};
use crate::base::json::{self, Members, Quoted, Value};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{inside, KEYS_INSIDE, SECTOR};
use crate::image::is_null_cipher;

pub(super) struct Metadata<'a> {
    members: Members<'a>,
    /// The JSON text at its offset in the file.
    json: Structure,
}

/// The guest's data: one segment or, during a reencryption, several that follow each other.
pub(super) struct Data<'a> {
    /// Offset of the first segment. Zero: the header is detached from the data.
    pub(super) offset: Option<u64>,
    /// Bytes in all segments.
    pub(super) size: Option<u64>,
    /// The cipher and its mode.
    pub(super) cipher: Option<(Text<'a>, Option<Text<'a>>)>,
    /// A segment is not encrypted.
    pub(super) in_the_clear: bool,
    /// A segment has flags, because the volume is being encrypted, decrypted or reencrypted.
    pub(super) in_change: bool,
}

/// The active key slots.
pub(super) struct KeySlots {
    pub(super) count: u32,
    /// The type of a slot is not that of a key slot, because the volume is being reencrypted.
    pub(super) in_change: bool,
}

/// A number that a member records as a string.
struct Number {
    member: &'static str,
    /// The name in messages.
    name: &'static str,
    missing: &'static str,
    invalid: &'static str,
}

macro_rules! number {
    ($member:literal, $name:literal) => {
        Number {
            member: $member,
            name: $name,
            missing: concat!($name, " is missing"),
            invalid: concat!($name, " is not a number"),
        }
    };
}

const SEGMENT_OFFSET: Number = number!("offset", "segment offset");
const SEGMENT_SIZE: Number = number!("size", "segment size");
const AREA_OFFSET: Number = number!("offset", "keyslot area offset");
const AREA_SIZE: Number = number!("size", "keyslot area size");
const KEYSLOTS_SIZE: Number = number!("keyslots_size", "keyslots_size");
/// The start of a flag that marks a segment as a backup for a reencryption.
const BACKUP: &[u8] = b"\"backup-";

/// Returns the offset of a string in the JSON text.
fn position(string: Quoted<'_>) -> u64 {
    u64::try_from(string.at).unwrap_or(u64::MAX)
}

impl<'a> Metadata<'a> {
    pub(super) fn read(text: &'a [u8], json: Structure) -> Result<Self, Reason> {
        let members = json::object(text).map_err(|_| json.broken("not a JSON object", 0))?;
        Ok(Metadata { members, json })
    }

    /// Returns the facts in the segments of the device in `view`.
    pub(super) fn data(&self, view: &View<'_>) -> Result<Data<'a>, Incomplete> {
        let (mut first, mut total, mut encryption) = (None, Some(0u64), None);
        let (mut in_the_clear, mut in_change) = (false, false);
        for segment in self.numbered("segments")? {
            let segment = segment?;
            let flags = self.flags(segment)?;
            in_change |= !flags.trim_ascii().is_empty();
            if flags.windows(BACKUP.len()).any(|part| part == BACKUP) {
                continue;
            }
            let (offset, size) = self.segment(segment, view)?;
            first = Some(first.map_or(offset, |first: u64| first.min(offset)));
            total = total
                .zip(size)
                .and_then(|(total, size)| total.checked_add(size));
            // A segment that is not encrypted matters most.
            let found = self.string(segment, "encryption")?;
            let kind = self.string(segment, "type")?;
            in_the_clear |= found.is_none() || kind.is_some_and(|kind| kind.bytes != b"crypt");
            let null = found.filter(|found| is_null_cipher(found.bytes));
            encryption = null.or(encryption).or(found);
        }
        Ok(Data {
            offset: first,
            size: total.filter(|_| first.is_some_and(|offset| offset != 0)),
            cipher: encryption.map(|encryption| self.split(encryption)),
            in_the_clear,
            in_change,
        })
    }

    /// Returns whether the volume has mandatory requirements. None is known here.
    pub(super) fn has_requirements(&self) -> Result<bool, Reason> {
        let Some(Value::Object(config)) = self.find(self.members, "config")? else {
            return Ok(false);
        };
        let mandatory = match self.find(config, "requirements")? {
            Some(Value::Object(requirements)) => self.find(requirements, "mandatory")?,
            None => None,
            Some(_) => return Ok(true),
        };
        Ok(match mandatory {
            Some(Value::Array(names)) => !names.text.trim_ascii().is_empty(),
            other => other.is_some(),
        })
    }

    /// Returns the active key slots. Key material is between `start` and `end`, or the
    /// end of the file if the data is in another one.
    pub(super) fn key_slots(
        &self,
        view: &View<'_>,
        start: u64,
        end: Option<u64>,
    ) -> Result<KeySlots, Incomplete> {
        let detached = end.is_none();
        let ends = [self.key_slots_end(start)?, end];
        let end = ends.into_iter().flatten().min();
        let (mut count, mut in_change) = (0u32, false);
        // At most 64 areas, because the numbers of the slots are 0 to 63.
        let mut areas: Vec<(u64, u64)> = Vec::new();
        for slot in self.numbered("keyslots")? {
            let slot = slot?;
            let kind = self.string(slot, "type")?;
            match kind.is_some_and(|kind| kind.bytes == b"luks2") {
                true => count = count.saturating_add(1),
                false => in_change = true,
            }
            let Some(Value::Object(area)) = self.find(slot, "area")? else {
                continue;
            };
            let offset = self.number(area, &AREA_OFFSET)?;
            let size = self.number(area, &AREA_SIZE)?;
            match end {
                Some(end) => {
                    size.between(1, end.saturating_sub(start))?;
                    offset.between(start, end.saturating_sub(size.value))?;
                }
                None => {
                    size.at_least(1)?;
                    offset.at_least(start)?;
                }
            }
            let (area_start, area_end) = (offset.value, offset.value.saturating_add(size.value));
            if detached {
                inside(view, offset, area_end, KEYS_INSIDE)?;
            }
            let free = areas
                .iter()
                .all(|(s, e)| *e <= area_start || area_end <= *s);
            offset.require(free, Constraint::Be("outside the areas of other keyslots"))?;
            areas.push((area_start, area_end));
        }
        Ok(KeySlots { count, in_change })
    }

    /// Returns the end of the key material that starts at `start`, if the JSON has it.
    fn key_slots_end(&self, start: u64) -> Result<Option<u64>, Reason> {
        let Some(Value::Object(config)) = self.find(self.members, "config")? else {
            return Ok(None);
        };
        let size = self.number(config, &KEYSLOTS_SIZE)?;
        Ok(Some(start.saturating_add(size.value)))
    }

    /// Splits `aes-xts-plain64` into `aes` and `xts-plain64`. The kernel's own notation, which
    /// starts with `capi:`, is not split.
    fn split(&self, encryption: Quoted<'a>) -> (Text<'a>, Option<Text<'a>>) {
        let start = self.json.offset(position(encryption));
        if encryption.bytes.starts_with(b"capi:") {
            return (Text::bytes(encryption.bytes, start), None);
        }
        let mut parts = encryption.bytes.splitn(2, |byte| *byte == b'-');
        let cipher = parts.next().unwrap_or_default();
        let skipped = u64::try_from(cipher.len()).unwrap_or(0).saturating_add(1);
        let mode = parts.next();
        let mode = mode.map(|mode| Text::bytes(mode, start.saturating_add(skipped)));
        (Text::bytes(cipher, start), mode)
    }

    fn broken(&self, what: &'static str, at: Quoted<'_>) -> Reason {
        self.json.broken(what, position(at))
    }

    /// Returns the offset and the size of a segment of the device in `view`.
    fn segment(
        &self,
        segment: Members<'_>,
        view: &View<'_>,
    ) -> Result<(u64, Option<u64>), Incomplete> {
        let offset = self.required(segment, &SEGMENT_OFFSET)?;
        let size = self.required(segment, &SEGMENT_SIZE)?;
        let offset = self.decimal(offset, &SEGMENT_OFFSET)?;
        offset.aligned(SECTOR)?;
        if let Some(end) = view.end_before(offset.value, self.json.name)? {
            offset.at_most(end)?;
        }
        // The data is in another file, whose size is unknown.
        let is_detached = offset.value == 0;
        if size.bytes == b"dynamic" {
            let length = view.length().known().filter(|_| !is_detached);
            let size = length.map(|length| length.saturating_sub(offset.value));
            return Ok((offset.value, size));
        }
        let size = self.decimal(size, &SEGMENT_SIZE)?;
        if !is_detached {
            let end = offset.value.saturating_add(size.value);
            if let Some(end) = view.end_before(end, self.json.name)? {
                size.at_most(end.saturating_sub(offset.value))?;
            }
        }
        Ok((offset.value, Some(size.value)))
    }

    /// Returns the flags of a segment: the text between the brackets.
    fn flags(&self, segment: Members<'a>) -> Result<&'a [u8], Reason> {
        let broken = |what| Err(self.json.broken(what, 0));
        match self.find(segment, "flags")? {
            Some(Value::Array(flags)) if flags.text.contains(&b'\\') => {
                broken("the flags of a segment contain an escape sequence")
            }
            Some(Value::Array(flags)) => Ok(flags.text),
            Some(_) => broken("the flags of a segment are not an array"),
            None => Ok(&[]),
        }
    }

    /// Returns the members of the object with this name. They are objects with numbers as names.
    fn numbered<'s>(
        &'s self,
        name: &str,
    ) -> Result<impl Iterator<Item = Result<Members<'a>, Reason>> + 's, Reason> {
        let Some(Value::Object(objects)) = self.find(self.members, name)? else {
            return Err(self
                .json
                .broken("segments or keyslots is missing or not an object", 0));
        };
        let mut seen = 0u64;
        Ok(objects.map(move |(name, value)| {
            let number = decimal(name).and_then(|number| u32::try_from(number).ok());
            let bit = number.and_then(|number| 1u64.checked_shl(number));
            let bit = bit.filter(|bit| seen & bit == 0);
            seen |= bit.ok_or(self.broken(
                "the number of a segment or keyslot occurs twice or is not 0 to 63",
                name,
            ))?;
            match value {
                Value::Object(members) => Ok(members),
                _ => Err(self.broken("a segment or keyslot is not a JSON object", name)),
            }
        }))
    }

    /// Finds the member with this name. Escapes and repeated names are errors, because programs
    /// could read them differently.
    fn find<'m>(&self, members: Members<'m>, wanted: &str) -> Result<Option<Value<'m>>, Reason> {
        let mut found = None;
        for (name, value) in members {
            if !name.is_plain() {
                return Err(self.broken("a name contains an escape sequence", name));
            }
            if name.bytes == wanted.as_bytes() && found.replace(value).is_some() {
                return Err(self.broken("a name occurs twice", name));
            }
        }
        Ok(found)
    }

    /// Finds the string with this name.
    fn string<'m>(&self, members: Members<'m>, name: &str) -> Result<Option<Quoted<'m>>, Reason> {
        match self.find(members, name)? {
            None => Ok(None),
            Some(Value::String(string)) if string.is_plain() => Ok(Some(string)),
            Some(_) => Err(self
                .json
                .broken("a value is not a string, or contains an escape sequence", 0)),
        }
    }

    fn number(&self, members: Members<'_>, number: &Number) -> Result<Field, Reason> {
        self.decimal(self.required(members, number)?, number)
    }

    fn required<'m>(&self, members: Members<'m>, number: &Number) -> Result<Quoted<'m>, Reason> {
        let text = self.string(members, number.member)?;
        text.ok_or(self.json.broken(number.missing, 0))
    }

    fn decimal(&self, text: Quoted<'_>, number: &Number) -> Result<Field, Reason> {
        let value = decimal(text).ok_or(self.broken(number.invalid, text))?;
        Ok(self.json.field(number.name, position(text), value))
    }
}

fn decimal(text: Quoted<'_>) -> Option<u64> {
    let text = core::str::from_utf8(text.bytes).ok()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
