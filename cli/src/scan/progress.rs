// SPDX-License-Identifier: MIT OR Apache-2.0
//! A progress line on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{stderr, stdout, IsTerminal};

/// The template. It has no total, which is unknown until the last directory is read.
const SHOWN: &str = "{spinner} {pos} probed, {per_sec}, {elapsed}";

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows progress if standard error is a terminal, unless results go to a terminal too.
    pub(super) fn new(is_streamed: bool) -> Self {
        let is_hidden = is_streamed && stdout().is_terminal() || !stderr().is_terminal();
        let target = match is_hidden {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(SHOWN) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// Hides the progress line while `body` runs, because it may write to the terminal.
    pub(super) fn aside<R>(&self, body: impl FnOnce() -> R) -> R {
        self.0.suspend(body)
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
