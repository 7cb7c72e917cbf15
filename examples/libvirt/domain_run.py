# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs the steps of a sequence, and compares the results of two builds."""
import dataclasses
import json
import re
import shlex
import time

from domain_daemon import plain
from domain_starts import live_xml, print_lines
from domain_xml import domain

LIMIT = 60
NODES = json.dumps({"execute": "query-named-block-nodes", "arguments": {"flat": True}})


@dataclasses.dataclass
class Step:
    state: str
    message: str
    output: str
    xml: str
    nodes: str


def nodes(daemon, name):
    """Returns the block nodes of QEMU, one a line."""
    text = daemon.virsh("qemu-monitor-command", name, NODES).output
    if not text:
        return ""
    found = [(node["node-name"], node["drv"], node["file"], node["ro"], node.get("backing_file"))
             for node in json.loads(text)["return"]]
    # libvirt-9-storage is before libvirt-10-storage.
    return plain("\n".join(map(str, sorted(found, key=lambda node: (len(node[0]), str(node))))))


def command_of(step):
    """Returns the command of a step as text, with the first file that its XML names."""
    if isinstance(step, str):
        return step
    command, xml = step
    return f"{command} {xml.partition('{dir}/')[2].partition(chr(39))[0].partition(chr(34))[0]}"


def run_step(daemon, name, step, images):
    command, xml = (step, None) if isinstance(step, str) else step
    path = daemon.state / "step.xml"
    if xml:
        path.write_text(xml.replace("{dir}", str(images)))
    words = [word.format(dom=name, dir=images, file=path) for word in shlex.split(command)]
    found = daemon.virsh(*words, limit=LIMIT)
    output = found.output
    if words[0] == "domjobinfo":
        output = wait_for_job(daemon, name)
    elif words[0] != "domblkinfo":
        output = ""
    return Step(found.state(), found.message, output,
                *renumber(live_xml(daemon, name), nodes(daemon, name)))


def renumber(*texts):
    """Replaces libvirt's indexes of images, which it counts up, by their ranks."""
    pattern = r"(?<= index=')\d+(?=')|(?<=\blibvirt-)\d+(?=-)"
    numbers = sorted({int(number) for text in texts for number in re.findall(pattern, text)})
    return [re.sub(pattern, lambda found: str(numbers.index(int(found[0])) + 1), text)
            for text in texts]


def wait_for_job(daemon, name):
    """Waits for a backup, which runs after the command that began it. Returns how it ended."""
    for _ in range(LIMIT):
        if "None" in daemon.virsh("domjobinfo", name).output:
            break
        time.sleep(1)
    lines = daemon.virsh("domjobinfo", name, "--completed", "--keep-completed").output.splitlines()
    return "\n".join(line for line in lines if line.startswith(("Job type", "Operation")))


def run_sequence(daemon, sequence, images):
    name, disks, started, steps = sequence
    path = daemon.state / "domain.xml"
    path.write_text(domain(name, disks, images))
    commands = [f"define {path}", *([f"start --paused {name}"] if started else []), *steps]
    results = [run_step(daemon, name, step, images) for step in commands]
    daemon.virsh("destroy", name)
    daemon.virsh("undefine", name, "--snapshots-metadata")
    return list(zip(map(command_of, commands), results))


def reason_of(command, states, reasons):
    """Returns the reason why the results of a command that ends so may differ."""
    return next((reason for part, wanted, reason in reasons
                 if part in command and states == wanted), None)


def compare(name, before, after, reasons):
    """Prints the steps that differ. Returns the number without a reason."""
    unexplained = 0
    follows = None
    for (command, old), (_, new) in zip(before, after):
        parts = [field.name for field in dataclasses.fields(Step)
                 if getattr(old, field.name) != getattr(new, field.name)
                 and not (field.name == "message" and old.message
                          and new.message.startswith(old.message))]
        reason = reason_of(command, (old.state, new.state), reasons)
        # A disk that was not attached cannot be detached.
        follows = reason if "attach-" in command else follows
        if not parts:
            continue
        if command.startswith(("domblkinfo {dom} sda", "detach-disk")):
            reason = follows
        unexplained += reason is None
        print(f"  {name}: {command}: {', '.join(parts)}: {reason or 'NO REASON'}")
        for part in parts if reason is None else ():
            print_lines(getattr(old, part), getattr(new, part))
    states = [[step.state for _, step in results] for results in (before, after)]
    print(f"{name}: {len(before)} steps, before {states[0].count('OK')} OK, "
          f"after {states[1].count('OK')} OK")
    return unexplained
