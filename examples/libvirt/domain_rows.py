# SPDX-License-Identifier: MIT OR Apache-2.0
"""The domains of the trial: their disks, whether they start, and what may differ."""
import dataclasses

from domain_xml import KEY, backing, data_store, disk, slices

CHECKED = "the given or recorded format is checked before QEMU starts"
CAPACITY = "the capacity is what the guest sees"
PORT = "QEMU accepts a number as port"
DATA_FILE = "an image without a recorded format must not name a data file"


@dataclasses.dataclass
class Row:
    """`before` and `after`: OK, ERR (of the start), DEFINE (an error of `define`), HANG or ANY.

    `differs` has the reasons why the parts "blockdev", "xml", "message" and "statistics" of a
    result may differ. The reason for a message is one for "blockdev" too.
    """
    name: str
    disks: str
    before: str = "OK"
    after: str = "OK"
    differs: dict = dataclasses.field(default_factory=dict)
    descriptors: tuple = ()
    limit: int = 15


def overlays(names, **arguments):
    return [Row(name, disk(name + ".qcow2"), **arguments) for name in names.split()]


def fail(name, disks, **arguments):
    return Row(name, disks, "ERR", "ERR", **arguments)


def message(reason, **more):
    return {"message": reason, **more}


START = [
    Row("raw", disk("raw.img", "raw")),
    *overlays("top un-raw ov-ln deep010 colon pct newline hash backslash"),
    *overlays("dirty zstd extl2 ov-corrupt odd wrongfmt2 df ov-df rf-file rf-host_device"),
    *overlays("ov-vmdk ov-vpc js-file js-fq js-slice s-slice2 s-locking nbd nbdu js-nbd"),
    *overlays("rf-xyzzy rf-none rf-QCOW2 rf-luks rf-vhdx"),
    *(Row(f"x-{fmt}", disk(f"x.{fmt}", fmt)) for fmt in ("vmdk", "vdi", "qed", "qcow")),
    Row("x-vhdx", disk("x.vhdx", "vhd"), differs={"statistics": CAPACITY}),
    Row("stream-vmdk", disk("stream.vmdk", "vmdk")),
    Row("fixed-vpc", disk("fixed.vpc", "vpc"), differs={"statistics": CAPACITY}),
    Row("ov-qed", disk("ov.qed", "qed")),
    Row("qcow2-as-raw", disk("top.qcow2", "raw")),
    Row("shared-base", disk("un-raw.qcow2") + disk("mid.qcow2", target="vdb")),
    Row("cd-raw", disk("a.iso", "raw", device="cdrom", target="hda", bus="ide")),
    Row("cd-empty", disk("", "raw", device="cdrom", target="hda", bus="ide")),
    Row("cd-missing", disk("nothere.iso", "raw", device="cdrom", target="hda", bus="ide",
                           startupPolicy="optional")),
    Row("fatdir", disk("dir", "fat", kind="dir", after="<readonly/>")),
    Row("slice", disk("raw.img", "raw", inside=slices(65536, 1048576))),
    Row("nbd-top", "<disk type='network'><driver name='qemu' type='raw'/>"
        "<source protocol='nbd' name='exp'><host name='127.0.0.1' port='10810'/></source>"
        "<readonly/><target dev='vda' bus='virtio'/></disk>"),
]

DATA_FILES = [
    Row("xml-datastore", disk("df.qcow2", inside=data_store("df.raw"))),
    Row("dfu-xml", disk("dfu.qcow2", inside=data_store("dfu.raw"))),
    Row("ov-dfu-xml", disk("ov-dfu.qcow2",
                           after=backing("dfu.qcow2", "qcow2", data_store("dfu.raw"),
                                         "<backingStore/>"))),
    Row("un-df", disk("un-df.qcow2"), "OK", "ERR", message(DATA_FILE)),
    fail("dfu", disk("dfu.qcow2"), differs=message("the data file has no name")),
    Row("ovdf2", disk("ovdf2.qcow2"), "ERR", "OK",
        message("a data file is found after the recorded format of a backing store")),
]

BLOCK_DEVICES = [
    Row("blk-raw", disk("{loop-raw}", "raw", kind="block")),
    Row("blk-qcow2", disk("{loop-qcow2}", kind="block")),
    *overlays("ov-blk ov-blkj"),
]

ENCRYPTED = [
    Row("luks-qcow2", disk("luks.qcow2", inside=KEY)),
    Row("luks-ov", disk("luks-ov.qcow2", inside=KEY)),
    Row("luks-img", disk("luks.img", "raw", inside=KEY)),
    Row("luks-img-nosecret", disk("luks.img", "raw")),
    Row("ov-luks-xml", disk("ov-luks.qcow2", after=backing("luks.qcow2", "qcow2", KEY,
                                                           "<backingStore/>"))),
    fail("luks-nosecret", disk("luks.qcow2")),
    fail("luks-on-plain", disk("lone.qcow2", inside=KEY)),
    fail("ov-luks", disk("ov-luks.qcow2")),
]

