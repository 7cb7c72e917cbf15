// SPDX-License-Identifier: MIT OR Apache-2.0
//! The limits of single fields, with a value on each side of each limit. The syntax of the list is
//! explained at the start of `lists/field_limits.txt`.

use crate::probe::probe_with;
use crate::qemu_versions::{Class, CLASSES};
use crate::recipes::{self, Recipe};
use crate::{vhdx, Images};
use diskprobe::{Error, Format, Image, Options};

/// The text of the list. The sweep of the agreement tests uses its values.
pub const LIST: &str = include_str!("../lists/field_limits.txt");

/// A valid image, and the limits of its fields.
pub struct Base {
    /// The name of the image.
    pub name: &'static str,
    /// The format to ask for.
    pub asked: Option<Format>,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Whether `qemu-img` opens it as an image of its format.
    pub is_read_by_qemu: bool,
    /// The limits.
    pub limits: Vec<Limit>,
}

/// One line of the list.
#[derive(Clone)]
pub struct Limit {
    /// The line itself.
    pub line: &'static str,
    /// Changes that make the image wrong, all for the same reason.
    pub wrong: Vec<&'static str>,
    /// Changes that keep the image valid, each with the new virtual size, or `None` for an unknown
    /// size, if it differs.
    pub right: Vec<(&'static str, Option<Option<u64>>)>,
    /// Where the limit comes from, in parentheses.
    pub remark: Option<&'static str>,
    /// Why `qemu-img` opens the wrong images.
    pub qemu_opens: Option<&'static str>,
    /// The class of versions of `qemu-img` that have the limit.
    pub needs: Option<&'static Class>,
}

/// The error of a limit: the structure and offset of a field, and the rule that it breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The name of the structure.
    pub structure: String,
    /// The offset of the field.
    pub offset: u64,
    /// The rule, or the message without the value that was found.
    pub fault: String,
}

/// Returns all bases, built in the directory.
pub fn bases(images: &Images) -> Vec<Base> {
    let mut bases: Vec<Base> = Vec::new();
    for line in LIST.lines() {
        if let Some(recipe) = line.strip_prefix("base ") {
            bases.push(Base::of(images, recipe));
        } else if !line.is_empty() && !line.starts_with('#') {
            let base = bases.last_mut().expect("a base comes first");
            base.limits.push(Limit::parse(line));
        }
    }
    bases
}

impl Base {
    fn of(images: &Images, line: &'static str) -> Self {
        let (line, is_read_by_qemu) = match line.strip_prefix("unread ") {
            Some(line) => (line, false),
            None => (line, true),
        };
        // Three commands that other lists do not have come last.
        let end = line.split(" | ").position(is_own);
        let all = line.split(" | ").count();
        let split = line.splitn(end.unwrap_or(all) + 1, " | ");
        let own = if end.is_some() {
            split.last().unwrap_or_default()
        } else {
            ""
        };
        let recipe: Recipe =
            recipes::recipe(line[..line.len() - own.len()].trim_end_matches(" | "));
        recipe.build(images);
        let mut base = Base {
            name: recipe.name,
            asked: recipe.asked,
            bytes: images.read(recipe.name),
            is_read_by_qemu,
            limits: Vec::new(),
        };
        base.bytes = base.changed(&own.replace(" | ", " + "));
        base
    }

    /// Returns the image with these changes.
    pub fn changed(&self, commands: &str) -> Vec<u8> {
        let commands = commands.split(" + ");
        let commands = commands.filter(|command| !matches!(*command, "=" | ""));
        commands.fold(self.bytes.clone(), |bytes, command| {
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            changed(bytes, verb, rest).unwrap_or_else(|| panic!("{}: {command:?}", self.name))
        })
    }

    /// Probes such an image.
    pub fn probe(&self, bytes: &[u8]) -> Result<Image, Error> {
        probe_with(bytes, &Options::new().format(self.asked))
    }

    /// Returns the format that the image has.
    pub fn format(&self) -> Format {
        let image = self.probe(&self.bytes);
        image
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
            .format()
    }
}

