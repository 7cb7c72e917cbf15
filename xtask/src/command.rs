// SPDX-License-Identifier: MIT OR Apache-2.0
//! Commands that the tasks run.

use std::path::Path;
use std::process::Command;

/// Runs a command at the root of the repository. Fails if the command fails.
pub(crate) fn succeed(root: &Path, command: &mut Command) -> Result<(), String> {
    match command.current_dir(root).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
