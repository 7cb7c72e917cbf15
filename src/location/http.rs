// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options of QEMU's curl drivers: http, https, ftp, ftps, tftp.

use super::options::Scope;
use super::parsed::Location;
use super::parts::Protocol;
use super::piece::Piece;
use crate::base::error::Error;
use crate::base::limits::MAX_LOCATION_OPTIONS;
use crate::base::stored::Stored;

pub(super) fn read_options(
    location: &mut Location,
    options: &Scope<'_, '_>,
    protocol: Protocol,
) -> Result<(), Error> {
    // libvirt treats 0 as absent.
    let number =
        |name: &'static [u8]| Ok::<_, Error>(options.number(name)?.filter(|number| *number != 0));
    location.readahead = number(b"readahead")?;
    location.timeout = number(b"timeout")?;
    if matches!(protocol, Protocol::Https | Protocol::Ftps) {
        location.sslverify = options.switch(b"sslverify")?;
    }
    if matches!(protocol, Protocol::Http | Protocol::Https) {
        if let Some(list) = options.string(b"cookie")? {
            let piece = list.piece();
            for (name, value) in cookies(piece)? {
                // `hide` is not called, because the location keeps the cookies and no credential is
                // lost.
                location.secrets.extend(value.range());
                let cookie = (Stored::new(name.bytes), Stored::new(value.bytes));
                location.cookies.push(cookie);
            }
            if piece.range().is_none() {
                // The text has escapes, so the bytes that hold the values are unknown.
                location.secrets.push(list.range());
            }
        }
    }
    Ok(())
}

/// Parses `name=value; name=value`.
fn cookies(list: Piece<'_>) -> Result<Vec<(Piece<'_>, Piece<'_>)>, Error> {
    let mut cookies = Vec::new();
    let mut rest = Some(list).filter(|list| !list.is_empty());
    while let Some(list) = rest {
        let (cookie, after) = list.until(|byte| byte == b';');
        let is_blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'\x0b';
        let cookie = cookie.skip(cookie.bytes.iter().take_while(is_blank).count());
        let (name, value) = cookie
            .split_once(b'=')
            .ok_or(cookie.broken("a cookie without a value"))?;
        cookies.push((name, value));
        cookie.within(cookies.len(), MAX_LOCATION_OPTIONS, "cookies")?;
        rest = Some(after.skip(1)).filter(|_| !after.is_empty());
    }
    Ok(cookies)
}
