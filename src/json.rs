// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON (RFC 8259) as it stands in an image: walked in place, nothing decoded or allocated.

/// How deep values may lie in each other.
const MAX_DEPTH: u32 = 16;

/// A value. Of numbers and the three literals nothing is kept.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    String(Quoted<'a>),
    Object(Members<'a>),
    /// The text between the brackets.
    Array(&'a [u8]),
    Other,
}

/// A string: what stands between the quotes, and where in the whole text.
#[derive(Clone, Copy)]
pub(crate) struct Quoted<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

impl Quoted<'_> {
    /// Whether the bytes that stand there are the characters that are meant.
    pub(crate) fn is_plain(&self) -> bool {
        !self.bytes.contains(&b'\\')
    }
}

/// The members of an object, in their order; names may come twice.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a>(Reader<'a>);

/// The members of the object that `text` is; `None` where it is not one, or not JSON.
pub(crate) fn object(text: &[u8]) -> Option<Members<'_>> {
    let mut reader = Reader { text, at: 0 };
    let Value::Object(members) = reader.value(0)? else {
        return None;
    };
    reader.skip_blanks();
    reader.peek().is_none().then_some(members)
}

impl<'a> Iterator for Members<'a> {
    type Item = (Quoted<'a>, Value<'a>);

    /// The text has been judged, so that nothing but the closing brace ends this.
    fn next(&mut self) -> Option<Self::Item> {
        self.0.take(b',');
        self.0.member(0)
    }
}

/// A place in the text.
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

    /// Whether this byte comes next, blanks aside; then it is passed.
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
        if depth > MAX_DEPTH {
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
                let start = self.at;
                self.list(b']', |reader| reader.value(inner).map(|_| ()))?;
                let text = self.since(start)?;
                Some(Value::Array(text.strip_suffix(b"]").unwrap_or(text)))
            }
            _ => self.scalar(),
        }
    }

    /// What `item` passes, separated by commas, and `end`.
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
        (self.next()? == b'"').then_some(())?;
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
        let text = self.since(start)?;
        (matches!(text, b"true" | b"false" | b"null") || is_number(text)).then_some(Value::Other)
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
    fn what_is_json_and_what_is_not() {
        for good in [
            "{}",
            " { } \n",
            r#"{"a":1,"b":-0.5e+10,"c":[],"d":[1,"x",{"y":null}],"e":true,"f":false}"#,
            r#"{"":"\u00e9\n\/\\\"","a":[[[[]]]], "b" : { "c":{} }}"#,
        ] {
            assert!(object(good.as_bytes()).is_some(), "{good}");
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
            assert!(object(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |depth| ["{\"a\":", &"[".repeat(depth), &"]".repeat(depth), "}"].concat();
        assert!(object(nested(16).as_bytes()).is_some());
        assert!(object(nested(17).as_bytes()).is_none());
        assert!(object(nested(100_000).as_bytes()).is_none());
    }

    #[test]
    fn members_in_their_order_and_place() {
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
        assert!(matches!(members[1].1, Value::Array(br#" "f" ,2"#)));
        assert!(matches!(members[2].1, Value::Other));
    }
}
