// SPDX-License-Identifier: MIT OR Apache-2.0
//! `json:{…}`: the options of one of QEMU's drivers.

use super::options::{Decoded, Options, Scope};
use super::parsed::{Location, TopNode};
use super::parts::{LocationKind, Protocol, Slice, StoredHost, Transport};
use super::piece::Piece;
use super::servers::ZERO_PORT;
use super::{http, iscsi, neutral, nvme, queries, rbd, remote, servers};
use crate::base::error::Error;
use crate::base::format::Format;
use crate::base::limits::MAX_VIRTUAL_SIZE;
use crate::base::named::Named;
use crate::base::stored::Stored;

/// Parses the text after `json:`.
pub(super) fn parse(text: Piece<'_>) -> Result<Location, Error> {
    let options = Options::read(text)?;
    let mut location = top(&options.of(b""))?;
    location.qemu_only |= options.has_digits();
    // The options of an unknown driver are unknown.
    if location.kind.is_some() {
        options.check_all_used()?;
        location.ignored.extend(options.ignored());
    }
    let secrets = options.credentials()?;
    location.credentials |= !secrets.is_empty();
    location.secrets.extend(secrets);
    Ok(location)
}

/// Parses the node at the top: a format driver, named or not, over the node `file`; or a protocol
/// driver.
fn top(options: &Scope<'_, '_>) -> Result<Location, Error> {
    options.ignore(neutral::NODE);
    let Some(driver) = options.string(b"driver")? else {
        if !options.has_group(b"file") {
            return Err(options.broken("no driver"));
        }
        // The recorded format can be raw, which has slices.
        let slice = slice(options)?;
        let has_slice = slice.is_some();
        let mut location = file(options, slice)?;
        location.top = TopNode::Unnamed { has_slice };
        location.qemu_only |= has_slice;
        return Ok(location);
    };
    let Some(format) = format_driver(&driver) else {
        let mut location = protocol(options, &driver)?;
        location.top = TopNode::Protocol;
        return Ok(location);
    };
    options.ignore(neutral::of_format(format));
    let slice = match format {
        Format::Raw => slice(options)?,
        _ => None,
    };
    let mut location = file(options, slice)?;
    let has_slice = slice.is_some();
    location.top = TopNode::Format { format, has_slice };
    if location.kind.is_some() {
        location.format = Some(format.c_name());
        location.qemu_only |= format != Format::Raw;
    }
    Ok(location)
}

/// Returns the format whose driver has that name. QEMU has no driver for two formats of libvirt.
fn format_driver(driver: &Decoded<'_>) -> Option<Format> {
    let format = Format::from_bytes(driver.piece().bytes)?;
    (!matches!(format, Format::Cow | Format::Dir)).then_some(format)
}

/// Parses the node `file` below a format driver: a protocol driver, or the driver raw over one. The
/// format driver reads only the slice `outer` of it.
fn file(options: &Scope<'_, '_>, outer: Option<Slice>) -> Result<Location, Error> {
    let below = file_group(options)?;
    let driver = below.string(b"driver")?;
    let is_raw = driver.as_ref().and_then(format_driver) == Some(Format::Raw);
    if !is_raw {
        let mut location = node_below(&below, driver)?;
        location.slice = outer;
        return Ok(location);
    }
    let inner = slice(&below)?;
    if inner.and(outer).is_some() {
        return Err(below.broken("a slice of a slice, which is not supported"));
    }
    let below = file_group(&below)?;
    let driver = below.string(b"driver")?;
    let mut location = node_below(&below, driver)?;
    location.slice = inner.or(outer);
    // libvirt refuses raw below raw.
    location.qemu_only |= options.has(b"driver");
    Ok(location)
}

fn file_group<'o, 'a>(options: &Scope<'o, 'a>) -> Result<Scope<'o, 'a>, Error> {
    if !options.has_group(b"file") {
        return Err(options.broken("no object of the name file"));
    }
    let below = options.group(b"file");
    below.ignore(neutral::NODE);
    Ok(below)
}

/// Parses a protocol driver below a format driver. Without a name, it opens a local file.
fn node_below(options: &Scope<'_, '_>, driver: Option<Decoded<'_>>) -> Result<Location, Error> {
    let Some(driver) = driver else {
        let mut location = local(options, LocationKind::File)?;
        location.needs_regular_file = false;
        location.qemu_only = true;
        return Ok(location);
    };
    if format_driver(&driver).is_some() {
        let what = "a format driver below another driver, which is not supported";
        return Err(driver.piece().broken(what));
    }
    protocol(options, &driver)
}

/// Parses the slice that the driver raw reads of the node below it.
fn slice(options: &Scope<'_, '_>) -> Result<Option<Slice>, Error> {
    let (offset, size) = (options.digits(b"offset")?, options.digits(b"size")?);
    if offset.is_none() && size.is_none() {
        return Ok(None);
    }
    match size {
        // libvirt and others treat 0 as no size, QEMU as a disk of 0 bytes.
        Some(0) => {
            let what = "is 0, which programs interpret differently";
            return Err(options.wrong_option(b"size", what));
        }
        Some(size) if size % 512 != 0 => {
            return Err(options.wrong_option(b"size", "is not a multiple of 512"));
        }
        _ => {}
    }
    let offset = offset.unwrap_or(0);
    let end = offset.checked_add(size.unwrap_or(0));
    if end.is_none_or(|end| end > MAX_VIRTUAL_SIZE) {
        return Err(options.broken("the slice ends beyond what a disk can have"));
    }
    Ok(Some(Slice { offset, size }))
}

