// SPDX-License-Identifier: MIT OR Apache-2.0
//! `json:{…}`: the options of one of QEMU's drivers.

use super::options::{Options, Scope};
use super::parsed::Location;
use super::parts::{LocationKind, Protocol, Slice, StoredHost};
use super::piece::Piece;
use super::{http, nvme, rbd, remote, servers};
use crate::base::error::Error;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::stored::Stored;

/// Parses the text after `json:`.
pub(super) fn parse(text: Piece<'_>) -> Result<Location, Error> {
    let options = Options::read(text)?;
    let all = options.of(b"");
    // A format driver without a name is determined by the driver below it.
    let is_named = all.has(b"driver");
    let mut location = match !is_named && all.has_group(b"file") {
        true => top(&all.group(b"file"))?,
        false => top(&all)?,
    };
    location.says_raw = is_named;
    location.ignored.extend(options.unread());
    let secrets = options.credentials()?;
    location.credentials |= !secrets.is_empty();
    location.secrets.extend(secrets);
    Ok(location)
}

/// Parses the top driver: raw, which may select a slice of the driver below it, or a protocol.
fn top(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let driver = options.required(b"driver", "no driver")?;
    if driver.piece().bytes != b"raw" {
        return protocol(options);
    }
    let (offset, size) = (options.number(b"offset")?, options.number(b"size")?);
    if !options.has_group(b"file") {
        return Err(options.broken("no object named file in the driver raw"));
    }
    let below = options.group(b"file");
    let driver = below.required(b"driver", "no driver")?;
    if driver.piece().bytes == b"raw" {
        return Err(driver.piece().broken("driver raw nested in driver raw"));
    }
    let mut location = protocol(&below)?;
    if offset.or(size).is_some() {
        let (offset, size) = (offset.unwrap_or(0), size.unwrap_or(0));
        let end = offset.checked_add(size);
        if end.is_none_or(|end| end > MAX_VIRTUAL_SIZE) {
            return Err(options.broken("the slice ends after the largest possible disk size"));
        }
        location.slice = Some(Slice {
            offset,
            size: Some(size).filter(|size| *size != 0),
        });
    }
    Ok(location)
}

/// Parses a driver that has no driver below it.
fn protocol(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let driver = options.required(b"driver", "no driver")?;
    let driver = driver.piece();
    match driver.bytes {
        b"file" => local(options, LocationKind::File),
        b"host_device" | b"host_cdrom" => local(options, LocationKind::Block),
        b"nvme" => nvme(options),
        name => match Protocol::from_bytes(name) {
            Some(protocol) => network(options, protocol),
            None => Ok(Location::unknown(name)),
        },
    }
}

fn local(options: &Scope<'_, '_>, kind: LocationKind) -> Result<Location, Error> {
    let path = options.required(b"filename", "no filename")?;
    Ok(Location::local(kind, path.piece().bytes))
}

fn nvme(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let device = options.required(b"device", "no device")?;
    let namespace = options.number(b"namespace")?;
    let wrong = options.wrong_value(b"namespace", nvme::WRONG_NAMESPACE);
    Ok(Location::nvme(nvme::named(
        device.piece(),
        namespace,
        wrong,
    )?))
}

fn network(options: &Scope<'_, '_>, protocol: Protocol) -> Result<Location, Error> {
    match protocol {
        Protocol::Http | Protocol::Https | Protocol::Ftp | Protocol::Ftps | Protocol::Tftp => {
            let mut location = uri(options, b"url", protocol)?.ok_or(options.broken("no url"))?;
            http::read_options(&mut location, options, protocol)?;
            Ok(location)
        }
        Protocol::Gluster => match uri(options, b"filename", protocol)? {
            Some(location) => Ok(location),
            None => gluster(options),
        },
        Protocol::Iscsi => match uri(options, b"filename", protocol)? {
            Some(location) => Ok(location),
            None => iscsi(options),
        },
        Protocol::Sheepdog => match uri(options, b"filename", protocol)? {
            Some(location) => Ok(location),
            None => sheepdog(options),
        },
        Protocol::Nbd => nbd(options),
        Protocol::Ssh => ssh(options),
        Protocol::Rbd => rbd(options),
        Protocol::Nfs => nfs(options),
        Protocol::Vxhs => {
            let mut location = Location::network(protocol);
            let disk = options.required(b"vdisk-id", "no vdisk-id")?;
            location.path = Some(disk.store());
            let server = options.group(b"server");
            location.hosts.push(servers::untyped(&server, protocol)?);
            Ok(location)
        }
    }
}

/// Parses an option that holds a URI.
fn uri(
    options: &Scope<'_, '_>,
    name: &[u8],
    protocol: Protocol,
) -> Result<Option<Location>, Error> {
    let Some(text) = options.string(name)? else {
        return Ok(None);
    };
    let mut location = remote::parse_as(text.piece(), protocol)?;
    if location.credentials && location.secrets.is_empty() {
        location.secrets.push(text.range());
    }
    Ok(Some(location))
}

fn gluster(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Gluster);
    location.volume = Some(options.required(b"volume", "no volume")?.store());
    location.path = Some(options.required(b"path", "no path")?.store());
    let list = options.list(b"server")?;
    if list.is_empty() {
        return Err(options.broken("no server"));
    }
    location.add_hosts(&list, |server| servers::address(server, Protocol::Gluster))?;
    Ok(location)
}

fn iscsi(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Iscsi);
    let transport = options.required(b"transport", "no transport")?;
    if transport.piece().bytes != b"tcp" {
        return Err(transport.piece().broken("the transport is not tcp"));
    }
    let portal = options.required(b"portal", "no portal")?;
    location.hosts.push(self::portal(portal.piece())?);
    let target = options.required(b"target", "no target")?;
    let path = [target.piece().bytes, b"/", &lun(options)?].concat();
    location.path = Some(Stored::new(&path));
    if let Some(user) = options.string(b"user")? {
        location.credentials = true;
        location.secrets.push(user.range());
    }
    Ok(location)
}

