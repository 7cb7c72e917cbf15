// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ceph's block devices: `rbd:[POOL/]IMAGE[@SNAPSHOT][:OPTION=VALUE…]`.
//!
//! A backslash in an option escapes the next byte, which then does not end the option.

use super::parsed::Location;
use super::parts::{Protocol, StoredHost};
use super::piece::Piece;
use crate::base::error::Error;
use crate::base::limits::{MAX_LOCATION_HOSTS, MAX_LOCATION_OPTIONS};
use crate::base::stored::Stored;

/// Parses the text after `rbd:`.
pub(super) fn parse(rest: Piece<'_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Rbd);
    let (image, options) = rest.until(|byte| byte == b':');
    name(&mut location, image)?;
    // QEMU also searches the options for the end of the pool and the start of the snapshot.
    for (byte, what) in [
        (b'/', "a slash in the options, but no pool"),
        (b'@', "an @ in the options, but no snapshot"),
    ] {
        if !image.bytes.contains(&byte) {
            options.require(|other| other != byte, what)?;
        }
    }
    let mut options = options;
    while !options.is_empty() {
        let (option, rest) = until_unescaped(options.skip(1), b':');
        read_option(&mut location, option)?;
        options = rest;
    }
    Ok(location)
}

fn name(location: &mut Location, text: Piece<'_>) -> Result<(), Error> {
    // QEMU decodes escapes here, and libvirt does not.
    text.require(|byte| byte != b'\\', "an escape in the name of the image")?;
    let (image, snapshot) = text.until(|byte| byte == b'@');
    if !snapshot.is_empty() {
        let snapshot = snapshot.skip(1);
        // QEMU interprets the text before the first slash as the pool, including any `@`.
        snapshot.require(|byte| byte != b'/', "a slash in the name of the snapshot")?;
        location.snapshot = Some(Stored::new(snapshot.bytes));
    }
    let image = match image.split_once(b'/') {
        Some((pool, image)) => {
            if pool.is_empty() {
                return Err(pool.broken("no pool before the slash"));
            }
            location.volume = Some(Stored::new(pool.bytes));
            image
        }
        None => image,
    };
    location.path = Some(Stored::new(image.bytes));
    match (image.bytes.first(), image.bytes.last()) {
        (None, _) | (_, Some(b'/')) => Err(image.broken("no image")),
        (Some(b'/'), _) => Err(image.broken("no namespace between the slashes")),
        _ => Ok(()),
    }
}

fn read_option(location: &mut Location, option: Piece<'_>) -> Result<(), Error> {
    let (name, value) = option
        .split_once(b'=')
        .ok_or(option.broken("an option without a value"))?;
    // QEMU handles `id` and `conf` itself. Ceph treats blanks in the other names as underscores.
    let ceph_name = name.bytes.iter().map(|byte| match byte {
        b' ' => b'_',
        other => *other,
    });
    let ceph_name: Vec<u8> = ceph_name.collect();
    match &*ceph_name {
        b"mon_host" if location.hosts.is_empty() => return hosts(location, value),
        b"mon_host" => return Err(name.broken("mon_host occurs twice")),
        b"conf" => {
            value.require(|byte| byte != b'\\', "an escape in the name of a file")?;
            location.config_file = Some(Stored::new(value.bytes));
        }
        b"key" => {
            location.hide(Some(value));
            location.ignored.push(Stored::new(name.bytes));
        }
        b"id" if location.rbd_user.is_some() => return Err(name.broken("id occurs twice")),
        b"id" => {
            value.require(|byte| byte != b'\\', "an escape in the name of the user")?;
            location.rbd_user = Some(Stored::new(value.bytes));
        }
        other if is_harmless(other) => location.ignored.push(Stored::new(name.bytes)),
        _ => return Err(name.broken("the option is not supported")),
    }
    option.within(location.ignored.len(), MAX_LOCATION_OPTIONS, "options")
}

/// Returns whether an option of Ceph leaves the servers, the image and all files unchanged.
fn is_harmless(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 8] = [
        b"auth_supported",
        b"auth_client_required",
        b"auth_cluster_required",
        b"auth_service_required",
        b"client_mount_timeout",
        b"rados_mon_op_timeout",
        b"rados_osd_op_timeout",
        b"rbd_cache",
    ];
    NAMES.contains(&name) || name.starts_with(b"rbd_cache_")
}

/// Parses monitors, separated by an escaped comma, semicolon or blank.
fn hosts(location: &mut Location, list: Piece<'_>) -> Result<(), Error> {
    let mut rest = list;
    while !rest.is_empty() {
        let (host, after) = until_separator(rest);
        location.hosts.push(monitor(host)?);
        rest.within(location.hosts.len(), MAX_LOCATION_HOSTS, "hosts")?;
        rest = after.skip(2);
    }
    Ok(())
}

/// Parses a name or `[address]`, and optionally `\:` and a port. The colons of an address are
/// escaped too.
fn monitor(text: Piece<'_>) -> Result<StoredHost, Error> {
    if text.bytes.starts_with(b"[") {
        let (address, rest) = text
            .skip(1)
            .split_once(b']')
            .ok_or(text.broken("the bracket is not closed"))?;
        let plain: Vec<u8> = address
            .bytes
            .iter()
            .copied()
            .filter(|byte| *byte != b'\\')
            .collect();
        let all = [b"[", &*plain, b"]"].concat();
        address
            .decoded(&all, address.position(0), false)
            .bracketed()?;
        if rest.is_empty() {
            // libvirt interprets the end of the address as the port.
            return Err(rest.broken("no port after the bracket"));
        }
        return Ok(StoredHost::tcp(&plain, port(rest)?, Protocol::Rbd));
    }
    let (name, rest) = text.until(|byte| byte == b'\\');
    name.host()?;
    Ok(StoredHost::tcp(name.bytes, port(rest)?, Protocol::Rbd))
}

fn port(text: Piece<'_>) -> Result<u16, Error> {
    match text.bytes {
        [] => Ok(0),
        [b'\\', b':', ..] => text.skip(2).port(),
        _ => Err(text.broken("neither a port nor an escaped separator after the host")),
    }
}

fn until_unescaped(text: Piece<'_>, end: u8) -> (Piece<'_>, Piece<'_>) {
    let mut escaped = false;
    let index = text.bytes.iter().position(|byte| {
        let ends = !escaped && *byte == end;
        escaped = !escaped && *byte == b'\\';
        ends
    });
    text.split_at(index.unwrap_or(text.bytes.len()))
}

fn until_separator(text: Piece<'_>) -> (Piece<'_>, Piece<'_>) {
    let index = text
        .bytes
        .windows(2)
        .position(|pair| matches!(pair, [b'\\', b',' | b';' | b' ']));
    text.split_at(index.unwrap_or(text.bytes.len()))
}
