# SPDX-License-Identifier: MIT OR Apache-2.0
"""A pool of images with the mix of kinds of a typical host."""
import os
import subprocess

from common import make_images

# The kinds of each 20 images.
MIX = (["qcow2-backing"] * 7 + ["qcow2"] * 7 + ["raw", "vmdk", "vdi", "vpc", "vhdx", "qed"])


class Pool:
    """A number of images in a directory, with alternating kinds; sparse, as qemu-img creates
    them."""

    def __init__(self, directory, images):
        self.kinds_directory = os.path.join(directory, "kinds")
        self.directory = os.path.join(directory, "images")
        make_images(self.kinds_directory)
        os.mkdir(self.directory)
        self.names = []
        for number in range(images):
            kind = MIX[number % len(MIX)]
            name = os.path.join(self.directory, f"image{number}.{kind}")
            source = os.path.join(self.kinds_directory, kind)
            subprocess.run(["cp", "--sparse=always", source, name], check=True)
            self.names.append(name)

    def without(self, kind):
        """Returns all names except those of one kind."""
        return [name for name in self.names if not name.endswith(f".{kind}")]