/// Parses `host[:port]`. An IPv6 address keeps its brackets.
fn portal(text: Piece<'_>) -> Result<StoredHost, Error> {
    let (name, rest) = match text.bracketed()? {
        Some((address, rest)) => {
            let brackets = address.bytes.len().saturating_add(2);
            (text.split_at(brackets).0, rest)
        }
        None => {
            let (name, rest) = text.until(|byte| byte == b':');
            name.host()?;
            (name, rest)
        }
    };
    let port = match rest.split_once(b':') {
        None if rest.is_empty() => 0,
        Some((before, port)) if before.is_empty() => port.port()?,
        _ => return Err(rest.broken("invalid port after the host")),
    };
    Ok(StoredHost::tcp(name.bytes, port, Protocol::Iscsi))
}

/// Returns a number, or a string of digits, as digits.
fn lun(options: &Scope<'_, '_>) -> Result<Vec<u8>, Error> {
    if let Ok(number) = options.number(b"lun") {
        return Ok(number.unwrap_or(0).to_string().into_bytes());
    }
    match options.string(b"lun") {
        Ok(Some(text)) if text.piece().decimal().is_some() => Ok(text.piece().bytes.to_vec()),
        _ => Err(options.wrong_value(b"lun", "the lun is not a whole number")),
    }
}

fn sheepdog(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Sheepdog);
    location.path = Some(options.required(b"vdi", "no vdi")?.store());
    let server = servers::address(&options.group(b"server"), Protocol::Sheepdog)?;
    location.hosts.push(server);
    Ok(location)
}

fn nbd(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Nbd);
    location.path = options.stored(b"export")?;
    let given = [
        options.has_group(b"server"),
        options.has(b"path"),
        options.has(b"host"),
    ];
    location.hosts.push(match given {
        [true, false, false] => servers::address(&options.group(b"server"), Protocol::Nbd)?,
        [false, true, false] => {
            let path = options.required(b"path", "no path")?;
            StoredHost::unix(path.piece())?
        }
        [false, false, true] => servers::internet(options, Protocol::Nbd)?,
        [false, false, false] => return Err(options.broken("no server, path or host")),
        _ => return Err(options.broken("more than one of server, path and host")),
    });
    Ok(location)
}

fn ssh(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Ssh);
    location.path = Some(options.required(b"path", "no path")?.store());
    let given = (options.has_group(b"server"), options.has(b"host"));
    location.hosts.push(match given {
        (true, false) => servers::untyped(&options.group(b"server"), Protocol::Ssh)?,
        (false, true) => servers::internet(options, Protocol::Ssh)?,
        (false, false) => return Err(options.broken("no server or host")),
        (true, true) => return Err(options.broken("both server and host")),
    });
    location.ssh_user = options.stored(b"user")?;
    location.ssh_host_key_check = host_key_check(options)?;
    Ok(location)
}

/// How the key of the server is checked: `host_key_check` as recorded, or the object
/// `host-key-check` in the same words, such as `none` or `sha256:HASH`.
fn host_key_check(options: &Scope<'_, '_>) -> Result<Option<Stored>, Error> {
    let object = options.group(b"host-key-check");
    let Some(mode) = object.string(b"mode")? else {
        return options.stored(b"host_key_check");
    };
    if mode.piece().bytes != b"hash" {
        return Ok(Some(mode.store()));
    }
    let algorithm = object.required(b"type", "no host key hash type")?;
    let hash = object.required(b"hash", "no host key hash")?;
    let words = [algorithm.piece().bytes, b":", hash.piece().bytes];
    Ok(Some(Stored::new(&words.concat())))
}

fn rbd(options: &Scope<'_, '_>) -> Result<Location, Error> {
    if let Some(text) = options.string(b"filename")? {
        let piece = text.piece().of("rbd");
        let rest = match piece.bytes.starts_with(b"rbd:") {
            true => piece.skip(4),
            false => piece,
        };
        let mut location = rbd::parse(rest)?;
        if location.credentials && location.secrets.is_empty() {
            location.secrets.push(text.range());
        }
        return Ok(location);
    }
    let mut location = Location::network(Protocol::Rbd);
    location.volume = Some(options.required(b"pool", "no pool")?.store());
    let image = options.required(b"image", "no image")?;
    location.path = Some(match options.string(b"namespace")? {
        Some(namespace) => {
            let names = [namespace.piece().bytes, b"/", image.piece().bytes];
            Stored::new(&names.concat())
        }
        None => image.store(),
    });
    location.rbd_user = options.stored(b"user")?;
    location.snapshot = options.stored(b"snapshot")?;
    location.config_file = options.stored(b"conf")?;
    let list = options.list(b"server")?;
    location.add_hosts(&list, |server| servers::internet(server, Protocol::Rbd))?;
    Ok(location)
}

fn nfs(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Nfs);
    location.path = Some(options.required(b"path", "no path")?.store());
    let server = options.group(b"server");
    location
        .hosts
        .push(servers::untyped(&server, Protocol::Nfs)?);
    let number = |name: &[u8]| {
        let number = options.number(name)?;
        let signed = |number: u64| [b"+", number.to_string().as_bytes()].concat();
        Ok::<_, Error>(number.map(|number| Stored::new(&signed(number))))
    };
    location.nfs_user = number(b"user")?;
    location.nfs_group = number(b"group")?;
    location.qemu_only = location.nfs_user.is_none() || location.nfs_group.is_none();
    Ok(location)
}
