# SPDX-License-Identifier: MIT OR Apache-2.0
"""Shared code of the benchmark scripts."""
import os
import subprocess

BENCHES = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(BENCHES)
WORK = os.path.join(ROOT, "target", "ffi-tests")
PREFIX = os.path.join(WORK, "prefix")
DOCUMENT = "docs/performance.md"
LIBRARY = os.path.join(PREFIX, "lib", "libdiskprobe.so")
os.environ["DISKPROBE"] = os.path.join(PREFIX, "bin", "diskprobe")
os.environ.setdefault("PKG_CONFIG_PATH", os.path.join(PREFIX, "lib", "pkgconfig"))

# The kinds of images that benches/make-images creates.
KINDS = ["qcow2-backing", "qcow2", "raw", "vmdk", "vdi", "vpc", "vhdx", "qed", "qcow", "parallels",
         "luks"]


def output(*command, **more):
    """Returns the output of a command. Ends the script if it fails."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def rows(text):
    """Returns the tab-separated fields of each line."""
    return [line.split("\t") for line in text.splitlines()]


def compiled(directory, name, *libraries):
    """Builds a benchmark in C in the directory. Returns its path."""
    program = os.path.join(directory, name)
    own = [] if name == "startup" else ["diskprobe"]
    flags = output("pkg-config", "--cflags", "diskprobe").split()
    links = output("pkg-config", "--libs", *own, *libraries).split() if own or libraries else []
    rpath = f"-Wl,-rpath,{os.path.dirname(LIBRARY)}"
    subprocess.run(
        ["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program,
         os.path.join(BENCHES, f"{name}.c"), os.path.join(BENCHES, "bench.c"), *flags, *links,
         rpath, "-ldl", "-pthread"], check=True)
    return program


def make_images(directory):
    subprocess.run([os.path.join(BENCHES, "make-images"), directory], check=True)


def digits(number):
    """Returns a ratio with three digits, or with two after the decimal point."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if number >= 0.1 else f"{number:.2g}"


def table(columns, lines):
    """Returns a Markdown table. All columns except the first are numbers."""
    text = [f"| {' | '.join(columns)} |", f"| --- |{' ---: |' * (len(columns) - 1)}"]
    text += [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join(text) + "\n"


def replace_part(document, name, part):
    """Replaces a part of a document between `<!-- NAME: ... -->` and `<!-- end -->`."""
    path = os.path.join(ROOT, document)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, found, rest = text.partition(f"<!-- {name}: ")
    mark, closed, rest = rest.partition("-->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not (found and closed and end):
        raise SystemExit(f"{document} has no part {name}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + found + mark + closed + part + end + after)
