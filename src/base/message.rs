// SPDX-License-Identifier: MIT OR Apache-2.0
//! Messages in two parts for translation: a template in English, and its parameters.

use super::error_kind::ErrorKind;
use super::escape::Escape;
use super::format::Format;
use super::reason::{Bits, ShortText, SystemFault};
use core::fmt;

/// The names of parameters, which `docs/errors.md` explains. A text of any other name is English,
/// and becomes a part of the template.
const NAMES: &[&str] = &[
    "before",
    "bits",
    "depth",
    "detected",
    "driver",
    "end",
    "expected",
    "facts",
    "field",
    "format",
    "given",
    "least",
    "length",
    "limit",
    "message",
    "most",
    "names",
    "now",
    "offset",
    "option",
    "protocol",
    "reason",
    "size",
    "structure",
    "unit",
    "uuid",
    "value",
];

/// A template with the placeholder `{name}` for each of its parameters. `Display` replaces them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) template: String,
    pub(crate) parameters: Vec<(&'static str, String)>,
}

impl Message {
    /// Returns the message of a template with these values.
    pub(crate) fn new(template: &str, values: &[(&'static str, &dyn Part)]) -> Self {
        let mut message = Message::default();
        message.add(template, values);
        message
    }

    /// Appends a template with these values. Only values that the template names are used.
    pub(crate) fn add(&mut self, template: &str, values: &[(&'static str, &dyn Part)]) {
        for (name, words) in placeholders(template) {
            let mut values = values.iter();
            match (name, values.find(|(other, _)| Some(*other) == name)) {
                (_, Some((name, value))) => value.add_to(name, self),
                (Some(name), None) => self.template.extend(["{", name, "}"]),
                (None, None) => {}
            }
            self.template.push_str(words);
        }
    }

    /// Appends another message.
    pub(crate) fn append(&mut self, other: Message) {
        self.template.push_str(&other.template);
        self.parameters.extend(other.parameters);
    }

    fn parameter(&mut self, name: &'static str, value: String) {
        self.template.extend(["{", name, "}"]);
        self.parameters.push((name, value));
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, words) in placeholders(&self.template) {
            let mut parameters = self.parameters.iter();
            match (name, parameters.find(|(other, _)| Some(*other) == name)) {
                (_, Some((_, value))) => f.write_str(value)?,
                (Some(name), None) => write!(f, "{{{name}}}")?,
                (None, None) => {}
            }
            f.write_str(words)?;
        }
        Ok(())
    }
}

/// Splits a template into its placeholders, each with the words after it. The first words have no
/// placeholder.
fn placeholders(template: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let mut parts = template.split('{');
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| {
        let (name, words) = part.split_once('}').unwrap_or((part, ""));
        (Some(name), words)
    });
    core::iter::once((None, first)).chain(rest)
}

/// A value in a message.
pub(crate) trait Part {
    /// Appends the value to a message, as the parameter `name` or as words of its template.
    fn add_to(&self, name: &'static str, message: &mut Message);
}

impl Part for str {
    fn add_to(&self, name: &'static str, message: &mut Message) {
        match NAMES.contains(&name) {
            true => message.parameter(name, self.to_owned()),
            false => message.template.push_str(self),
        }
    }
}

impl<T: Part + ?Sized> Part for &T {
    fn add_to(&self, name: &'static str, message: &mut Message) {
        (**self).add_to(name, message);
    }
}

impl<T: Part> Part for Option<T> {
    fn add_to(&self, name: &'static str, message: &mut Message) {
        self.iter().for_each(|value| value.add_to(name, message));
    }
}

/// In quotes.
impl Part for Escape<'_> {
    fn add_to(&self, name: &'static str, message: &mut Message) {
        message.parameter(name, format!("{self:?}"));
    }
}

/// Implements [`Part`] for types whose values are parameters.
macro_rules! parameters {
    ($($type:ty)*) => { $(
        impl Part for $type {
            fn add_to(&self, name: &'static str, message: &mut Message) {
                message.parameter(name, self.to_string());
            }
        }
    )* };
}
parameters!(u32 u64 usize String Bits ErrorKind Format ShortText SystemFault);

/// Defines an enumeration of messages. The template in the attribute `error` of a variant is both
/// its `Display`, by thiserror, and the template of its [`Message`]. It names the fields of the
/// variant; a field without a name gets one by `NAME = .0`.
macro_rules! messages {
    ($(#[$about:meta])* $visible:vis enum $enumeration:ident { $(
        #[error($template:literal $(, $argument:ident = .$index:tt)*)]
        $(#[$attribute:meta])*
        $variant:ident $(($($element:ty),*))? $({ $($field:ident: $type:ty),* $(,)? })?
    ),* $(,)? }) => {
        $(#[$about])*
        $visible enum $enumeration { $(
            #[error($template $(, $argument = .$index)*)]
            $(#[$attribute])*
            $variant $(($($element),*))? $({ $($field: $type),* })?
        ),* }

        impl $crate::base::message::Part for $enumeration {
            fn add_to(&self, _: &'static str, message: &mut $crate::base::message::Message) {
                match self { $(
                    $enumeration::$variant { $($index: $argument,)* $($($field,)*)? } => {
                        message.add(
                            $template,
                            &[
                                $((stringify!($argument), $argument),)*
                                $($((stringify!($field), $field),)*)?
                            ],
                        );
                    }
                )* }
            }
        }
    };
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::Message;
    use crate::{Error, ErrorKind};

    #[test]
    fn a_value_is_not_searched_for_placeholders() {
        let values = [("value", &"{offset}" as _), ("offset", &7u64 as _)];
        let message = Message::new("{value} (offset {offset}){what}", &values);
        assert_eq!(message.to_string(), "{offset} (offset 7){what}");
    }

    #[test]
    fn a_callers_message_is_a_parameter() {
        const TEXT: &str = "not {in} the pool";
        for error in [
            Error::new(ErrorKind::Io, TEXT),
            Error::new(ErrorKind::Io, TEXT.to_owned()),
        ] {
            assert_eq!(error.template(), "{message}");
            assert!(error.parameters().eq([("message", TEXT.to_owned())]));
            assert_eq!(error.to_string(), TEXT);
        }
    }
}
