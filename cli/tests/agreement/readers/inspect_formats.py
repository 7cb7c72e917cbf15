# SPDX-License-Identifier: MIT OR Apache-2.0
"""Prints one line of JSON for each file: the facts that oslo.utils' format inspector reports."""

import json
import sys

from oslo_utils.imageutils import format_inspector


def inspected(name):
    with open(name, "rb") as file:
        wrapper = format_inspector.InspectWrapper(file)
        while wrapper.read(1 << 16):
            pass
        wrapper.close()
    formats = {}
    for inspector in wrapper.formats:
        try:
            inspector.safety_check()
            failures = []
        except format_inspector.SafetyCheckFailed as error:
            failures = sorted(error.failures)
        formats[inspector.NAME] = {"size": inspector.virtual_size, "failures": failures}
    return formats


for line in sys.stdin:
    print(json.dumps(inspected(line.rstrip("\n"))))
