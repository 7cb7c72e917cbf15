// SPDX-License-Identifier: MIT OR Apache-2.0
//! What holds of all that is written. Written apart from the library's own rules.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::Value;
use std::fmt::Display;

/// What is written, on one line and on several, as serde_json reads it. It writes the same bytes.
pub(crate) fn written(json: impl Display) -> Value {
    let line = json.to_string();
    let pretty = format!("{json:#}");
    assert!(!line.contains('\n'), "{line}");
    assert_shown(&line);
    assert_shown(&pretty);
    let read: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line, hidden(&serde_json::to_string(&read).expect("memory")));
    let mut again = Vec::new();
    let format = PrettyFormatter::with_indent(b"    ");
    let mut serializer = Serializer::with_formatter(&mut again, format);
    read.serialize(&mut serializer).expect("memory");
    let again = String::from_utf8(again).expect("text");
    assert_eq!(pretty, hidden(&again));
    read
}

/// The text with `\u` escapes for what a terminal acts on, or shows nothing for.
fn hidden(json: &str) -> String {
    let mut out = String::new();
    for c in json.chars() {
        // A unit test compares this set with Unicode's.
        let mut bytes = [0; 4];
        let shown = diskprobe::escape(c.encode_utf8(&mut bytes).as_bytes()).to_string();
        if shown.starts_with('\\') && !matches!(c, '\\' | '\n') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out += &format!("\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Nothing in the text but line ends acts on a terminal.
pub(crate) fn assert_shown(text: &str) {
    for c in text.chars().filter(|c| *c != '\n') {
        assert!(!c.is_control(), "{c:?} in {text}");
        // Marks of direction, and characters of no width.
        let number = u32::from(c);
        let hides = matches!(number, 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff);
        assert!(!hides, "{c:?} in {text}");
    }
}

/// A key with exactly these bytes: as text where they are text, and else in hex too.
pub(crate) fn assert_text(object: &Value, key: &str, bytes: Option<&[u8]>) {
    let hex = object.get(format!("{key}-hex"));
    let Some(bytes) = bytes else {
        assert_eq!((object.get(key), hex), (None, None), "{key}");
        return;
    };
    let text = object[key].as_str().expect(key);
    match hex {
        None => assert_eq!(text.as_bytes(), bytes, "{key}"),
        Some(hex) => {
            assert!(std::str::from_utf8(bytes).is_err(), "{key}");
            let digits = hex.as_str().expect(key).as_bytes();
            let byte = |pair: &[u8]| {
                let pair = std::str::from_utf8(pair).expect("digits");
                u8::from_str_radix(pair, 16).expect("digits")
            };
            let exact: Vec<u8> = digits.chunks(2).map(byte).collect();
            assert_eq!(exact, bytes, "{key}");
        }
    }
}
