// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON of LUKS 2: where the guest's data is, how it is encrypted, and where the keys are.

use crate::base::constraint::Constraint;
use crate::base::error::Reason;
use crate::base::field::Structure;
use crate::base::json::{self, Members, Quoted, Value};
use crate::base::text::Text;
use crate::base::view::{Incomplete, View};
use crate::formats::sizes::{inside, KEYS_INSIDE, SECTOR};
use crate::image::is_null_cipher;

/// The JSON text, and where it stands in the file.
pub(super) struct Metadata<'a> {
    members: Members<'a>,
    place: Structure,
}

/// Where the guest's data is: in one segment of the device or, while all of it is being encrypted
/// anew, in several, one behind the other.
pub(super) struct Data<'a> {
    /// Where the first segment starts. Zero: the header is detached from the data.
    pub(super) offset: Option<u64>,
    /// How many bytes there are.
    pub(super) size: Option<u64>,
    /// The cipher, and its mode.
    pub(super) cipher: Option<(Text<'a>, Option<Text<'a>>)>,
}

/// Where a string, or something behind its start, is in the JSON text.
fn position(string: Quoted<'_>, skipped: usize) -> u64 {
    u64::try_from(string.at.saturating_add(skipped)).unwrap_or(u64::MAX)
}

impl<'a> Metadata<'a> {
    pub(super) fn read(text: &'a [u8], place: Structure) -> Result<Self, Reason> {
        let members = json::object(text).map_err(|_| place.broken("is not a JSON object", 0))?;
        Ok(Metadata { members, place })
    }

