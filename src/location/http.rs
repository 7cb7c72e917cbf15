// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options of QEMU's curl drivers: http, https, ftp, ftps, tftp.

use super::options::Scope;
use super::parsed::{Cookie, Location, Protocol};
use super::piece::Piece;
use super::stored::Stored;
use crate::error::Error;

pub(super) fn read_options(
    location: &mut Location,
    options: &Scope<'_, '_>,
    protocol: Protocol,
) -> Result<(), Error> {
    location.readahead = options.number(b"readahead")?;
    location.timeout = options.number(b"timeout")?;
    if matches!(protocol, Protocol::Https | Protocol::Ftps) {
        location.sslverify = options.switch(b"sslverify")?;
    }
    if matches!(protocol, Protocol::Http | Protocol::Https) {
        if let Some(list) = options.string(b"cookie")? {
            location.cookies = cookies(list.piece())?;
        }
    }
    Ok(())
}

/// `name=value; name=value`.
fn cookies(list: Piece<'_>) -> Result<Vec<Cookie<Stored>>, Error> {
    let mut cookies = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let (cookie, after) = rest.until(|byte| byte == b';');
        let blanks = cookie.bytes.iter().take_while(|byte| **byte == b' ');
        let cookie = cookie.skip(blanks.count());
        let (name, value) = cookie
            .split_once(b'=')
            .ok_or(cookie.broken("a cookie without a value"))?;
        cookies.push(Cookie {
            name: Stored::new(name.bytes),
            value: Stored::new(value.bytes),
        });
        rest = after.skip(1);
    }
    Ok(cookies)
}
