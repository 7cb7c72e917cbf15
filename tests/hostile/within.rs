// SPDX-License-Identifier: MIT OR Apache-2.0
//! A time limit, so that a call that blocks fails its test.

use std::sync::mpsc::{channel, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Runs `body` in a thread and returns its result. Panics if it takes longer than `limit`.
pub(crate) fn within<R: Send + 'static>(
    limit: Duration,
    what: &str,
    body: impl FnOnce() -> R + Send + 'static,
) -> R {
    let (done, is_done) = channel();
    let thread = thread::spawn(move || drop(done.send(body())));
    match is_done.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("{what}: no result after {limit:?}"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => unreachable!("the result is sent"),
        },
    }
}