    /// What the segments say of the device in `view`.
    pub(super) fn data(&self, view: &View<'_>) -> Result<Data<'a>, Incomplete> {
        let (mut first, mut total, mut encryption) = (None, Some(0u64), None);
        for segment in self.numbered("segments")? {
            let segment = segment?;
            if self.is_backup(segment)? {
                continue;
            }
            let (offset, size) = self.segment(segment, view)?;
            first = Some(first.map_or(offset, |first: u64| first.min(offset)));
            total = total
                .zip(size)
                .and_then(|(total, size)| total.checked_add(size));
            // Of several, one that leaves its part in the clear is the one to know.
            let found = self.string(segment, "encryption")?;
            let null = found.filter(|found| is_null_cipher(found.bytes));
            encryption = null.or(encryption).or(found);
        }
        Ok(Data {
            offset: first,
            size: total.filter(|_| first.is_some_and(|offset| offset != 0)),
            cipher: encryption.map(|encryption| self.split(encryption)),
        })
    }

    /// How many key slots hold a key. What they hold lies between `start` and `end`; where the
    /// data is in another file, which has no `end`, it lies before that of the file.
    pub(super) fn key_slots(
        &self,
        view: &View<'_>,
        start: u64,
        end: Option<u64>,
    ) -> Result<u32, Incomplete> {
        let detached = end.is_none();
        let ends = [self.key_slots_end(start)?, end];
        let end = ends.into_iter().flatten().min();
        let mut count = 0u32;
        // No more than there are numbers.
        let mut areas: Vec<(u64, u64)> = Vec::new();
        for slot in self.numbered("keyslots")? {
            let slot = slot?;
            let kind = self.string(slot, "type")?;
            if kind.is_some_and(|kind| kind.bytes == b"luks2") {
                count = count.saturating_add(1);
            }
            let Some(Value::Object(area)) = self.find(slot, "area")? else {
                continue;
            };
            let (offset_text, offset) = self.number(area, "offset")?;
            let (size_text, size) = self.number(area, "size")?;
            let field = |name, text, value| self.place.field(name, position(text, 0), value);
            let size_field = field("size of a key slot's area", size_text, size);
            let offset_field = field("offset of a key slot's area", offset_text, offset);
            match end {
                Some(end) => {
                    size_field.between(1, end.saturating_sub(start))?;
                    offset_field.between(start, end.saturating_sub(size))?;
                }
                None => {
                    size_field.at_least(1)?;
                    offset_field.at_least(start)?;
                }
            }
            let area_end = offset.saturating_add(size);
            if detached {
                inside(view, offset_field, area_end, KEYS_INSIDE)?;
            }
            let free = areas.iter().all(|(o, e)| *e <= offset || area_end <= *o);
            offset_field.require(free, Constraint::Be("outside the areas of other key slots"))?;
            areas.push((offset, area_end));
        }
        Ok(count)
    }

    /// Where the room for key material ends that starts at `start`, where the JSON says that.
    fn key_slots_end(&self, start: u64) -> Result<Option<u64>, Reason> {
        let Some(Value::Object(config)) = self.find(self.members, "config")? else {
            return Ok(None);
        };
        let (_, size) = self.number(config, "keyslots_size")?;
        Ok(Some(start.saturating_add(size)))
    }

    /// `aes` and `xts-plain64`, for `aes-xts-plain64`.
    fn split(&self, encryption: Quoted<'a>) -> (Text<'a>, Option<Text<'a>>) {
        let text =
            |bytes, skipped| Text::bytes(bytes, self.place.offset(position(encryption, skipped)));
        let mut parts = encryption.bytes.splitn(2, |byte| *byte == b'-');
        let cipher = parts.next().unwrap_or_default();
        let mode = parts
            .next()
            .map(|mode| text(mode, cipher.len().saturating_add(1)));
        (text(cipher, 0), mode)
    }

    fn broken(&self, what: &'static str, at: Quoted<'_>) -> Reason {
        self.place.broken(what, position(at, 0))
    }

    /// The offset and the size of a segment that is one of the parts of the device in `view`.
    fn segment(
        &self,
        segment: Members<'_>,
        view: &View<'_>,
    ) -> Result<(u64, Option<u64>), Incomplete> {
        let missing = self.place.broken("a segment has no place", 0);
        let required = |name| self.string(segment, name)?.ok_or(missing);
        let (offset_text, size_text) = (required("offset")?, required("size")?);
        let offset = decimal(offset_text)
            .ok_or(self.broken("a segment's offset is no number", offset_text))?;
        let offset_position = position(offset_text, 0);
        let offset_field = self.place.field("segment offset", offset_position, offset);
        offset_field.aligned(SECTOR)?;
        // Of a device that is another file nothing is known.
        let elsewhere = offset == 0;
        if let Some(end) = view.end_before(offset, self.place.name)? {
            offset_field.at_most(end)?;
        }
        if size_text.bytes == b"dynamic" {
            let length = view.length().known().filter(|_| !elsewhere);
            return Ok((offset, length.map(|length| length.saturating_sub(offset))));
        }
        let size =
            decimal(size_text).ok_or(self.broken("a segment's size is no number", size_text))?;
        if !elsewhere {
            let end = offset.saturating_add(size);
            if let Some(end) = view.end_before(end, self.place.name)? {
                self.place
                    .field("segment size", position(size_text, 0), size)
                    .at_most(end.saturating_sub(offset))?;
            }
        }
        Ok((offset, Some(size)))
    }

    /// Whether the segment only says how the device was before, or will be after, a change.
    fn is_backup(&self, segment: Members<'_>) -> Result<bool, Reason> {
        const MARK: &[u8] = b"\"backup-";
        let broken = |what| Err(self.place.broken(what, 0));
        match self.find(segment, "flags")? {
            Some(Value::Array(flags)) if flags.text.contains(&b'\\') => {
                broken("a segment's flags are not in plain text")
            }
            Some(Value::Array(flags)) => {
                Ok(flags.text.windows(MARK.len()).any(|part| part == MARK))
            }
            Some(_) => broken("a segment's flags are no list"),
            None => Ok(false),
        }
    }

    /// The objects in the object of that name, which are named by numbers.
    fn numbered<'s>(
        &'s self,
        name: &str,
    ) -> Result<impl Iterator<Item = Result<Members<'a>, Reason>> + 's, Reason> {
        let Some(Value::Object(objects)) = self.find(self.members, name)? else {
            return Err(self.place.broken("lists no segments or no keyslots", 0));
        };
        let mut seen = 0u64;
        Ok(objects.map(move |(name, value)| {
            let number = decimal(name).and_then(|number| u32::try_from(number).ok());
            let bit = number.and_then(|number| 1u64.checked_shl(number));
            let bit = bit.filter(|bit| seen & bit == 0);
            seen |= bit.ok_or(self.broken("a number is out of range or comes twice", name))?;
            match value {
                Value::Object(members) => Ok(members),
                _ => Err(self.broken("what has this number is no object", name)),
            }
        }))
    }

    /// The member of that name. Names mean what stands there, and none comes twice: of two,
    /// programs might take either.
    fn find<'m>(&self, members: Members<'m>, wanted: &str) -> Result<Option<Value<'m>>, Reason> {
        let mut found = None;
        for (name, value) in members {
            if !name.is_plain() {
                return Err(self.broken("a name is not in plain text", name));
            }
            if name.bytes == wanted.as_bytes() && found.replace(value).is_some() {
                return Err(self.broken("a name comes twice", name));
            }
        }
        Ok(found)
    }

    /// The string of that name.
    fn string<'m>(&self, members: Members<'m>, name: &str) -> Result<Option<Quoted<'m>>, Reason> {
        match self.find(members, name)? {
            None => Ok(None),
            Some(Value::String(string)) if string.is_plain() => Ok(Some(string)),
            Some(_) => Err(self.place.broken("a value is no string in plain text", 0)),
        }
    }

    /// The number of that name, which is written as a string.
    fn number<'m>(&self, members: Members<'m>, name: &str) -> Result<(Quoted<'m>, u64), Reason> {
        let missing = self.place.broken("the room of key slots is not given", 0);
        let text = self.string(members, name)?.ok_or(missing)?;
        let number = decimal(text).ok_or(self.broken("this is no number", text))?;
        Ok((text, number))
    }
}

fn decimal(text: Quoted<'_>) -> Option<u64> {
    let text = core::str::from_utf8(text.bytes).ok()?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
