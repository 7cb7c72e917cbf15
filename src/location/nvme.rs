// SPDX-License-Identifier: MIT OR Apache-2.0
//! NVMe controllers that the hypervisor drives itself: `nvme://0000:01:00.0/1`.

use super::parsed::Location;
use super::piece::Piece;
use crate::base::error::Error;
use crate::base::stored::Stored;

/// Parses the text after `nvme:`.
pub(super) fn parse(rest: Piece<'_>) -> Result<Location, Error> {
    if !rest.bytes.starts_with(b"//") {
        return Err(rest.broken("no // after the protocol"));
    }
    let rest = rest.skip(2);
    let (device, namespace) = rest
        .split_once(b'/')
        .ok_or(rest.broken("no namespace after the address"))?;
    let wrong = namespace.broken(WRONG_NAMESPACE);
    let mut location = Location::nvme(named(device, namespace.decimal(), wrong)?);
    location.qemu_only = true;
    Ok(location)
}

pub(super) const WRONG_NAMESPACE: &str = "the namespace is not a number from 1 to 4294967295";

/// Returns the namespace and the PCI address of its controller. `wrong` is the error for an invalid
/// namespace.
pub(super) fn named(
    device: Piece<'_>,
    namespace: Option<u64>,
    wrong: Error,
) -> Result<(u32, Stored), Error> {
    if !is_pci_address(device.bytes) {
        return Err(device.broken("not a PCI address such as 0000:01:00.0"));
    }
    let namespace = namespace.and_then(|number| u32::try_from(number).ok());
    let namespace = namespace.filter(|number| *number != 0).ok_or(wrong)?;
    Ok((namespace, Stored::new(&device.bytes.to_ascii_lowercase())))
}

/// Returns whether `text` is domain, bus, slot below 32 and function below 8, as in `lspci -D`.
fn is_pci_address(text: &[u8]) -> bool {
    let hex =
        |text: &[u8], digits: usize| text.len() == digits && text.iter().all(u8::is_ascii_hexdigit);
    let mut parts = text.split(|byte| *byte == b':');
    let (domain, bus) = (parts.next(), parts.next());
    let (Some(domain), Some(bus), Some(device), None) = (domain, bus, parts.next(), parts.next())
    else {
        return false;
    };
    let [tens @ (b'0' | b'1'), units, b'.', function] = device else {
        return false;
    };
    hex(domain, 4) && hex(bus, 2) && hex(&[*tens, *units], 2) && matches!(function, b'0'..=b'7')
}
