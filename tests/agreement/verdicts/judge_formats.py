# SPDX-License-Identifier: MIT OR Apache-2.0
"""Prints one line of JSON for each file: whether oslo.utils' format inspector refuses it, and why."""

import json
import sys

from oslo_utils.imageutils import format_inspector


def verdict(name):
    try:
        inspector = format_inspector.detect_file_format(name)
        format_name = str(inspector)
    except format_inspector.ImageFormatError as error:
        return {"format": None, "refused": [str(error)]}
    try:
        inspector.safety_check()
    except format_inspector.SafetyCheckFailed as error:
        reasons = ["%s: %s" % failure for failure in sorted(error.failures.items())]
        return {"format": format_name, "refused": reasons}
    except format_inspector.ImageFormatError as error:
        return {"format": format_name, "refused": [str(error)]}
    return {"format": format_name, "refused": []}


for line in sys.stdin:
    print(json.dumps(verdict(line.rstrip("\n"))))
