# SPDX-License-Identifier: MIT OR Apache-2.0
"""The other tools of the benchmarks, and their installation."""
import os
import subprocess

from common import BENCHES, ROOT, WORK, output

PACKAGES = ["gcc", "pkg-config", "meson", "ninja-build", "qemu-utils", "valgrind", "libvirt0",
            "libblkid-dev", "libmagic-dev", "python3-venv", "binutils", "util-linux"]
OSLO_UTILS = "oslo.utils==10.2.0"


def install():
    """Installs missing tools, and the library of this tree."""
    tools = os.path.join(ROOT, "build-aux")
    subprocess.run([os.path.join(tools, "debian-packages"), *PACKAGES], check=True)
    os.makedirs(WORK, exist_ok=True)
    print("building", flush=True)
    with open(os.path.join(WORK, "build.log"), "w+", encoding="utf-8") as log:
        built = subprocess.run([os.path.join(tools, "install-below"), WORK], stdout=log,
                               stderr=subprocess.STDOUT, check=False)
        if built.returncode != 0:
            log.seek(0)
            raise SystemExit(log.read())


def rust_probe(tree=ROOT):
    """Builds benches/probe.rs in this tree or in a copy of it. Returns the path of the library."""
    target = os.path.join(ROOT, "target")
    subprocess.run(["cargo", "build", "-q", "--release", "--locked", "--package", "diskprobe",
                    "--example", "probe", "--target-dir", target], cwd=tree, check=True)
    return os.path.join(target, "release", "examples", "libprobe.so")


def python_with_oslo_utils():
    """Returns the interpreter of a virtual environment, which tests/support/src/venv.rs creates
    too."""
    directory = os.path.join(ROOT, "target", "tmp", OSLO_UTILS)
    python, complete = os.path.join(directory, "bin", "python"), os.path.join(directory, "complete")
    if not os.path.exists(complete):
        output("python3", "-m", "venv", "--clear", directory)
        # The LUKS module requires the second package.
        output(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", OSLO_UTILS,
               "cryptography")
        with open(complete, "w", encoding="ascii"):
            pass
    return python


def format_inspector(rounds, names, prefix=()):
    """Returns the nanoseconds per image of oslo.utils."""
    script = os.path.join(BENCHES, "format_inspector.py")
    return float(output(*prefix, python_with_oslo_utils(), script, str(rounds),
                        input="\n".join(names)))


def undisturbed(pinned=True):
    """Returns a prefix for a command that keeps other processes from disturbing it, if
    permitted."""
    prefix = []
    for more in (["chrt", "-f", "50"], ["taskset", "-c", "1"] if pinned else []):
        tried = subprocess.run([*prefix, *more, "true"], check=False, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL) if more else None
        if tried and tried.returncode == 0:
            prefix += more
    return prefix
