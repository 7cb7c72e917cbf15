# SPDX-License-Identifier: MIT OR Apache-2.0
"""What is done to running and stopped domains, and what may differ."""
from domain_rows import CHECKED, DATA_FILE
from domain_xml import KEY, data_store, disk

SNAPSHOT = "snapshot-create-as {dom} %s --disk-only --no-metadata --diskspec vda,file={dir}/%s"


def attach(name, fmt="qcow2"):
    return [f"attach-disk {{dom}} {{dir}}/{name} sda --targetbus scsi --subdriver {fmt}",
            "domblkinfo {dom} sda", "detach-disk {dom} sda"]


def attach_device(xml):
    return [("attach-device {dom} {file}", xml), "domblkinfo {dom} sda", "detach-disk {dom} sda"]


def copy(name, options=""):
    command = f"blockcopy {{dom}} vda {{dir}}/{name} --reuse-external --transient-job --wait"
    return [f"{command} {options}",
            "blockjob {dom} vda --abort"]


def backup(name, fmt):
    return ("backup-begin {dom} {file}",
            f"<domainbackup><disks><disk name='vda' type='file'><driver type='{fmt}'/>"
            f"<target file='{{dir}}/{name}'/></disk></disks></domainbackup>")


def cdrom(name, fmt):
    return disk(name, fmt, device="cdrom", target="hda", bus="ide")


HOTPLUG = [*attach("top.qcow2"), *attach("ov-df.qcow2"), *attach("ov-vmdk.qcow2"),
           *attach("x.vdi", "vdi"), *attach("js-slice.qcow2"), *attach("copy.raw", "raw"),
           *attach("far.qcow2"), *attach("ov.qed", "qed"), *attach("rf-xyzzy.qcow2"),
           *attach("un-chain.qcow2"), *attach("missing.qcow2"), *attach("un-df.qcow2"),
           *attach("zeros.qcow2"), *attach("dfu.qcow2"),
           *attach_device(disk("luks.qcow2", target="sda", bus="scsi", inside=KEY)),
           *attach_device(disk("dfu.qcow2", target="sda", bus="scsi",
                               inside=data_store("dfu.raw")))]

MEDIA = ["change-media {dom} hda {dir}/b.iso --update", "change-media {dom} hda --eject",
         "change-media {dom} hda {dir}/a.iso --insert",
         "change-media {dom} hda {dir}/nothere.iso --update",
         ("update-device {dom} {file}", cdrom("lone.qcow2", "qcow2")),
         ("update-device {dom} {file}", cdrom("zeros.qcow2", "qcow2"))]

COMMIT = [SNAPSHOT % ("s1", "s1.qcow2"), SNAPSHOT % ("s2", "s2.qcow2"),
          "blockcommit {dom} vda --base {dir}/mid.qcow2 --top {dir}/mid2.qcow2 --wait",
          "blockcommit {dom} vda --base {dir}/mid.qcow2 --top {dir}/top.qcow2 --keep-relative "
          "--wait",
          "blockcommit {dom} vda --top vda[9] --wait",
          "blockcommit {dom} vda --top {dir}/raw.img --wait",
          "blockcommit {dom} vda --active --pivot --wait",
          SNAPSHOT % ("s3", "copy-ov.qcow2") + " --reuse-external"]

PULL = ["blockpull {dom} vda --base vda[9] --wait",
        "blockpull {dom} vda --base {dir}/raw.img --wait",
        "blockpull {dom} vda --base vda[3] --keep-relative --wait",
        SNAPSHOT % ("p1", "p1.qcow2"), SNAPSHOT % ("p2", "p2.qcow2"),
        "blockpull {dom} vda --base {dir}/top.qcow2 --keep-relative --wait",
        "blockpull {dom} vda --base {dir}/top.qcow2 --wait", "blockpull {dom} vda --wait"]

COPY = [*copy("copy.raw"), *copy("copy.qcow2"), *copy("copy-ov.qcow2", "--shallow"),
        *copy("copy.vmdk"), *copy("x.vdi"), *copy("x.parallels"), *copy("dirty.qcow2"),
        *copy("x.vpc"), *copy("luks.qcow2"), *copy("zeros.qcow2"), *copy("a.iso"),
        *copy("df.qcow2"), *copy("nothere.qcow2"), *copy("x.vhdx"), *copy("unkinc.qcow2"),
        *copy("short.qcow2"), *copy("un-chain.qcow2", "--format qcow2"),
        "blockcopy {dom} vda {dir}/new.qcow2 --transient-job --wait --pivot"]

BACKUP = [backup("backup.raw", "raw"), "domjobinfo {dom}", backup("backup.qcow2", "qcow2"),
          "domjobinfo {dom}", "blockresize {dom} vda 128M", "domblkinfo {dom} vda"]

STOPPED = ["snapshot-create-as {dom} one --disk-only", "snapshot-create-as {dom} two --disk-only",
           "snapshot-create-as {dom} three --disk-only", "domblkinfo {dom} vda",
           "start --paused {dom}", "snapshot-delete {dom} two", "destroy {dom}",
           "snapshot-revert {dom} one", "domblkinfo {dom} vda", "snapshot-delete {dom} one"]

# Name, disks, whether the domain is started first, and the steps.
SEQUENCES = [
    ("hotplug", disk("raw.img", "raw"), True, HOTPLUG),
    ("media", cdrom("a.iso", "raw"), True, MEDIA),
    ("commit", disk("top.qcow2"), True, COMMIT),
    ("pull", disk("top.qcow2"), True, PULL),
    ("copy", disk("mid.qcow2"), True, COPY),
    ("backup", disk("lone.qcow2"), True, BACKUP),
    ("stopped-mid2", disk("mid2.qcow2"), False, STOPPED),
    ("stopped-raw", disk("raw.img", "raw"), False, STOPPED),
]

# The steps whose results may differ: a part of the command, how it ends, and the reason.
REASONS = [
    ("attach-disk {dom} {dir}/un-df.qcow2", ("OK", "ERR"), DATA_FILE),
    ("attach-disk {dom} {dir}/far.qcow2", ("OK", "OK"), "the backing store is read at any offset"),
    ("attach-disk {dom} {dir}/zeros.qcow2", ("ERR", "ERR"), CHECKED),
    ("attach-disk {dom} {dir}/dfu.qcow2", ("ERR", "ERR"), "the data file has no name"),
    ("update-device {dom} {file} zeros.qcow2", ("ERR", "ERR"), CHECKED),
]
