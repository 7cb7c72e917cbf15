// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options in the query of a URI, by protocol: `name=value`, separated by `&`.

use super::parsed::Location;
use super::parts::Protocol;
use super::piece::Piece;
use super::uri::decoded;
use crate::base::error::Error;
use crate::base::stored::Stored;

pub(super) const HOST_KEY_CHECK: &str = "unknown check of the host key";

/// Parses the query options of iSCSI, NFS or SSH. Returns whether any of them is ignored.
pub(super) fn read(
    location: &mut Location,
    protocol: Protocol,
    query: Piece<'_>,
) -> Result<bool, Error> {
    let mut is_any_ignored = false;
    let mut rest = Some(query);
    while let Some(options) = rest {
        let (option, after) = options.until(|byte| byte == b'&');
        let missing = option.broken("an option without a value");
        let (name, value) = option.split_once(b'=').ok_or(missing)?;
        let (own, text) = (decoded(name)?, decoded(value)?);
        let text = value.decoded(&text, value.position(0), false);
        let twice = name.broken("the option occurs twice");
        let set = |stored: &mut Option<Stored>, value| match stored.replace(value) {
            Some(_) => Err(twice),
            None => Ok(()),
        };
        match (protocol, &*own) {
            (Protocol::Nfs, b"uid") => set(&mut location.nfs_user, number(text)?)?,
            (Protocol::Nfs, b"gid") => set(&mut location.nfs_group, number(text)?)?,
            (Protocol::Nfs, b"tcp-syncnt" | b"readahead" | b"pagecache" | b"debug") => {
                number(text)?;
                is_any_ignored = true;
            }
            (Protocol::Ssh, b"host_key_check") => {
                set(&mut location.ssh_host_key_check, host_key_check(text)?)?;
            }
            (Protocol::Ssh, b"socket") => return Err(name.broken("SSH has no sockets")),
            (Protocol::Ssh, _) => is_any_ignored = true,
            (Protocol::Iscsi, _) if matches!(name.bytes, b"target_user" | b"target_password") => {
                location.hide(Some(value));
                is_any_ignored = true;
            }
            _ => return Err(name.broken("the option is not supported")),
        }
        rest = Some(after.skip(1)).filter(|_| !after.is_empty());
    }
    // libvirt ignores the whole query.
    location.qemu_only |= location.ssh_host_key_check.is_some()
        || location.nfs_user.is_some()
        || location.nfs_group.is_some();
    Ok(is_any_ignored)
}

/// Parses a decimal number without leading zeros. QEMU would parse a number that starts with 0 as
/// octal or hexadecimal.
fn number(text: Piece<'_>) -> Result<Stored, Error> {
    let number = text.decimal().and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| number.to_string().as_bytes() == text.bytes);
    let wrong = text.broken("not a whole number below 2^32");
    number.map(nfs_id).ok_or(wrong)
}

/// Returns the ID of a user or group, as libvirt writes it.
pub(super) fn nfs_id(number: u32) -> Stored {
    Stored::new(&[b"+", number.to_string().as_bytes()].concat())
}

/// Parses `yes`, `no` or `ALGORITHM:HASH`.
pub(super) fn host_key_check(text: Piece<'_>) -> Result<Stored, Error> {
    let is_known = match text.split_once(b':') {
        Some((algorithm, _)) => matches!(algorithm.bytes, b"md5" | b"sha1" | b"sha256"),
        None => matches!(text.bytes, b"yes" | b"no"),
    };
    match is_known {
        true => Ok(Stored::new(text.bytes)),
        false => Err(text.broken(HOST_KEY_CHECK)),
    }
}
