# SPDX-License-Identifier: MIT OR Apache-2.0
"""Compares the AppArmor rules that virt-aa-helper of two builds makes for the domains."""
import contextlib
import fcntl
import os
import re
import signal
import time
import uuid

import domain_rows
from domain_daemon import run
from domain_rows import Row
from domain_xml import disk, domain

LIMIT = 10
# The row whose backing file has a lease while virt-aa-helper runs.
LEASED = "leased"
EXTRA = [
    Row("fifo", disk("fifo")),
    Row("ov-fifoun", disk("ov-fifoun.qcow2")),
    Row(LEASED, disk("top.qcow2")),
    Row("no-format", disk("top.qcow2").replace(" type='qcow2'", "")),
]
OTHER_FORMAT = "the domain does not start, so its backing file needs no rule"
# The rows whose rules may differ, with the reason.
REASONS = {
    "far": "the backing store is read at any offset",
    "self": "a loop ends at the first repeated file",
    "un-df": "the domain does not start: its backing file names a data file",
    "ovdf2": "a data file is found after the recorded format of a backing store",
    "ov-fifo": "a FIFO is never waited for",
    "ov-fifoun": "a FIFO is never waited for",
    "fifo": "a FIFO is never waited for",
    "wrongfmt": OTHER_FORMAT, "wrongfmt4": OTHER_FORMAT, "rf-dir": OTHER_FORMAT,
    "rf-cow": OTHER_FORMAT, "rf-vpc": OTHER_FORMAT,
}
MEMORY = ("top missing un-df df far js-slice wrongfmt js-q http-cred luks-ov deep030 ov-fifo "
          "rf-xyzzy nbd").split()
VALGRIND = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite", "--error-exitcode=99"]


def rows():
    local = domain_rows.START + domain_rows.DATA_FILES + domain_rows.ENCRYPTED + \
        domain_rows.XML_CHAINS + domain_rows.CHANGED + domain_rows.FAIL + EXTRA
    return [row for row in local if "type='network'" not in row.disks]


@contextlib.contextmanager
def lease(path):
    """Holds a write lease, and releases it 0.5 s after another process opens the file."""
    with open(path, "r+b") as file:
        def release(*_):
            time.sleep(0.5)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        old = signal.signal(signal.SIGIO, release)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        try:
            yield
        finally:
            signal.signal(signal.SIGIO, old)


def helper(build, row, images, work, tool=()):
    """Returns the rules for images, and the result of virt-aa-helper."""
    path = work / "domain.xml"
    name = f"row-{row.name}"
    path.write_text(domain(name, row.disks, images))
    number = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    environment = {**os.environ, "LC_ALL": "C", "LIBVIRT_DIR_OVERRIDE": "1"}
    command = [*tool, str(build / "src/virt-aa-helper"), "-r", "-d", "-u", f"libvirt-{number}"]
    held = lease(images / "mid.qcow2") if row.name == LEASED else contextlib.nullcontext()
    with open(path) as file, held:
        found = run(command, environment, LIMIT * (12 if tool else 1), stdin=file)
    # virt-aa-helper prints the rules on standard error.
    rules = re.findall(r'^ *"(.*)$', found.message, re.M)
    return [rule for rule in rules if rule.startswith(f"{images}/")], found


def compare(before, after, images, work):
    unexplained = equal = 0
    for row in rows():
        old, new = (helper(build, row, images, work) for build in (before, after))
        if (old[0], old[1].code) == (new[0], new[1].code):
            equal += 1
            continue
        reason = REASONS.get(row.name)
        unexplained += reason is None
        print(f"  {row.name}: {reason or 'NO REASON'}")
        for word, (rules, found) in (("before", old), ("after", new)):
            if reason is None:
                print("".join(f"    {word}: {line}\n" for line in [found.state(), *rules]),
                      end="")
    print(f"{equal} of {len(rows())} domains have equal rules")
    return unexplained


def memory(before, after, images, work):
    """Runs virt-aa-helper with valgrind. A FIFO would block the build without the adapter."""
    failed = 0
    for word, build in (("before", before), ("after", after)):
        for row in rows():
            if row.name in MEMORY and not (word == "before" and row.name == "ov-fifo"):
                found = helper(build, row, images, work, VALGRIND)[1]
                bad = found.code is None or found.code == 99
                failed += bad
                if bad:
                    print(f"  {row.name}: {word}: {found.message}")
    print(f"{failed} of {2 * len(MEMORY) - 1} runs with errors or leaks")
    return failed
