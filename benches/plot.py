# SPDX-License-Identifier: MIT OR Apache-2.0
"""Draws the time and memory of scans by the size of the pool, from the output of benches/growth."""
import math

WIDTH, HEIGHT, LEFT, TOP, GAP = 320, 180, 60, 40, 90
COLOURS = {"1": "#1b6ca8", "2": "#c4531f"}


def panel(at, title, points):
    """Returns one graph: a line for each number of jobs, with values by the logarithm of the
    size."""
    sizes = sorted({size for line in points.values() for size, _ in line})
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    most = 1.25 * max(value for line in points.values() for _, value in line)

    def position(size, value):
        x = at + WIDTH * (math.log10(size) - low) / (high - low or 1)
        return f"{x:.1f},{TOP + HEIGHT * (1 - value / most):.1f}"

    bottom = TOP + HEIGHT
    parts = [f'<text x="{at}" y="{TOP - 14}" font-weight="bold">{title}</text>',
             f'<path d="M{at},{TOP}V{bottom}H{at + WIDTH}" fill="none" stroke="#555"/>']
    for size in sizes:
        x = position(size, 0).split(",", maxsplit=1)[0]
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>')
    for part in range(1, 5):
        value = most * part / 5
        y = position(sizes[0], value).split(",")[1]
        parts.append(f'<path d="M{at},{y}h{WIDTH}" stroke="#ddd"/>'
                     f'<text x="{at - 6}" y="{y}" dy="4" text-anchor="end">{value:.3g}</text>')
    for number, (jobs, line) in enumerate(points.items()):
        colour = COLOURS.get(jobs, "#444")
        parts.append(f'<polyline points="{" ".join(position(*point) for point in line)}" '
                     f'fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{at + WIDTH - 50}" y="{bottom - 12 - 16 * number}" '
                     f'fill="{colour}">{jobs} job{"s" if jobs != "1" else ""}</text>')
    return "\n".join(parts)


def growth(lines):
    """Returns the picture as SVG: time per image and memory, from the fields that benches/growth
    prints."""
    times, memory = {}, {}
    for images, jobs, microseconds, _, kibibytes, _ in lines:
        times.setdefault(jobs, []).append((int(images), float(microseconds)))
        memory.setdefault(jobs, []).append((int(images), float(kibibytes) / 1024))
    second = LEFT + WIDTH + GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{second + WIDTH + 40}" '
            f'height="{TOP + HEIGHT + 50}" font-family="sans-serif" font-size="12">\n'
            '<rect width="100%" height="100%" fill="white"/>\n'
            f'{panel(LEFT, "processor time for an image, µs", times)}\n'
            f'{panel(second, "resident memory at most, MiB", memory)}\n'
            f'<text x="{LEFT}" y="{TOP + HEIGHT + 40}">images in the pool</text>\n</svg>\n')
