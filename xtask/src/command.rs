// SPDX-License-Identifier: MIT OR Apache-2.0
//! Commands that the tasks run.

use std::path::Path;
use std::process::Command;

/// Runs a command in a directory. Fails if the command fails.
pub(crate) fn succeed(directory: &Path, command: &mut Command) -> Result<(), String> {
    match command.current_dir(directory).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
