// SPDX-License-Identifier: MIT OR Apache-2.0
//! Parses JSON (RFC 8259) in place. Nothing is decoded or allocated unless the caller asks for a
//! string that has escapes.

use crate::base::limits::MAX_JSON_DEPTH;
use std::borrow::Cow;

/// A value.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    String(Quoted<'a>),
    Object(Members<'a>),
    Array(Elements<'a>),
    /// The exact text.
    Number(&'a [u8]),
    Bool(bool),
    Null,
}

/// A string: the text between the quotes, and its offset in the whole text.
#[derive(Clone, Copy)]
pub(crate) struct Quoted<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl Quoted<'_> {
    /// Returns whether the text has no escapes.
    pub(crate) fn is_plain(&self) -> bool {
        !self.bytes.contains(&b'\\')
    }
}

impl<'a> Quoted<'a> {
    /// Returns the text with its escapes decoded. `None` if an escape is half a surrogate pair.
    pub(crate) fn decoded(&self) -> Option<Cow<'a, [u8]>> {
        if self.is_plain() {
            return Some(Cow::Borrowed(self.bytes));
        }
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut rest = self.bytes;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte != b'\\' {
                out.push(*byte);
                continue;
            }
            let (escape, after) = after.split_first()?;
            rest = after;
            out.push(match escape {
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let (character, after) = escaped_character(after)?;
                    rest = after;
                    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                other => *other,
            });
        }
        Some(Cow::Owned(out))
    }
}

/// Returns the character of one `\u` escape or of a pair, and the rest of the text. `text` starts
/// after the first `\u`.
fn escaped_character(text: &[u8]) -> Option<(char, &[u8])> {
    let unit = |text: &[u8]| {
        let digits = core::str::from_utf8(text.get(..4)?).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(text)?;
    let rest = text.get(4..)?;
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return Some((character, rest));
    }
    let second = rest.strip_prefix(b"\\u")?;
    let character = char::decode_utf16([first, unit(second)?]).next()?.ok()?;
    Some((character, second.get(4..)?))
}

/// The members of an object, in their order. A name may occur twice.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a>(Reader<'a>);

/// The elements of an array, in their order.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a> {
    /// The text between the brackets.
    pub(crate) text: &'a [u8],
    reader: Reader<'a>,
}

/// Parses `text` as an object and returns its members. If it is not an object, or not JSON, returns
/// the offset of the fault.
pub(crate) fn object(text: &[u8]) -> Result<Members<'_>, usize> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0);
    let Some(Value::Object(members)) = value else {
        return Err(value.map_or(reader.at.min(text.len()), |_| 0));
    };
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(members),
        Some(_) => Err(reader.at),
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Quoted<'a>, Value<'a>);

    /// The text has been validated, so only the closing brace ends the iteration.
    fn next(&mut self) -> Option<Self::Item> {
        self.0.take(b',');
        self.0.member(0)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    /// The same as for members.
    fn next(&mut self) -> Option<Self::Item> {
        self.reader.take(b',');
        self.reader.value(0)
    }
}

/// An offset in the text.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn skip_while(&mut self, holds: fn(u8) -> bool) {
        while self.peek().is_some_and(holds) {
            self.next();
        }
    }

    fn skip_blanks(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Skips blanks, and then `byte` if it is next. Returns whether `byte` was skipped.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let comes = self.peek() == Some(byte);
        if comes {
            self.next();
        }
        comes
    }

    fn since(&self, start: usize) -> Option<&'a [u8]> {
        self.text.get(start..self.at)
    }

    fn value(&mut self, depth: u32) -> Option<Value<'a>> {
        self.skip_blanks();
        if depth > MAX_JSON_DEPTH {
            return None;
        }
        let inner = depth.saturating_add(1);
        match self.peek()? {
            b'"' => self.string().map(Value::String),
            b'{' => {
                self.next();
                let members = Members(*self);
                self.list(b'}', |reader| reader.member(inner).map(|_| ()))?;
                Some(Value::Object(members))
            }
            b'[' => {
                self.next();
                let reader = *self;
                self.list(b']', |reader| reader.value(inner).map(|_| ()))?;
                let text = self.since(reader.at)?;
                let text = text.strip_suffix(b"]").unwrap_or(text);
                Some(Value::Array(Elements { text, reader }))
            }
            _ => self.scalar(),
        }
    }

    /// Skips items and then `end`. `item` skips one item; commas separate the items.
    fn list(&mut self, end: u8, item: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        if self.take(end) {
            return Some(());
        }
        loop {
            item(self)?;
            if self.take(end) {
                return Some(());
            }
            self.take(b',').then_some(())?;
        }
    }

    fn member(&mut self, depth: u32) -> Option<(Quoted<'a>, Value<'a>)> {
        self.skip_blanks();
        let name = self.string()?;
        self.take(b':').then_some(())?;
        Some((name, self.value(depth)?))
    }

    fn string(&mut self) -> Option<Quoted<'a>> {
        (self.peek()? == b'"').then(|| self.next())?;
        let at = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.escape()?,
                0..=0x1f => return None,
                _ => self.at = self.at.saturating_add(1),
            }
        }
        let bytes = self.since(at)?;
        self.next();
        Some(Quoted { bytes, at })
    }

    fn escape(&mut self) -> Option<()> {
        self.next();
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => (0..4).try_for_each(|_| self.next()?.is_ascii_hexdigit().then_some(())),
            _ => None,
        }
    }

    fn scalar(&mut self) -> Option<Value<'a>> {
        let start = self.at;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        match self.since(start)? {
            b"true" => Some(Value::Bool(true)),
            b"false" => Some(Value::Bool(false)),
            b"null" => Some(Value::Null),
            text => is_number(text).then_some(Value::Number(text)),
        }
    }
}

fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let mut parts = unsigned.splitn(2, |byte| matches!(byte, b'e' | b'E'));
    let mut mantissa = parts
        .next()
        .unwrap_or_default()
        .splitn(2, |byte| *byte == b'.');
    let whole = mantissa.next().unwrap_or_default();
    let exponent = parts.next().map(|part| match part {
        [b'-' | b'+', digits @ ..] => digits,
        digits => digits,
    });
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let leading_zero = whole.len() > 1 && whole.starts_with(b"0");
    digits(whole) && !leading_zero && mantissa.all(digits) && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_accepted() {
        for good in [
            "{}",
            " { } \n",
            r#"{"a":1,"b":-0.5e+10,"c":[],"d":[1,"x",{"y":null}],"e":true,"f":false}"#,
            "{\"a\":\" \x7f\"}",
            r#"{"":"\u00e9\n\/\\\"","a":[[[[]]]], "b" : { "c":{} }}"#,
        ] {
            assert!(object(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "{",
            "}",
            "[]",
            "1",
            "null",
            "{}x",
            "{,}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1 "b":2}"#,
            r#"{a:1}"#,
            r#"{'a':1}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":[1}"#,
            r#"{"a":"\x"}"#,
            "{\"a\":\"\0\"}",
            "{\"a\":\"\x1f\"}",
            r#"{"a":"\u12g4"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":"b}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":1e}"#,
            r#"{"a":--1}"#,
            r#"{"a":NaN}"#,
            r#"{"a":nul}"#,
            r#"{"a":+1}"#,
            r#"{"a":1/*x*/}"#,
        ] {
            assert!(object(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |depth| ["{\"a\":", &"[".repeat(depth), &"]".repeat(depth), "}"].concat();
        assert!(object(nested(16).as_bytes()).is_ok());
        assert!(object(nested(17).as_bytes()).is_err());
        assert!(object(nested(100_000).as_bytes()).is_err());
    }

    #[test]
    fn members_keep_their_order_and_offset() {
        let text = br#" {"a" : {"b":"c\/d"}, "e":[ "f" ,2], "a":3}"#;
        let members: Vec<_> = object(text).expect("JSON").collect();
        let names: Vec<_> = members.iter().map(|(name, _)| name.bytes).collect();
        assert_eq!(names, [b"a", b"e", b"a"]);
        let Value::Object(mut inner) = members[0].1 else {
            panic!("an object");
        };
        let (name, Value::String(value)) = inner.next().expect("a member") else {
            panic!("a string");
        };
        assert!(inner.next().is_none());
        assert!(name.is_plain() && !value.is_plain());
        assert_eq!(text[value.at..][..value.bytes.len()], *value.bytes);
        let Value::Array(mut elements) = members[1].1 else {
            panic!("an array");
        };
        assert_eq!(elements.text, br#" "f" ,2"#);
        assert!(matches!(elements.next(), Some(Value::String(f)) if f.bytes == b"f"));
        assert!(matches!(elements.next(), Some(Value::Number(b"2"))));
        assert!(elements.next().is_none());
        assert!(matches!(members[2].1, Value::Number(b"3")));
    }

    #[test]
    fn escapes_are_decoded() {
        let decoded = |string: &str| {
            let text = format!("{{{string}:1}}");
            let (name, _) = object(text.as_bytes())
                .expect("JSON")
                .next()
                .expect("a member");
            name.decoded().map(Cow::into_owned)
        };
        for (string, meant) in [
            (r#""plain""#, &b"plain"[..]),
            (r#""\"\\\/\b\f\n\r\t""#, b"\"\\/\x08\x0c\n\r\t"),
            (r#""a\u00e9\u0000\u20ac""#, b"a\xc3\xa9\0\xe2\x82\xac"),
            (r#""\ud83d\uDE00x""#, "\u{1f600}x".as_bytes()),
        ] {
            assert_eq!(decoded(string).as_deref(), Some(meant), "{string}");
        }
        for string in [
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800\u0041""#,
            r#""\ud800x""#,
        ] {
            assert_eq!(decoded(string), None, "{string}");
        }
    }

    #[test]
    fn the_offset_of_a_fault_is_returned() {
        for (text, at) in [
            ("[]", 0),
            ("{}x", 2),
            ("{\"a\":}", 5),
            ("{\"a\":1", 6),
            ("{\"a\" 1}", 5),
        ] {
            assert_eq!(object(text.as_bytes()).err(), Some(at), "{text}");
        }
    }
}
