# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes the images that the domains of this trial use, with qemu-img and a few changed bytes."""
import os
import pathlib
import shutil
import struct
import subprocess

from domain_xml import PASSPHRASE

DEEPEST = 205
BACKING_FORMAT, DATA_FILE, IGNORED = 0xE2792ACA, 0x44415441, 0x12345678
SECRET = ["--object", f"secret,id=s,data={PASSPHRASE}"]
LUKS = "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10"

RAW = ["raw.img", "base.raw", "a:b.raw", "a%20b.raw", "a\nb.raw", "h#x.raw", "back\\s.raw",
       "copy.raw", "loop-raw.img"]

# Name of an overlay: recorded name of the backing file. The recorded format is raw.
OVER_RAW = {
    "mid": "base.raw", "ov-ln": "ln.raw", "colon": "./a:b.raw", "pct": "a%20b.raw",
    "newline": "a\nb.raw", "hash": "h#x.raw", "backslash": "back\\s.raw", "missing": "nothere.raw",
    "colonbad": "a:b.raw", "ov-priv": "private/b.raw", "ov-zero": "/dev/zero", "ov-dir": "dir",
    "fat": "fat:{dir}/dir", "ov-fifo": "fifo", "copy-ov": "base.raw", "s-rel": "./sub/../base.raw",
    "nbd": "nbd://127.0.0.1:10810/exp", "nbdu": "nbd+unix:///exp?socket={dir}/nbd.sock",
    "http-cred": "http://u:p@127.0.0.1:10999/x", "file-url": "file:{dir}/base.raw",
    "s-iscsi": "iscsi://127.0.0.1:3261/iqn.2020-01.x:y/1", "s-rbdkey": "rbd:p/i:id=u:key=AAAA",
    "s-nbdtls": "nbds://127.0.0.1:10810/exp", "s-curl": "http://127.0.0.1:10999/img?x=1&y=2",
    "s-gl": "gluster://127.0.0.1/vol/x",
}

OVER_QCOW2 = {"mid2": "mid", "top": "mid2", "ov-corrupt": "corrupt", "ov-df": "df",
              "ov-dfu": "dfu", "ov-luks": "luks"}

FILE = '{"driver":"file","filename":"{dir}/%s"}'
SERVER = '"server":{"type":"inet","host":"127.0.0.1","port":%s},"export":"exp"'
JSON_OVER_RAW = {
    "js-file": FILE % "base.raw",
    "js-slice": '{"driver":"raw","offset":65536,"size":1048576,"file":%s}' % (FILE % "base.raw"),
    "s-slice2": '{"driver":"raw","offset":512,"file":%s}' % (FILE % "raw.img"),
    "s-locking": '{"driver":"file","filename":"{dir}/base.raw","locking":"off"}',
    "js-nbd": '{"driver":"nbd",' + SERVER % '"10810"' + "}",
    "js-nbdint": '{"driver":"nbd",' + SERVER % "10810" + "}",
    "s-ssh": '{"driver":"ssh","host":"127.0.0.1","port":2222,"path":"/x","user":"u"}',
    "s-nfs": '{"driver":"nfs","server":{"type":"inet","host":"127.0.0.1"},"path":"/x","user":0,'
             '"group":0}',
    "s-nvme": '{"driver":"nvme","device":"0000:00:99.0","namespace":1}',
    "s-multi": '{"driver":"qcow2","file.driver":"file","file.filename":"{dir}/lone.qcow2"}',
    "s-glj": '{"driver":"gluster","volume":"v","path":"p","server":[{"type":"inet","host":"h",'
             '"port":"24007"},{"type":"unix","path":"/s"}]}',
    "s-vxhs": '{"driver":"vxhs","vdisk-id":"x","server":{"host":"127.0.0.1"}}',
    "js-rbdns": '{"driver":"rbd","pool":"p","namespace":"ns","image":"i",'
                '"server":[{"host":"127.0.0.1","port":"6789"}]}',
}
JSON_OVER_QCOW2 = {"js-q": '{"driver":"qcow2","file":%s}' % (FILE % "mid.qcow2"),
                   "js-fq": '{"file":%s}' % (FILE % "mid.qcow2")}

# Overlays of base.raw that record these names as its format.
RECORDED = ["file", "host_device", "vpc", "dir", "cow", "vhdx", "luks", "xyzzy", "none", "QCOW2"]


def create(name, fmt="qcow2", backing=None, backing_fmt="raw", options=None, size="64M"):
    """Creates an image. A backing file is recorded as given, and is not opened."""
    command = ["qemu-img", "create", "-q", *SECRET, "-f", fmt]
    if backing:
        command += ["-u", "-b", backing, "-F", backing_fmt]
    if options:
        command += ["-o", options]
    subprocess.run([*command, name, str(size)], check=True)


def write(name, offset, data):
    with open(name, "r+b") as file:
        file.seek(offset)
        file.write(data)


def extension(name, kind):
    """Returns the offset of a header extension of a qcow2 image."""
    data = pathlib.Path(name).read_bytes()
    offset = struct.unpack_from(">I", data, 100)[0]
    while True:
        found, length = struct.unpack_from(">II", data, offset)
        if found == kind:
            return offset
        if found == 0:
            raise ValueError(f"{name}: no header extension {kind:#x}")
        offset += 8 + (length + 7) // 8 * 8


def forget(name, kind):
    """Turns a header extension into one that readers ignore."""
    write(name, extension(name, kind), struct.pack(">I", IGNORED))