impl Limit {
    fn parse(line: &'static str) -> Self {
        let mut parts = line.split(" | ").peekable();
        let wrong = parts.next().expect("what is wrong").split(" / ");
        let right = parts
            .next()
            .unwrap_or_else(|| panic!("no right image: {line}"));
        let right = right.split(" / ").filter(|change| *change != "-");
        let right = right.map(|change| match change.split_once(" -> ") {
            Some((change, "none")) => (change, Some(None)),
            Some((change, size)) => (change, Some(Some(size.parse().expect("a size")))),
            None => (change, None),
        });
        let remark = parts.next_if(|part| part.starts_with('('));
        let needs = parts.next_if(|part| part.starts_with("needs "));
        let class = |name| CLASSES.into_iter().find(|class| class.name == name);
        Limit {
            line,
            wrong: wrong.collect(),
            right: right.collect(),
            remark,
            qemu_opens: parts.next(),
            needs: needs.map(|part| class(&part["needs ".len()..]).expect("a class")),
        }
    }

    /// Returns the one reason for which all wrong images are rejected, or the first exception.
    pub fn judgement(&self, base: &Base) -> Result<Judgement, String> {
        let mut first: Option<Judgement> = None;
        for change in &self.wrong {
            let error = base.probe(&base.changed(change)).err();
            let error = error.ok_or_else(|| format!("{change}: accepted"))?;
            let found = Judgement::of(&error).ok_or_else(|| format!("{change}: {error}"))?;
            match &first {
                Some(first) if *first != found => {
                    return Err(format!("{change}: {error}, unlike {first:?}"))
                }
                _ => first = Some(found),
            }
        }
        first.ok_or_else(|| "nothing is wrong".to_owned())
    }

    /// Checks that the right images are accepted, and have the expected sizes.
    pub fn check_right(&self, base: &Base) -> Result<(), String> {
        let unchanged = base.probe(&base.bytes).map_err(|error| error.to_string())?;
        for (change, size) in &self.right {
            let image = base.probe(&base.changed(change));
            let found = image
                .map_err(|error| format!("{change}: {error}"))?
                .virtual_size();
            if found != size.unwrap_or(unchanged.virtual_size()) {
                return Err(format!("{change}: virtual size {found:?}"));
            }
        }
        Ok(())
    }
}

impl Judgement {
    /// Returns `None` if the message has none of the forms that errors of an image have.
    pub fn of(error: &Error) -> Option<Self> {
        let message = error.to_string();
        let (structure, rest) = message.split_once(": ")?;
        Some(Judgement {
            structure: structure.to_owned(),
            offset: error.offset()?,
            fault: fault(rest)?,
        })
    }
}

fn fault(text: &str) -> Option<String> {
    if let Some(needs) = text.strip_prefix("needs ") {
        let (length, _) = needs.split_once(" bytes at offset ")?;
        let bytes = if length == "1" { "byte" } else { "bytes" };
        return Some(format!(
            "the file must contain {length} {bytes} starting at this offset"
        ));
    }
    let (before, after) = text.split_once(" (offset ")?;
    let (_, after) = after.split_once(')')?;
    if let Some((name, _)) = before.split_once(" has unknown bits ") {
        return Some(format!("`{name}` must not have unknown bits"));
    }
    let must = after.strip_prefix(", must be ");
    let must = must.or(after.strip_prefix(", supported: "));
    Some(match (before.split_once(" is "), must) {
        (Some(("Checksum", _)), Some(_)) => {
            "`Checksum` must be the CRC-32C of its block".to_owned()
        }
        (Some((name, _)), Some(must)) => format!("`{name}` must be {must}"),
        _ => before.to_owned(),
    })
}

fn is_own(command: &str) -> bool {
    ["utf16", "repeat", "checksums"]
        .iter()
        .any(|verb| command.starts_with(verb))
}

fn changed(bytes: Vec<u8>, verb: &str, rest: &str) -> Option<Vec<u8>> {
    match verb {
        "checksums" => Some(vhdx::with_checksums(bytes)),
        "utf16" => {
            let (offset, text) = rest.split_once(' ')?;
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            let digits: String = units.map(|byte| format!("{byte:02x}")).collect();
            recipes::changed(bytes, "put", &format!("{offset} {digits}"))
        }
        "repeat" => {
            let mut words = rest.split(' ');
            let (offset, count, digits) = (words.next()?, words.next()?, words.next()?);
            let digits = digits.repeat(count.parse().ok()?);
            recipes::changed(bytes, "put", &format!("{offset} {digits}"))
        }
        _ => recipes::changed(bytes, verb, rest),
    }
}
