// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writes JSON: members in the order in which they are added, on one line or indented.
//!
//! Nothing is collected. Every value goes to the sink as it is added, so the output can be as long
//! as the facts and needs no memory of its own.

use crate::base::hidden::is_hidden;
use core::cell::Cell;
use core::fmt::{self, Display, Write};
use core::iter::Peekable;

/// Returns an object that displays the value that `write` writes: on one line with `{}`, or
/// indented by four spaces with `{:#}`, as `qemu-img` does.
pub(crate) fn json(write: impl Fn(&mut Json<'_>)) -> impl Display {
    Value(write)
}

struct Value<F>(F);

impl<F: Fn(&mut Json<'_>)> Display for Value<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = Cell::new(Ok(()));
        self.0(&mut Json {
            is_indented: f.alternate(),
            out: f,
            result: &result,
            depth: 0,
            is_empty: true,
        });
        result.get()
    }
}

/// Writes a value, or the parts of one: the members of an object, the elements of a list.
pub(crate) struct Json<'w> {
    out: &'w mut dyn Write,
    /// Whether all writes so far succeeded.
    result: &'w Cell<fmt::Result>,
    is_indented: bool,
    depth: usize,
    is_empty: bool,
}

impl Json<'_> {
    fn put(&mut self, text: impl Display) {
        let written = write!(self.out, "{text}");
        self.result.set(self.result.get().and(written));
    }

    fn new_line(&mut self) {
        if self.is_indented {
            self.put("\n");
            (0..self.depth).for_each(|_| self.put("    "));
        }
    }

    fn nested(&mut self, [open, close]: [char; 2], parts: impl FnOnce(&mut Json<'_>)) {
        self.put(open);
        let mut inner = Json {
            out: &mut *self.out,
            depth: self.depth.saturating_add(1),
            is_empty: true,
            ..*self
        };
        parts(&mut inner);
        if !inner.is_empty {
            self.new_line();
        }
        self.put(close);
    }

    /// Begins a part.
    fn part(&mut self) -> &mut Self {
        if !self.is_empty {
            self.put(',');
        }
        self.is_empty = false;
        self.new_line();
        self
    }

    /// Writes a string. Escapes the characters that JSON requires to be escaped and those that a
    /// terminal would act on. The meaning of the text does not change.
    fn string(&mut self, text: &[u8]) {
        self.put('"');
        let is_special = |c: char| matches!(c, '"' | '\\') || is_hidden(c);
        for chunk in text.utf8_chunks() {
            for part in chunk.valid().split_inclusive(is_special) {
                self.put(part.trim_end_matches(is_special));
                if let Some(c) = part.chars().next_back().filter(|c| is_special(*c)) {
                    self.escaped(c);
                }
            }
            if !chunk.invalid().is_empty() {
                self.put(char::REPLACEMENT_CHARACTER);
            }
        }
        self.put('"');
    }

    fn escaped(&mut self, c: char) {
        match c {
            '"' | '\\' | '\n' | '\r' | '\t' => self.put(c.escape_default()),
            '\u{8}' => self.put("\\b"),
            '\u{c}' => self.put("\\f"),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    self.put(format_args!("\\u{unit:04x}"));
                }
            }
        }
    }

    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Json<'_>)) {
        self.nested(['{', '}'], members);
    }

    pub(crate) fn list<I: Iterator>(&mut self, items: I, write: impl Fn(&mut Json<'_>, I::Item)) {
        self.nested(['[', ']'], |list| {
            items.for_each(|item| write(list.part(), item))
        });
    }

    /// Adds the item, as `write` writes it, if there is one.
    fn add<T>(
        &mut self,
        key: &str,
        item: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) -> &mut Self {
        if let Some(item) = item {
            let blank = if self.is_indented { " " } else { "" };
            self.part().put(format_args!("\"{key}\":{blank}"));
            write(self, item);
        }
        self
    }

    /// Adds a number, a Boolean or `null`, if there is one.
    pub(crate) fn value(&mut self, key: &str, value: Option<impl Display>) -> &mut Self {
        self.add(key, value, |json, value| json.put(value))
    }

    /// Adds a text, if there is one. Invalid UTF-8 is replaced by U+FFFD, and the key with `-hex`
    /// appended has the exact bytes.
    pub(crate) fn text(&mut self, key: &str, text: Option<impl AsRef<[u8]>>) -> &mut Self {
        let text = text.as_ref().map(AsRef::as_ref);
        self.add(key, text, Json::string);
        if let Some(bytes) = text.filter(|text| core::str::from_utf8(text).is_err()) {
            self.add(&format!("{key}-hex"), Some(bytes), |json, bytes| {
                json.put('"');
                bytes
                    .iter()
                    .for_each(|byte| json.put(format_args!("{byte:02x}")));
                json.put('"');
            });
        }
        self
    }

    /// Adds an object, if there is something to describe.
    pub(crate) fn member<T>(
        &mut self,
        key: &str,
        item: Option<T>,
        members: impl FnOnce(&mut Json<'_>, T),
    ) -> &mut Self {
        self.add(key, item, |json, item| {
            json.object(|object| members(object, item))
        })
    }

    /// Adds a list of objects, if there is one.
    pub(crate) fn objects<I: Iterator>(
        &mut self,
        key: &str,
        items: Option<I>,
        members: impl Fn(&mut Json<'_>, I::Item),
    ) -> &mut Self {
        self.add(key, items, |json, items| {
            json.list(items, |list, item| {
                list.object(|object| members(object, item))
            });
        })
    }

    /// Adds a list of texts, if there is one.
    pub(crate) fn texts<I>(&mut self, key: &str, texts: Option<I>) -> &mut Self
    where
        I: Iterator<Item: AsRef<[u8]>>,
    {
        self.add(key, texts, |json, texts| {
            json.list(texts, |list, text| list.string(text.as_ref()));
        })
    }
}

/// Returns the items, or `None` if there are none: no key for an empty list.
pub(crate) fn any<I: Iterator>(items: I) -> Option<Peekable<I>> {
    let mut items = items.peekable();
    items.peek().is_some().then_some(items)
}

#[cfg(test)]
mod tests {
    use super::{any, is_hidden, json, Json};
    use std::fmt::Write;

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes, and is about text alone")]
    fn characters_are_escaped_as_by_serde_json() {
        let tags = '\u{dfff0}'..='\u{e0100}';
        let others = ['\u{feff}', '\u{fffa}', '\u{ffff}', '\u{10ffff}'];
        for c in ('\0'..'\u{2100}').chain(tags).chain(others) {
            let text = format!("a{c}b");
            let shown = json(|json| json.string(text.as_bytes())).to_string();
            let read: String = serde_json::from_str(&shown).expect("JSON");
            assert_eq!(read, text);
            assert!(!shown.chars().any(is_hidden), "{shown}");
            if c < '\x7f' || !is_hidden(c) {
                assert_eq!(shown, serde_json::to_string(&text).expect("memory"));
            }
        }
    }

    /// Adds members, with their keys in the order that serde_json uses.
    fn member(object: &mut Json<'_>, depth: u32) {
        object
            .texts("a-list", any(["a", "b"].into_iter()))
            .texts("empty-list", Some(std::iter::empty::<&str>()))
            .member("empty-object", Some(()), |_, ()| {})
            .texts("no-key", any(std::iter::empty::<&str>()))
            .value("no-key", None::<u64>)
            .value("null", Some("null"))
            .value("number", Some(depth))
            .objects("objects", any(0..depth), member)
            .text("text", Some("a\"b"));
    }

    #[test]
    fn layout_is_that_of_serde_json() {
        let shown = json(|json| json.list(0..3, |list, depth| list.object(|o| member(o, depth))));
        let line = shown.to_string();
        let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(line, serde_json::to_string(&read).expect("memory"));
        let indented = serde_json::to_string_pretty(&read).expect("memory");
        // serde_json indents by two spaces.
        let twice = |line: &str| {
            let text = line.trim_start();
            format!("{}{text}", " ".repeat(2 * (line.len() - text.len())))
        };
        let indented: Vec<_> = indented.lines().map(twice).collect();
        assert_eq!(format!("{shown:#}"), indented.join("\n"));
        assert!(!line.contains("no-key"));
    }

    #[test]
    fn text_that_is_not_utf8_is_given_in_hex_too() {
        let shown = json(|json| {
            json.object(|object| {
                object.text("a", Some(b"\xff\xc3(\n")).text("b", Some(b"c"));
            });
        });
        let expected = "{\"a\":\"\u{fffd}\u{fffd}(\\n\",\"a-hex\":\"ffc3280a\",\"b\":\"c\"}";
        assert_eq!(shown.to_string(), expected);
    }

    #[test]
    fn a_failure_of_the_sink_is_reported() {
        struct Full(usize);
        impl Write for Full {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0 = self.0.checked_sub(text.len()).ok_or(std::fmt::Error)?;
                Ok(())
            }
        }
        let shown = json(|json| json.list(0..3, |list, _| list.string(b"text")));
        let length = shown.to_string().len();
        for space in 0..length {
            assert!(write!(Full(space), "{shown}").is_err(), "{space}");
        }
        assert!(write!(Full(length), "{shown}").is_ok());
    }
}