/// Parses a driver that has no driver below it.
fn protocol(options: &Scope<'_, '_>, driver: &Decoded<'_>) -> Result<Location, Error> {
    match driver.piece().bytes {
        b"file" => local(options, LocationKind::File),
        b"host_device" | b"host_cdrom" => local(options, LocationKind::Block),
        b"nvme" => nvme(options),
        name => match Protocol::from_bytes(name) {
            Some(protocol) => {
                let location = network(options, protocol)?;
                options.ignore(neutral::of_protocol(protocol));
                Ok(location)
            }
            None => Ok(Location::unknown_driver(name)),
        },
    }
}

fn local(options: &Scope<'_, '_>, kind: LocationKind) -> Result<Location, Error> {
    options.ignore(neutral::FILE);
    let path = options.required(b"filename", "no filename")?;
    let mut location = Location::local(kind, path.piece().bytes);
    location.needs_regular_file = kind == LocationKind::File;
    Ok(location)
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
    name: &'static [u8],
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
    let portal = options.required(b"portal", "no portal")?;
    let mut host = self::portal(portal.piece())?;
    match transport.piece().bytes {
        b"tcp" => {}
        b"iser" => {
            host.transport = Transport::Rdma;
            location.qemu_only = true;
        }
        _ => return Err(transport.piece().broken("the transport is not tcp or iser")),
    }
    location.hosts.push(host);
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
        Some((before, port)) if before.is_empty() => match port.port()? {
            0 => return Err(port.broken(ZERO_PORT)),
            port => port,
        },
        _ => return Err(rest.broken("invalid port after the host")),
    };
    Ok(StoredHost::tcp(name.bytes, port, Protocol::Iscsi))
}

/// Returns the LUN as digits. It can be a number or a string.
fn lun(options: &Scope<'_, '_>) -> Result<Vec<u8>, Error> {
    let wrong = options.wrong_value(b"lun", "the lun is not a whole number");
    let text = match options.number(b"lun") {
        Ok(number) => number.unwrap_or(0).to_string().into_bytes(),
        Err(_) => match options.string(b"lun") {
            Ok(Some(text)) => text.piece().bytes.to_vec(),
            _ => return Err(wrong),
        },
    };
    if !iscsi::is_lun(&text) {
        return Err(wrong);
    }
    Ok(text)
}

fn sheepdog(options: &Scope<'_, '_>) -> Result<Location, Error> {
    let mut location = Location::network(Protocol::Sheepdog);
    location.path = Some(options.required(b"vdi", "no vdi")?.store());
    // An empty tag selects no snapshot.
    if options
        .string(b"tag")?
        .is_some_and(|tag| !tag.piece().is_empty())
    {
        return Err(options.wrong_option(b"tag", "selects a snapshot, which is not supported"));
    }
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

/// Returns how the host key of the server is checked: `host_key_check` as recorded, or the object
/// `host-key-check` in the same notation, such as `none` or `sha256:HASH`.
fn host_key_check(options: &Scope<'_, '_>) -> Result<Option<Stored>, Error> {
    let object = options.group(b"host-key-check");
    let Some(mode) = object.string(b"mode")? else {
        let text = options.string(b"host_key_check")?;
        return text
            .map(|text| queries::host_key_check(text.piece()))
            .transpose();
    };
    match mode.piece().bytes {
        b"none" | b"known_hosts" => Ok(Some(mode.store())),
        b"hash" => {
            let algorithm = object.required(b"type", "no host key hash type")?;
            let hash = object.required(b"hash", "no host key hash")?;
            let words = [algorithm.piece().bytes, b":", hash.piece().bytes].concat();
            let position = algorithm.piece().position(0);
            let words = algorithm.piece().decoded(&words, position, false);
            queries::host_key_check(words).map(Some)
        }
        _ => Err(mode.piece().broken(queries::HOST_KEY_CHECK)),
    }
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
    // In the path, the first slash ends the namespace.
    let is_not_slash = |byte| byte != b'/';
    let namespace = options.string(b"namespace")?;
    let namespace = namespace.as_ref().map(Decoded::piece);
    location.path = Some(match namespace.filter(|namespace| !namespace.is_empty()) {
        Some(namespace) => {
            namespace.require(is_not_slash, "a slash in the name of the namespace")?;
            Stored::new(&[namespace.bytes, b"/", image.piece().bytes].concat())
        }
        None => {
            let piece = image.piece();
            piece.require(is_not_slash, "a slash in the name of the image")?;
            image.store()
        }
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
    let path = options.required(b"path", "no path")?;
    if !path.piece().bytes.contains(&b'/') {
        return Err(path.piece().broken("no slash before the name of the file"));
    }
    location.path = Some(path.store());
    let server = options.group(b"server");
    if server.has(b"port") {
        return Err(server.wrong_value(b"port", remote::NFS_PORT));
    }
    location
        .hosts
        .push(servers::untyped(&server, Protocol::Nfs)?);
    let number = |name: &'static [u8]| {
        let Some(number) = options.number(name)? else {
            return Ok(None);
        };
        match u32::try_from(number) {
            Ok(number) => Ok(Some(queries::nfs_id(number))),
            Err(_) => Err(options.wrong_option(name, "is not a whole number below 2^32")),
        }
    };
    location.nfs_user = number(b"user")?;
    location.nfs_group = number(b"group")?;
    location.qemu_only = location.nfs_user.is_none() || location.nfs_group.is_none();
    Ok(location)
}
