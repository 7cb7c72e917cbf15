# SPDX-License-Identifier: MIT OR Apache-2.0
"""Prints the nanoseconds per image of oslo.utils' format inspector, without the startup of Python:
the median of the rounds.

usage: format_inspector.py ROUNDS < names
"""
import statistics
import sys
import time

from oslo_utils.imageutils import format_inspector

names = sys.stdin.read().splitlines()
times = []
for _ in range(1 + int(sys.argv[1])):
    start = time.perf_counter_ns()
    for name in names:
        format_inspector.detect_file_format(name).virtual_size
    times.append((time.perf_counter_ns() - start) / len(names))
print(statistics.median(times[1:]))
