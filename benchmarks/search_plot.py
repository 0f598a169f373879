"""Draw how latency and memory grow with the number of papers: SVG by hand, readable on light and on dark paper."""

from __future__ import annotations

import math
from collections.abc import Mapping

PANEL, TOP, LEFT, RIGHT, GAP = (300, 200), 54, 56, 20, 84
LATENCIES = (
    ("hybrid_filter_p99", "hybrid with filter and marked words, p99", "a"),
    ("hybrid_filter_p50", "the same, p50", "a thin"),
    ("text_p50", "text mode, p50", "b"),
    ("tantivy_p50", "bare tantivy, p50", "c"),
    ("vector_p50", "bare vector search, p50", "d"),
)
MEMORIES = (("memory", "peak", "a"), ("memory_own", "not mapped from files", "b"))
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #8884; fill: none } .line { fill: none; stroke-width: 2.5 } .thin { stroke-dasharray: 5 4 }
.a { stroke: #b5451b } .b { stroke: #1f6fb2 } .c { stroke: #2e8540 } .d { stroke: #8a4fbf }
@media (prefers-color-scheme: dark) { text { fill: #ddd }
.a { stroke: #ff9466 } .b { stroke: #7cc0ff } .c { stroke: #79d28c } .d { stroke: #cfa4ff } }
"""
Sizes = Mapping[str, Mapping[str, float | str]]


def draw(sizes: Sizes) -> str:
    """Return the picture: latency left, memory right, both over the number of papers, all axes logarithmic."""
    width = LEFT + 2 * PANEL[0] + GAP + RIGHT
    height = TOP + PANEL[1] + 40 + 20 * len(LATENCIES)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            "<title>Latency and memory of search over the number of papers</title>",
            f"<style>{STYLE}</style>",
            *_panel(sizes, LATENCIES, "Latency, ms", LEFT),
            *_panel(sizes, MEMORIES, "Memory, MB", LEFT + PANEL[0] + GAP),
            "</svg>\n",
        ]
    )


def _panel(sizes: Sizes, series: tuple[tuple[str, str, str], ...], title: str, left: float) -> list[str]:
    counts = sorted(int(size) for size in sizes)
    values = [float(sizes[str(n)][key]) for key, _, _ in series for n in counts if key in sizes[str(n)]]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first = math.log10(counts[0])
    span = max(math.log10(counts[-1]) - first, 1e-9)

    def x(count: int) -> float:
        return left + PANEL[0] * (math.log10(count) - first) / span

    def y(value: float) -> float:
        return TOP + PANEL[1] * (1 - (math.log10(value) - low) / max(high - low, 1))

    lines = [f'<text class="title" x="{left}" y="{TOP - 24}">{title}</text>']
    for power in range(low, high + 1):
        level, name = y(10.0**power), f"{10.0**power:,g}"
        lines.append(f'<path class="grid" d="M{left} {level:.1f}h{PANEL[0]}"/>')
        lines.append(f'<text x="{left - 8}" y="{level + 4:.1f}" text-anchor="end">{name}</text>')
    for count in counts:
        place = f'x="{x(count):.1f}" y="{TOP + PANEL[1] + 18}"'
        lines.append(f'<path class="grid" d="M{x(count):.1f} {TOP}v{PANEL[1]}"/>')
        lines.append(f'<text {place} text-anchor="middle">{count:,}</text>')
    for row, (key, name, kind) in enumerate(series):
        points = [(x(n), y(float(sizes[str(n)][key]))) for n in counts if key in sizes[str(n)]]
        lines.append(f'<path class="line {kind}" d="M{" L".join(f"{px:.1f} {py:.1f}" for px, py in points)}"/>')
        level = TOP + PANEL[1] + 42 + 20 * row
        lines.append(f'<path class="line {kind}" d="M{left} {level}h28"/>')
        lines.append(f'<text x="{left + 36}" y="{level + 4}">{name}</text>')
    return lines