XML_CHAINS = [
    Row("xml-end", disk("top.qcow2", after="<backingStore/>")),
    Row("xml-one", disk("top.qcow2", after=backing("mid2.qcow2", "qcow2"))),
]

DESCRIPTORS = [
    Row("fd-end", disk("lone.qcow2", fdgroup="g", after="<backingStore/>"),
        descriptors=(("g", "lone.qcow2"),)),
    Row("fd-lone", disk("lone.qcow2", fdgroup="g"), descriptors=(("g", "lone.qcow2"),)),
    Row("fd-chain", disk("mid.qcow2", fdgroup="g"), descriptors=(("g", "mid.qcow2"),)),
    Row("fd-two", disk("mid.qcow2", fdgroup="g",
                       after=backing("base.raw", "raw", fdgroup="h", after="<backingStore/>")),
        descriptors=(("g", "mid.qcow2"), ("h", "base.raw"))),
    fail("fd-none", disk("lone.qcow2", fdgroup="g")),
]

CHANGED = [
    Row("far", disk("far.qcow2"),
        differs={"blockdev": "the backing store is read at any offset",
                 "xml": "the backing store is read at any offset"}),
    Row("ov-parallels", disk("ov-parallels.qcow2"),
        differs={"blockdev": "the format of the backing store is known",
                 "xml": "the format of the backing store is known"}),
    Row("js-nbdint", disk("js-nbdint.qcow2"), "ERR", "OK",
        message(PORT)),
]

FAIL = [
    *(fail(row.name, row.disks) for row in overlays(
        "un-chain missing ov-priv s-rel ov-dir fat corrupt unkinc rf-dir rf-cow js-q s-multi")),
    *(fail(row.name, row.disks) for row in overlays(
        "file-url colonbad s-nbdtls http-cred s-curl s-iscsi s-nfs s-rbdkey s-gl s-glj nbdq "
        "s-vxhs deep030")),
    fail("deep100", disk("deep100.qcow2"), limit=90),
    fail("deep199", disk("deep199.qcow2"), limit=300),
    fail("deep205", disk("deep205.qcow2"), limit=30),
    fail("missing-raw", disk("nothere.raw", "raw")),
    fail("null", disk("/dev/null", "raw")),
    fail("flat-vmdk", disk("flat.vmdk", "vmdk"), differs={"statistics": CAPACITY}),
    fail("dmg", disk("raw.img", "dmg")),
    fail("cd-broken", disk("zeros.qcow2", device="cdrom", target="hda", bus="ide",
                           startupPolicy="optional"), differs=message(CHECKED)),
    *(fail(row.name, row.disks, differs=message(CHECKED)) for row in overlays(
        "wrongfmt wrongfmt4 zeros rf-vpc")),
    fail("raw-as-qcow2", disk("raw.img"), differs=message(CHECKED)),
    fail("qcow2-as-qed", disk("top.qcow2", "qed"), differs=message(CHECKED, statistics=CHECKED)),
    fail("self", disk("self.qcow2")),
    fail("ov-zero", disk("ov-zero.qcow2"),
         differs=message("a character device is not a backing file")),
    fail("short", disk("short.qcow2"),
         differs=message("a truncated header is an error of its own",
                         statistics="a truncated header is an error of its own")),
    fail("s-ssh", disk("s-ssh.qcow2"), differs=message(PORT)),
    fail("s-nvme", disk("s-nvme.qcow2"), differs=message("a PCI address has at most 5 bits for the "
                                                         "slot")),
    Row("js-rbdns", disk("js-rbdns.qcow2"), "HANG", "HANG", limit=10,
        differs={"blockdev": "a namespace is part of the image's name, and is not dropped"}),
    Row("ov-fifo", disk("ov-fifo.qcow2"), "ANY", "ERR",
        message("a FIFO is not a backing file, and is never waited for")),
]

DEFINE = [
    Row("iso", disk("a.iso", "iso"), "DEFINE", "DEFINE"),
    Row("cow", disk("raw.img", "cow"), "DEFINE", "DEFINE"),
    Row("ide-readonly", disk("top.qcow2", target="hda", bus="ide", after="<readonly/>"),
        "DEFINE", "DEFINE"),
    Row("aes-qcow", disk("x.qcow", "qcow", inside="<encryption format='qcow'/>"),
        "DEFINE", "DEFINE"),
]

ROWS = [*START, *DATA_FILES, *BLOCK_DEVICES, *ENCRYPTED, *XML_CHAINS, *DESCRIPTORS, *CHANGED, *FAIL,
        *DEFINE]
