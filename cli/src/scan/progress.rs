// SPDX-License-Identifier: MIT OR Apache-2.0
//! A line on the standard error that shows how far the scan is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{stderr, stdout, IsTerminal};

/// What is shown. The number of files is not known before the last directory was read.
const SHOWN: &str = "{spinner} {pos} probed, {per_sec}, {elapsed}";

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows the progress if a person watches, unless results appear on the same terminal.
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

    /// Runs what may write to the terminal.
    pub(super) fn aside<R>(&self, body: impl FnOnce() -> R) -> R {
        self.0.suspend(body)
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