def record_format(name, fmt):
    """Records any name of at most 16 bytes as the format of the backing file."""
    write(name, extension(name, BACKING_FORMAT) + 4,
          struct.pack(">I", len(fmt)) + fmt.encode().ljust(16, b"\0"))


def unrecorded(name, backing, backing_fmt):
    create(name, "qcow2", backing, backing_fmt)
    forget(name, BACKING_FORMAT)


def chains(directory):
    for name in RAW:
        create("./" + name, "raw")
    for name in ("lone", "corrupt", "unkinc", "copy"):
        create(name + ".qcow2")
    os.symlink("base.raw", "ln.raw")
    os.mkdir("dir")
    os.mkfifo("fifo")
    os.mkdir("private", 0o700)
    create("private/b.raw", "raw")
    for name, backing in OVER_RAW.items():
        create(name + ".qcow2", "qcow2", backing.replace("{dir}", directory))
    for name, backing in OVER_QCOW2.items():
        create(name + ".qcow2", "qcow2", backing + ".qcow2", "qcow2")
    for names, fmt in ((JSON_OVER_RAW, "raw"), (JSON_OVER_QCOW2, "qcow2")):
        for name, text in names.items():
            create(name + ".qcow2", "qcow2", "json:" + text.replace("{dir}", directory), fmt)
    create("nbdq.qcow2", "qcow2", "nbd://127.0.0.1:10810/qexp", "qcow2")
    unrecorded("un-raw.qcow2", "base.raw", "raw")
    unrecorded("un-chain.qcow2", "mid.qcow2", "qcow2")
    unrecorded("un-df.qcow2", "df.qcow2", "qcow2")
    unrecorded("ov-fifoun.qcow2", "fifo", "raw")
    create("self.qcow2", "qcow2", "sel2.qcow2", "qcow2")
    name = struct.unpack(">Q", pathlib.Path("self.qcow2").read_bytes()[8:16])[0]
    write("self.qcow2", name, b"self")
    create("far.qcow2", "qcow2", "base.raw", options="cluster_size=2M")
    write("far.qcow2", 8, struct.pack(">Q", 0x9000))
    write("far.qcow2", 0x9000, b"base.raw")
    for name in RECORDED:
        create(f"rf-{name}.qcow2", "qcow2", "base.raw", "parallels")
        record_format(f"rf-{name}.qcow2", name)
    create("wrongfmt.qcow2", "qcow2", "base.raw", "qcow2")
    create("wrongfmt2.qcow2", "qcow2", "lone.qcow2", "raw")
    create("wrongfmt4.qcow2", "qcow2", "lone.qcow2", "vmdk")
    backing, fmt = "base.raw", "raw"
    for depth in range(1, DEEPEST + 1):
        create(f"deep{depth:03}.qcow2", "qcow2", backing, fmt)
        backing, fmt = f"deep{depth:03}.qcow2", "qcow2"


def features():
    for name, options in (("zstd", "compression_type=zstd"), ("extl2", "extended_l2=on"),
                          ("dirty", "lazy_refcounts=on"), ("df", "data_file=df.raw"),
                          ("dfu", "data_file=dfu.raw")):
        create(name + ".qcow2", options=options)
    create("ovdf2.raw", "raw")
    create("ovdf2.qcow2", "qcow2", "base.raw", options="data_file=ovdf2.raw")
    create("odd.qcow2", size=67109376)
    forget("dfu.qcow2", DATA_FILE)
    write("dirty.qcow2", 79, b"\1")
    write("corrupt.qcow2", 79, b"\2")
    write("unkinc.qcow2", 76, b"\1")
    create("zeros.qcow2", "raw", size="1M")
    head = pathlib.Path("lone.qcow2").read_bytes()[:110]
    pathlib.Path("short.qcow2").write_bytes(head[:50])
    pathlib.Path("trunc110.qcow2").write_bytes(head)


def formats():
    for fmt in ("vmdk", "vdi", "vpc", "qed", "parallels", "vhdx", "qcow"):
        create("x." + fmt, fmt)
    create("copy.vmdk", "vmdk")
    create("flat.vmdk", "vmdk", options="subformat=monolithicFlat")
    create("stream.vmdk", "vmdk", options="subformat=streamOptimized")
    create("fixed.vpc", "vpc", options="subformat=fixed")
    for fmt in ("vmdk", "vpc", "parallels"):
        create(f"ov-{fmt}.qcow2", "qcow2", "x." + fmt, fmt)
    create("ov.qed", "qed", "mid.qcow2", "qcow2")
    # The volume descriptors of ISO 9660, which qemu-img cannot make.
    iso = bytearray(64 * 2048)
    iso[0x8000:0x8006] = b"\1CD001"
    iso[0x8800:0x8806] = b"\xffCD001"
    for name in ("a.iso", "b.iso"):
        pathlib.Path(name).write_bytes(iso)


def encrypted():
    create("luks.img", "luks", options="key-secret=s,iter-time=10")
    create("luks.qcow2", options=LUKS)
    create("luks-ov.qcow2", "qcow2", "base.raw", options=LUKS)


def make(directory):
    """Makes the images in a new directory that is named in some of them."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    back = os.getcwd()
    os.chdir(directory)
    try:
        chains(str(directory))
        features()
        formats()
        encrypted()
        create("loop-qcow2.img", size="32M")
        os.truncate("loop-qcow2.img", 48 << 20)
    finally:
        os.chdir(back)


def make_over_device(directory, device):
    """Makes the overlays of a block device."""
    create(f"{directory}/ov-blk.qcow2", "qcow2", device)
    create(f"{directory}/ov-blkj.qcow2", "qcow2",
           'json:{"driver":"host_device","filename":"%s"}' % device)
