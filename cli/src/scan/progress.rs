// SPDX-License-Identifier: MIT OR Apache-2.0
//! A line on the standard error that shows how far the scan is, where a person watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{stderr, stdout, IsTerminal};

pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shown on a terminal only; not where results appear on it meanwhile.
    pub(super) fn new(results_come_meanwhile: bool) -> Self {
        let is_shown =
            stderr().is_terminal() && !(results_come_meanwhile && stdout().is_terminal());
        let target = match is_shown {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        // The number of files is not known before the last directory was read.
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {pos} probed, {per_sec}, {elapsed}")
        {
            bar.set_style(style);
        }
        Progress(bar)
    }

    pub(super) fn step(&self) {
        self.0.inc(1);
    }

    /// Runs what may write to the terminal.
    pub(super) fn aside<R>(&self, body: impl FnOnce() -> R) -> R {
        match self.0.is_hidden() {
            true => body(),
            false => self.0.suspend(body),
        }
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
