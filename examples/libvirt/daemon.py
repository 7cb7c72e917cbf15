# SPDX-License-Identifier: MIT OR Apache-2.0
"""libvirt's daemon of a build directory, as an unprivileged user with its own files."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

NOBODY_UID = 65534


class Daemon:
    def __init__(self, build):
        self.build = build
        self.home = tempfile.mkdtemp(prefix="libvirt-pool-")
        if os.getuid() == 0:
            os.chown(self.home, NOBODY_UID, NOBODY_UID)
        self.log = open(os.path.join(self.home, "log"), "w+")
        command = self.command(str(build / "src/libvirtd"), "--timeout", "60")
        self.process = subprocess.Popen(command, env=self.environment(), stderr=self.log,
                                        stdin=subprocess.DEVNULL, **self.user())
        self.socket = os.path.join(self.home, "run/libvirt/libvirt-sock")
        for _ in range(300):
            if os.path.exists(self.socket):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.log.seek(0)
        sys.exit(f"{build}: the daemon does not start: {self.log.read()}")

    def user(self):
        if os.getuid() != 0:
            return {"cwd": "/"}
        return {"cwd": "/", "user": NOBODY_UID, "group": NOBODY_UID, "extra_groups": []}

    def environment(self):
        own = {"HOME": self.home, "LC_ALL": "C"}
        for name in ("runtime", "config", "cache", "data"):
            folder = os.path.join(self.home, name.replace("runtime", "run"))
            own[f"XDG_{name.upper()}_{'DIR' if name == 'runtime' else 'HOME'}"] = folder
        return {**os.environ, **own}

    def command(self, *arguments):
        return [str(self.build / "run"), *arguments]

    def virsh(self, *arguments):
        command = self.command(str(self.build / "tools/virsh"), "-q", "-c",
                               f"storage+unix:///session?socket={self.socket}", *arguments)
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True,
                              errors="replace", **self.user())
        return done.returncode, done.stdout, done.stderr

    def pool(self, name, directory):
        code, _, error = self.virsh("pool-create-as", name, "dir", "--target", str(directory))
        return error.strip() if code else None

    def volumes(self, pool):
        names = self.virsh("vol-list", "--pool", pool)[1]
        names = [line.split()[0] for line in names.splitlines() if line.split()]
        script = "".join(f"vol-dumpxml --pool '{pool}' --vol '{name}';" for name in names)
        texts = self.virsh(script)[1].split("</volume>")[:-1] if names else []
        found = {}
        for text in texts:
            name = re.search(r"<name>(.*?)</name>", text)
            found[name[1]] = [line for line in (text.strip() + "</volume>").splitlines()
                              if not re.search(r"<[abcm]time>", line)]
        return found

    def used(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        user, system = stat.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.home)
