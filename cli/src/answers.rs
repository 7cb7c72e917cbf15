// SPDX-License-Identifier: MIT OR Apache-2.0
//! Standard output: one answer per file, each written as soon as it is known.

use crate::values::Output;
use std::fmt::Display;
use std::io::{self, Write};

pub(crate) struct Answers {
    output: Output,
    /// Whether there are several files. Each JSON object is then on one line.
    several: bool,
    /// Separator of answers in text form.
    separator: &'static str,
    gap: &'static str,
}

impl Answers {
    pub(crate) fn new(output: Output, subjects: usize, separator: &'static str) -> Self {
        Answers {
            output,
            several: subjects > 1,
            separator,
            gap: "",
        }
    }

    /// Writes an answer as text or JSON.
    pub(crate) fn write(
        &mut self,
        human: impl Fn() -> String,
        json: impl Display,
    ) -> io::Result<()> {
        let gap = std::mem::replace(&mut self.gap, self.separator);
        match self.output {
            Output::Human => put(&format!("{gap}{}", human())),
            Output::Json if self.several => put(&format!("{json}\n")),
            Output::Json => put(&format!("{json:#}\n")),
        }
    }

    /// Writes the JSON object of a failure, if there are several files.
    pub(crate) fn write_failure(&mut self, json: impl Display) -> io::Result<()> {
        match self.output {
            Output::Json if self.several => put(&format!("{json}\n")),
            _ => Ok(()),
        }
    }
}

/// Writes the text and flushes it.
pub(crate) fn put(text: &str) -> io::Result<()> {
    io::stdout().write_all(text.as_bytes())?;
    io::stdout().flush()
}
