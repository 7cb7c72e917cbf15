# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs libvirtd of a build directory as root, in a mount namespace with its own directories."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from domain_xml import PASSPHRASE, SECRET, SECRET_ID

LIMIT = 15
QEMU_CONF = """user = "nobody"
group = "nogroup"
dynamic_ownership = 1
remember_owner = 0
namespaces = []
cgroup_controllers = []
security_driver = "none"
stdio_handler = "file"
"""
EXTRA = {"passwd": "libvirt-qemu:x:65534:65534::/:/bin/false\n",
         "group": "libvirt-qemu:x:65534:\n"}
CONFIGURATION = {"qemu": QEMU_CONF, "libvirtd": 'auth_unix_rw = "none"\n',
                 "network": 'firewall_backend = "none"\n'}


class Result:
    """The exit code, output and error message of one command. The code of a timeout is None."""

    def __init__(self, code, output, message):
        self.code, self.output, self.message = code, output, plain(message)

    def state(self):
        return {None: "HANG", 0: "OK"}.get(self.code, "ERR")


# What differs between two runs of one build.
CHANGING = [(r"\d{4}-\d\d-\d\dT[\d:.]+Z ", ""), (r"domain-\d+-", "domain-N-"),
            (r"after \d+ ms", "after N ms"),
            (r"process exited while connecting to monitor", "QEMU"),
            (r"QEMU unexpectedly closed the monitor \(vm='.*?'\)", "QEMU"),
            (r"#block\d+", "#block"), (r"\.\d{10}(?=['\"])", ".TIME")]


def plain(text):
    """Replaces the parts of a text that differ between two runs of one build."""
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return text.strip()


def run(command, environment, limit, stdin=subprocess.DEVNULL, **arguments):
    process = subprocess.Popen(command, env=environment, cwd="/", stdin=stdin, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace",
                               start_new_session=True, **arguments)
    try:
        output, message = process.communicate(timeout=limit)
        return Result(process.returncode, output, message)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Result(None, "", f"no answer in {limit} s")


class Daemon:
    def __init__(self, build, state):
        self.build, self.state = build, state
        paths = dict(re.findall(r'#define (\w+) "(.*)"', (build / "configmake.h").read_text()))
        self.mounts = {"var": paths["LOCALSTATEDIR"], "run": paths["RUNSTATEDIR"],
                       "etc": paths["SYSCONFDIR"]}
        for name, there in self.mounts.items():
            if not os.path.isdir(there):
                sys.exit(f"{build}: {there} must exist")
            (state / name).mkdir(parents=True, exist_ok=True)
        # libvirtd looks up its default user before it reads that of qemu.conf.
        for name in ("passwd", "group"):
            users = pathlib.Path("/etc", name).read_text()
            (state / name).write_text(users + EXTRA[name])
            self.mounts[name] = f"/etc/{name}"
        (state / "etc/libvirt").mkdir(exist_ok=True)
        for name, text in CONFIGURATION.items():
            (state / f"etc/libvirt/{name}.conf").write_text(text)
        self.environment = {**os.environ, "LC_ALL": "C", "LIBVIRT_DIR_OVERRIDE": "1"}
        self.socket = state / "run/libvirt/libvirt-sock"
        self.start()

    def start(self):
        self.socket.unlink(missing_ok=True)
        mounts = [f"mount --bind '{self.state / name}' '{there}'"
                  for name, there in self.mounts.items()]
        script = " && ".join([*mounts, f"exec '{self.build / 'src/libvirtd'}' --timeout 600"])
        with open(self.state / "daemon.log", "a") as log:
            self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stderr=log,
                                            env=self.environment, cwd="/", stdin=subprocess.DEVNULL)
        for _ in range(300):
            if self.socket.exists() and self.virsh("list").code == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.process.kill()
        sys.exit(f"{self.build}: the daemon does not start:\n" + self.errors())

    def virsh(self, *arguments, limit=LIMIT, **more):
        command = [str(self.build / "tools/virsh"), "-q", "-c",
                   f"qemu+unix:///system?socket={self.socket}", *map(str, arguments)]
        return run(command, self.environment, limit, **more)

    def qemu_log(self, domain):
        path = self.state / f"var/log/libvirt/qemu/{domain}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def errors(self):
        return (self.state / "daemon.log").read_text(errors="replace")

    def resident(self):
        """Returns the resident memory of the daemon in KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        """Ends the daemon; its domains continue to run."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def continue_with(self, build):
        """Replaces the daemon by that of another build, which continues the domains."""
        self.stop()
        self.build = build
        self.start()
        self.set_secret()

    def restart_killing(self, domain):
        """Ends a daemon that does not answer, and a domain that it is starting."""
        self.process.kill()
        self.process.wait()
        kill_domain(self.state / f"run/libvirt/qemu/{domain}.pid")
        self.start()
        self.set_secret()

    def set_secret(self):
        """Sets the passphrase of encrypted images, which this daemon keeps in memory."""
        path = self.state / "secret"
        path.write_text(SECRET)
        self.virsh("secret-define", path)
        path.write_text(PASSPHRASE)
        self.virsh("secret-set-value", SECRET_ID, "--file", path, "--plain")

    def end(self):
        """Ends the domains and the daemon."""
        for name in self.virsh("list", "--name").output.split():
            self.virsh("destroy", name)
        self.stop()
        for path in (self.state / "run/libvirt/qemu").glob("*.pid"):
            kill_domain(path)


def kill_domain(path):
    """Ends the QEMU of a pid file that outlived its daemon."""
    try:
        pid = int(path.read_text())
        if "qemu-system" in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError):
        pass
