// SPDX-License-Identifier: MIT OR Apache-2.0
//! Recorded bytes as text for people, and texts that C owns.

use super::guard::make_text;
use super::handle::{free_text, needed_bytes};
use crate::base::escape::escape;
use core::ffi::{c_char, c_void};

/// Frees a string that the caller owns. The string must still have its original length.
///
/// @param string  the string, or NULL
/// @since 0.1
#[no_mangle]
pub extern "C" fn diskprobe_string_free(string: *mut c_char) {
    free_text(string);
}

/// Returns text that the author of an image or the owner of a directory chose, escaped for display
/// on one line.
///
/// Characters that a terminal interprets or does not show become escape sequences such as "\n",
/// "\x1b" and "\u{202e}", bytes that are not UTF-8 become "\xff", and "\" becomes "\\".
///
/// @param text     the text, in any encoding; NULL only if length is 0
/// @param length   the length of text in bytes
/// @param escaped  receives the length of the result in bytes, without the final NUL; may be NULL
/// @return the escaped text as UTF-8; free with diskprobe_string_free(). NULL if text is NULL and
///         length is not 0
/// @since 0.1
#[no_mangle]
#[must_use]
pub extern "C" fn diskprobe_escape(
    text: *const c_void,
    length: usize,
    escaped: *mut usize,
) -> *mut c_char {
    make_text(escaped, || {
        let text = needed_bytes(text.cast(), length).ok()?;
        Some(escape(text).to_string().into_bytes())
    })
}
