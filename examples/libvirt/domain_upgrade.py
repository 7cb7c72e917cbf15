# SPDX-License-Identifier: MIT OR Apache-2.0
"""Changes the daemon of running domains to that of another build, and back."""
from domain_run import nodes, run_step
from domain_starts import live_xml, print_lines
from domain_steps import SNAPSHOT
from domain_xml import disk, domain

DOMAINS = {"up-chain": disk("top.qcow2"), "up-data": disk("df.qcow2"),
           "up-unrecorded": disk("un-raw.qcow2")}
STEPS = [SNAPSHOT % ("u1", "u1.qcow2"),
         "blockcommit {dom} vda --base {dir}/mid.qcow2 --top {dir}/mid2.qcow2 --wait",
         "blockcommit {dom} vda --base {dir}/mid.qcow2 --active --pivot --wait"]
# Of a host without a usable hierarchy of cgroups, DMI or dnsmasq.
UNRELATED = ("virCgroup", "dmidecode", "dnsmasq")


def state(daemon):
    return {name: live_xml(daemon, name) + "\n" + nodes(daemon, name) for name in DOMAINS}


def new_errors(daemon, position):
    return [line for line in daemon.errors()[position:].splitlines()
            if ": error :" in line and not any(word in line for word in UNRELATED)]


def replace(daemon, build):
    """Continues the domains with the daemon of a build. Returns what is wrong then."""
    known = state(daemon)
    position = len(daemon.errors())
    daemon.continue_with(build)
    failed = new_errors(daemon, position)
    for name, text in state(daemon).items():
        if text != known[name]:
            failed.append(f"{name} is not as before:")
            print_lines(known[name], text)
    return failed


def run(daemon, after, images):
    """Starts domains, and continues them with the other daemon, twice. Returns the failures."""
    before = daemon.build
    failed = []
    path = daemon.state / "domain.xml"
    for name, disks in DOMAINS.items():
        path.write_text(domain(name, disks, images))
        for words in (("define", path), ("start", "--paused", name)):
            found = daemon.virsh(*words)
            if found.code:
                failed.append(found.message)
    for build in (after, before):
        failed += replace(daemon, build)
        for step in STEPS if build == after else STEPS[:1]:
            step = step.replace("u1.qcow2", "u2.qcow2") if build == before else step
            found = run_step(daemon, "up-chain", step, images)
            if found.state != "OK":
                failed.append(f"{step}: {found.message}")
    for line in failed:
        print("  " + line)
    print(f"{len(DOMAINS)} domains, {len(failed)} errors")
    return len(failed)
