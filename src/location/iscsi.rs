// SPDX-License-Identifier: MIT OR Apache-2.0
//! iSCSI URIs. QEMU passes them to libiscsi, which has its own parser.

use super::piece::Piece;
use super::uri::Uri;
use crate::base::error::Error;

/// Maximum number of bytes after `iscsi://` that libiscsi reads.
const MAX_LENGTH: usize = 254;

/// Checks that libiscsi splits a URI into the same parts as [`Uri`].
pub(super) fn check(text: Piece<'_>, uri: &Uri<'_>) -> Result<(), Error> {
    // The length of `://`.
    let rest = text.skip(uri.scheme.bytes.len().saturating_add(3));
    if rest.bytes.len() > MAX_LENGTH {
        return Err(rest.broken("longer than libiscsi reads"));
    }
    // libiscsi ends the user name at the first @ of the whole URI.
    uri.path.require(|byte| byte != b'@', "an @ in the path")?;
    let (target, lun) = uri.path.skip(1).until(|byte| byte == b'/');
    if target.is_empty() {
        return Err(target.broken("no path"));
    }
    check_escapes(target)?;
    let lun = lun.skip(1);
    match lun.is_empty() || is_lun(lun.bytes) {
        true => Ok(()),
        false => Err(lun.broken("the lun is not a whole number")),
    }
}

/// Rejects an escape that starts less than two bytes after the end of another. libiscsi does not
/// decode it.
fn check_escapes(target: Piece<'_>) -> Result<(), Error> {
    let (mut rest, mut is_first) = (target, true);
    loop {
        let (plain, escape) = rest.until(|byte| byte == b'%');
        if escape.is_empty() {
            return Ok(());
        }
        if !is_first && plain.bytes.len() < 2 {
            return Err(escape.broken("an escape too close to another"));
        }
        (rest, is_first) = (escape.skip(3), false);
    }
}

/// Returns whether the text is a logical unit number, without a sign or leading zeros.
pub(super) fn is_lun(text: &[u8]) -> bool {
    let text = core::str::from_utf8(text).unwrap_or_default();
    let number = text
        .parse::<u32>()
        .ok()
        .filter(|number| i32::try_from(*number).is_ok());
    number.is_some_and(|number| number.to_string() == text)
}
