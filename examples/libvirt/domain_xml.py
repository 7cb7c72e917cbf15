# SPDX-License-Identifier: MIT OR Apache-2.0
"""Builds the XML of domains and their disks."""
import uuid
from xml.sax.saxutils import quoteattr

EMULATOR = "/usr/bin/qemu-system-x86_64"
PASSPHRASE = "123456"
SECRET_ID = str(uuid.uuid5(uuid.NAMESPACE_DNS, "passphrase"))
SECRET = f"<secret ephemeral='yes' private='no'><uuid>{SECRET_ID}</uuid></secret>"
KEY = f"<encryption format='luks'><secret type='passphrase' uuid='{SECRET_ID}'/></encryption>"


def source(path, kind="file", inside="", **attributes):
    """Returns <source>. A path without a leading slash is relative to the directory of images."""
    where = {"block": "dev", "dir": "dir"}.get(kind, "file")
    values = {where: path if path.startswith("/") else "{dir}/" + path, **attributes}
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in values.items())
    return f"<source {written}>{inside}</source>"


def disk(path, fmt="qcow2", kind="file", device="disk", target="vda", bus="virtio", inside="",
         after="", **attributes):
    """Returns <disk>. `inside` is in its source, and `after` follows the source."""
    written = source(path, kind, inside, **attributes) if path else ""
    return (f"<disk type='{kind}' device='{device}'><driver name='qemu' type='{fmt}'/>{written}"
            f"{after}<target dev='{target}' bus='{bus}'/></disk>")


def backing(path, fmt, inside="", after="", **attributes):
    """Returns <backingStore>; without a path, the end of the chain."""
    if not path:
        return "<backingStore/>"
    return (f"<backingStore type='file'><format type='{fmt}'/>"
            f"{source(path, 'file', inside, **attributes)}{after}</backingStore>")


def data_store(path):
    return (f"<dataStore type='file'><format type='raw'/>{source(path)}</dataStore>")


def slices(offset, size):
    return f"<slices><slice type='storage' offset='{offset}' size='{size}'/></slices>"


def domain(name, disks, directory):
    return (f"<domain type='qemu'><name>{name}</name>"
            f"<uuid>{uuid.uuid5(uuid.NAMESPACE_DNS, name)}</uuid>"
            "<memory unit='MiB'>32</memory>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>"
            f"<emulator>{EMULATOR}</emulator><controller type='usb' model='none'/>"
            "<controller type='scsi' model='virtio-scsi'/><memballoon model='none'/>"
            f"{disks.replace('{dir}', str(directory))}</devices></domain>")
