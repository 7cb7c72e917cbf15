// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recorded bytes as text for people.
//!
//! The author of an image chose the names in it. On a terminal, such a name could move the cursor,
//! forge a line or reorder its letters. In a log, a location could reveal a password.

use super::hidden::is_hidden;
use core::fmt::{self, Write};

/// Displays recorded bytes on one line.
///
/// Characters that a terminal interprets or does not show are escaped (`\n`, `\x1b`, `\u{202e}`),
/// and so are bytes that are not UTF-8 (`\xff`). A backslash is doubled, so that different byte
/// strings have different texts.
///
/// ```
/// assert_eq!(diskprobe::escape(b"a\n\xffb\\").to_string(), r"a\n\xffb\\");
/// ```
#[must_use]
pub fn escape(bytes: &[u8]) -> Escape<'_> {
    Escape(bytes)
}

/// Displays recorded bytes: see [`escape`].
#[derive(Clone, Copy)]
pub struct Escape<'a>(&'a [u8]);

impl fmt::Display for Escape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str("\\\\")?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c))?,
                    c if is_hidden(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Escape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Shows a recorded location in `Debug` output, escaped and without its secrets.
///
/// For a location with a protocol, only the host and path of a URI are shown, without the user, the
/// query and the options. This needs no parser and also works for malformed locations.
#[derive(Clone, Copy)]
pub(crate) struct Masked<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let split = protocol_end(self.0).and_then(|colon| self.0.split_at_checked(colon));
        let Some((protocol, rest)) = split else {
            return escape(self.0).fmt(f);
        };
        let protocol = escape(protocol);
        let Some(rest) = rest.strip_prefix(b"://") else {
            return write!(f, "\"{protocol}:***\"");
        };
        // The last `@`: a password can contain any character.
        let mut parts = rest.rsplitn(2, |byte| *byte == b'@');
        let name = parts.next().unwrap_or_default();
        let user = if parts.next().is_some() { "***@" } else { "" };
        let mut parts = name.splitn(2, |byte| matches!(byte, b'?' | b'#'));
        let name = escape(parts.next().unwrap_or_default());
        let query = if parts.next().is_some() { "?***" } else { "" };
        write!(f, "\"{protocol}://{user}{name}{query}\"")
    }
}

/// The offset of the colon after the protocol of a location. `None` for a plain path, in which no
/// colon comes before the first slash.
pub(crate) fn protocol_end(location: &[u8]) -> Option<usize> {
    let first = location
        .iter()
        .position(|byte| matches!(byte, b':' | b'/'))?;
    (location.get(first) == Some(&b':')).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::Masked;

    #[test]
    fn a_masked_location_shows_no_secret() {
        for (recorded, shown) in [
            ("/srv/a:b@c?d", r#""/srv/a:b@c?d""#),
            ("base\n.img", r#""base\n.img""#),
            ("https://h/x", r#""https://h/x""#),
            ("https://u:pw@h/x?token=1", r#""https://***@h/x?***""#),
            ("https://u:p/w@h/x", r#""https://***@h/x""#),
            ("https://u:p?w@h/x#y", r#""https://***@h/x?***""#),
            ("https:u:pw@h", r#""https:***""#),
            ("rbd:pool/image:key=pw", r#""rbd:***""#),
            (r#"json:{"password":"pw"}"#, r#""json:***""#),
        ] {
            assert_eq!(format!("{:?}", Masked(recorded.as_bytes())), shown);
        }
    }
}
