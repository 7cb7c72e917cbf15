# SPDX-License-Identifier: MIT OR Apache-2.0
"""Defines and starts the domain of each row, and compares the results of two builds."""
import dataclasses
import difflib
import os
import re

from domain_daemon import plain
from domain_xml import domain


@dataclasses.dataclass
class Start:
    state: str = "OK"
    message: str = ""
    blockdev: str = ""
    xml: str = ""
    statistics: str = ""


def block_devices(log):
    """Returns the -blockdev arguments of the last start in a domain's log."""
    last = log.rpartition("starting up libvirt version")[2]
    return "\n".join(re.findall(r"^-blockdev '(.*)' \\$", last, re.M))


def live_xml(daemon, name):
    """Returns the disks of a running domain."""
    text = daemon.virsh("dumpxml", name).output
    return plain("\n".join(re.findall(r"^ *<disk .*?</disk>", text, re.M | re.S)))


def print_lines(before, after):
    """Prints the lines that differ."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    for line in list(lines)[2:]:
        if not line.startswith("@@"):
            print("    " + line)


def open_descriptors(row, images):
    groups = {}
    for group, path in row.descriptors:
        mode = os.O_RDONLY if path == "base.raw" else os.O_RDWR
        groups[group] = os.open(images / path, mode)
    return groups


def start_row(daemon, row, images, devices):
    name = f"row-{row.name}"
    path = daemon.state / "domain.xml"
    disks = row.disks
    for device, there in devices.items():
        disks = disks.replace("{dir}/{" + device + "}", there)
    path.write_text(domain(name, disks, images))
    found = daemon.virsh("define", path)
    if found.code != 0:
        return Start("DEFINE" if found.code else "HANG", found.message)
    target = re.search(r"target dev='(\w+)'", row.disks)[1]
    statistics = [daemon.virsh("domblkinfo", name, target, limit=5),
                  daemon.virsh("domstats", "--block", name, limit=5)]
    groups = open_descriptors(row, images)
    script = "".join(f"dom-fd-associate {name} --name {group} --pass-fds {number};"
                     for group, number in groups.items())
    found = daemon.virsh(f"{script} start --paused {name}", limit=row.limit,
                         pass_fds=groups.values())
    for number in groups.values():
        os.close(number)
    result = Start(found.state(), found.message, block_devices(daemon.qemu_log(name)),
                   statistics="\n".join(result.output + result.message for result in statistics))
    if found.code == 0:
        result.xml = live_xml(daemon, name)
        daemon.virsh("destroy", name)
    elif found.code is None:
        daemon.restart_killing(name)
    daemon.virsh("undefine", name)
    return result


def differences(row, before, after):
    """Yields each part that differs, and the reason or None."""
    for word, result, wanted in (("before", before, row.before), ("after", after, row.after)):
        if wanted not in (result.state, "ANY"):
            yield f"{word}: {result.state}, expected {wanted}", None
    for part in ("blockdev", "xml", "message", "statistics"):
        old, new = getattr(before, part), getattr(after, part)
        if part == "xml" and before.state != after.state:
            continue
        # Other programs match libvirt's messages. More may follow.
        if old != new and not (part == "message" and old and new.startswith(old)):
            # A domain that fails for another reason can fail before QEMU has its arguments.
            yield part, row.differs.get(part) or part == "blockdev" and row.differs.get("message")


def compare(rows, before, after):
    """Prints the rows that differ. Returns the number without a reason."""
    unexplained = 0
    for row in rows:
        old, new = before[row.name], after[row.name]
        for part, reason in differences(row, old, new):
            unexplained += not reason
            print(f"  {row.name}: {part}: {reason or 'NO REASON'}")
            if not reason:
                print_lines(*(getattr(result, part, result.message) for result in (old, new)))
    for word, results in (("before", before), ("after", after)):
        states = [results[row.name].state for row in rows]
        print(f"{word}: " + ", ".join(f"{states.count(state)} {state}"
                                      for state in ("OK", "ERR", "DEFINE", "HANG")))
    return unexplained
