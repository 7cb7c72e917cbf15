// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bounded retries of interrupted calls.

use std::io;

/// Maximum number of retries of one call. Storage can return `EINTR` forever, and slowly. A scan
/// that is cancelled waits for the retries of the call in progress.
const MAX_INTERRUPTIONS: u32 = 100;

/// Repeats a call while a signal or the storage interrupts it.
pub(crate) fn retry<R>(mut call: impl FnMut() -> io::Result<R>) -> io::Result<R> {
    let mut interruptions = 0u32;
    loop {
        match call() {
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted
                    && interruptions < MAX_INTERRUPTIONS =>
            {
                interruptions = interruptions.saturating_add(1);
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{retry, MAX_INTERRUPTIONS};
    use std::io;

    #[test]
    fn a_call_that_is_interrupted_for_ever_fails() {
        let mut calls = 0u32;
        let result: io::Result<()> = retry(|| {
            calls += 1;
            Err(io::ErrorKind::Interrupted.into())
        });
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert_eq!(calls, MAX_INTERRUPTIONS + 1);
    }

    #[test]
    fn an_interrupted_call_is_repeated() {
        let mut left = 3;
        let result = retry(|| {
            left -= 1;
            match left {
                0 => Ok(7),
                _ => Err(io::ErrorKind::Interrupted.into()),
            }
        });
        assert_eq!(result.ok(), Some(7));
    }
}
