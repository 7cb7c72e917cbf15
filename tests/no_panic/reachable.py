# SPDX-License-Identifier: MIT OR Apache-2.0
"""Which panics a library's code can reach: follows every call in its machine code (x86-64).

usage: reachable.py LIBRARY FUNCTION [scan]

Starts at the exported FUNCTION and follows calls, jumps, and addresses that are taken, in code or
in tables. Prints each way to a panic; ends with 1 if there is one. Not among them are those of
ALLOWED, which are in the code of others, and what happens when memory runs out.
"""

import collections
import pathlib
import re
import subprocess
import sys

# Where every panic goes through; those of std's own run time included. A lock asks one of std's
# functions whether a panic is under way; that function does not panic.
PANIC = re.compile(r"^(?!std::panicking::panic_count::is_zero_slow_path)"
                   r"(core|std|alloc)::(panicking|option::(expect|unwrap)_failed|result::unwrap_failed"
                   r"|.*_fail(_rt)?$|.*::panic_|.*begin_panic)")
# The process has no memory left, or was asked for a size that no memory has: Rust ends it there.
NO_MEMORY = re.compile(r"handle_alloc_error|raw_vec::(handle_error|capacity_overflow)"
                       r"|alloc::rust_oom|__rust_alloc_error_handler")
# Code of std and nom that has a panic for a case that cannot come, of which the compiler does not
# know that. A frame is the function, and the file of its source.
ALLOWED = {
    "a sort panics where an order contradicts itself, and ours are those of numbers":
        r"core::slice::sort::",
    "std's parser of IP addresses writes eight groups into an array of eight":
        r"core::net::",
    "the lengths of slices that are in memory have a sum":
        r"alloc::slice::Concat",
    "std has the system's words for an error, and finds its own words in them":
        r"^words_of_errno \S*src/base/error\.rs:|core::str::pattern::",
    "std takes paths apart at the separators that it found in them":
        r"std::path::Components",
    "nom splits the input at a place that it found in it":
        r"nom::bytes::Take\b|nom::traits::FindSubstring|^take_from \S*/nom-[^/]*/src/traits\.rs",
}
# The same for code of std that may be inlined into any function.
ALLOWED_INSIDE = {
    "std's cell that is written once is in one of the states that std gave it":
        r"/std/src/sync/once_lock\.rs",
    "std's parser of IP addresses writes eight groups into an array of eight":
        r"/core/src/net/parser\.rs",
    "writing to a string does not fail": r"/alloc/src/(fmt|string)\.rs",
}
# The same for the parts of std that a scan uses in addition: std has panics for threads, locks and
# collections that are broken, or that the system refuses. The patterns match the source files of std
# that contain the panics.
ALLOWED_OF_SCAN = {
    "std's threads, and what they hold":
        r"/std/src/(thread|sys/thread|sys/thread_local|sys/pal|sys/env)/|/std/src/sys/thread|/alloc/src/sync\.rs"
        r"|SpawnHook|dyn core::ops::function::FnOnce",
    "std's locks, which ask whether a panic is under way": r"/std/src/(sync|sys/sync)/|MutexGuard",
    "std's trees, hash tables and sorting": r"/alloc/src/(collections/btree|slice)|hashbrown"
        r"|hashmap_random_keys|/std/src/sys/random/|sys::random::",
    "std's output of a panic's message": r"/std/src/io/|/std/src/sys/stdio|/std/src/panic",
}
# Frames of std itself, in whatever they are inlined into.
STD = re.compile(r" ((/rustc/\S*|\S*/rustlib/src/rust)/library|/rust/deps)/")


# Left out of what is printed.
ROOT = f"{pathlib.Path(__file__).resolve().parents[2]}/"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def functions(library):
    """Start address and name of each function."""
    found = {}
    for line in output("nm", "-C", library).splitlines():
        match = re.match(r"([0-9a-f]+) [tTwW] (.*)", line)
        if match:
            found.setdefault(int(match[1], 16), match[2])
    return found


def calls(library, starts):
    """For each function, the functions that its instructions refer to, and the instructions."""
    edges = collections.defaultdict(dict)
    function = None
    for line in output("objdump", "-d", "--no-show-raw-insn", library).splitlines():
        head = re.match(r"([0-9a-f]+) <.*>:$", line)
        if head:
            function = int(head[1], 16)
        match = re.search(r"\s(?:call|j\w+)\s+([0-9a-f]+) <|# ([0-9a-f]+) <", line)
        if match and function is not None:
            target = int(match[1] or match[2], 16)
            if target in starts:
                edges[function].setdefault(target, []).append(line.split(":")[0].strip())
    return edges


def tables(library):
    """Addresses in data that the dynamic linker relocates, each with its location."""
    found = {}
    for line in output("readelf", "-rW", library).splitlines():
        match = re.match(r"([0-9a-f]+)\s+\S+\s+R_X86_64_RELATIVE\s+([0-9a-f]+)", line)
        if match:
            found[int(match[1], 16)] = int(match[2], 16)
    return found


def frames(library, place):
    """Returns the inlined functions of an instruction, the innermost first, with their source."""
    lines = output("addr2line", "-ipfCe", library, place).splitlines()
    return [re.sub(r"^\s*\(inlined by\) ", "", line).replace(" at /", " /") for line in lines]


def allowed(library, function, place, of_scan):
    """Returns why a panic in this instruction of the function is allowed, or None."""
    everywhere = frames(library, place)
    outside = [frame for frame in everywhere if not STD.search(frame)]
    where = [function] + outside[:1]
    for reason, pattern in ALLOWED.items():
        if any(re.search(pattern, frame) for frame in where):
            return reason
    # Functions of std that are inlined into the function of ours that called them.
    inside = everywhere[:everywhere.index(outside[0])] if outside else everywhere + [function]
    patterns = ALLOWED_INSIDE | (ALLOWED_OF_SCAN if of_scan else {})
    for reason, pattern in patterns.items():
        if any(re.search(pattern, frame) for frame in inside):
            return reason
    return None


def main(library, entry, *of_scan):
    names = functions(library)
    edges = calls(library, names)
    # Tables of functions, such as that of the formats: functions of our crates with an address in data.
    ours = re.compile(r"\b(diskprobe|nom|no_panic)::")
    in_tables = {target for target in tables(library).values() if ours.search(names.get(target, ""))}
    roots = [address for address, name in names.items() if name == entry]
    assert roots, f"{library} has no {entry}"
    came_from = {address: None for address in roots + sorted(in_tables)}
    queue = collections.deque(came_from)
    panics = []
    while queue:
        address = queue.popleft()
        if NO_MEMORY.search(names[address]):
            continue
        for target in sorted(edges[address]):
            if PANIC.search(names[target]):
                panics.append((target, address))
            elif target not in came_from:
                came_from[target] = address
                queue.append(target)
    found, reasons = 0, collections.Counter()
    for panic, address in panics:
        for place in edges[address][panic]:
            reason = allowed(library, names[address], place, of_scan)
            if reason:
                reasons[reason] += 1
                continue
            found += 1
            way, function = [names[panic]], address
            while function is not None:
                way.append(names[function])
                function = came_from[function]
            where = [frame.replace(ROOT, "") for frame in frames(library, place)]
            print("panic: " + " <- ".join(way), *where, sep="\n    ")
    for reason, count in reasons.items():
        print(f"allowed, {count} times: {reason}")
    own = sum(1 for address in came_from if ours.search(names[address]))
    print(f"{len(came_from)} functions are reached, {own} of them ours; {found} panics")
    # A walk that reaches little would find nothing.
    assert own >= 100, "the calls were not followed"
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
