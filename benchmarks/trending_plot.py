"""Draw what the simulation of trending found: SVG by hand, readable on light and on dark paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WIDTH, BAR, ROW, TOP, NAMES, GAP = 300, 6, 30, 74, 168, 34
MEASURES = (
    ("precision", "Precision of the top 20", 1.0),
    ("small", "Small fields in the top 40 (1 = fair)", 1.6),
    ("churn", "New in the top 20 each day", 1.0),
    ("age", "Median age of the top 40, days", 8.0),
)
KINDS = "abc"
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600; font-size: 13px }
.own { font-weight: 700 } .grid { stroke: #8886; fill: none }
.a { fill: #b5451b } .b { fill: #1f6fb2 } .c { fill: #2e8540 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .a { fill: #ff9466 } .b { fill: #7cc0ff }
.c { fill: #79d28c } }
"""
Found = Mapping[int, Mapping[str, Mapping[str, float]]]


def draw(found: Found, chosen: str) -> str:
    """Return the picture: a panel for each measure, a row for each candidate, a bar for each community."""
    names = list(next(iter(found.values())))
    height = TOP + ROW * len(names) + 24
    width = NAMES + (WIDTH + GAP) * len(MEASURES)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Ways of ranking in communities of three sizes</title>",
        f"<style>{STYLE}</style>",
    ]
    for n, voters in enumerate(found):
        x = NAMES + 130 * n
        lines.append(f'<rect class="{KINDS[n]}" x="{x}" y="14" width="14" height="10"/>')
        lines.append(f'<text x="{x + 20}" y="24">{voters:,} readers</text>')
    for row, name in enumerate(names):
        kind = ' class="own"' if name == chosen else ""
        lines.append(f'<text{kind} x="{NAMES - 10}" y="{TOP + ROW * row + 15}" text-anchor="end">{name}</text>')
    for n, measure in enumerate(MEASURES):
        lines += _panel(found, names, measure, NAMES + n * (WIDTH + GAP))
    return "\n".join([*lines, "</svg>\n"])


def _panel(found: Found, names: Sequence[str], measure: tuple[str, str, float], left: float) -> list[str]:
    key, title, most = measure
    bottom = TOP + ROW * len(names)
    lines = [f'<text class="title" x="{left}" y="{TOP - 28}">{title}</text>']
    for step in range(5):
        x, value = left + WIDTH * step / 4, most * step / 4
        lines.append(f'<path class="grid" d="M{x} {TOP - 6}V{bottom}"/>')
        lines.append(f'<text x="{x}" y="{TOP - 10}" text-anchor="middle">{value:g}</text>')
    for row, name in enumerate(names):
        for n, of_community in enumerate(found.values()):
            value = of_community[name][key]
            size = f'width="{WIDTH * min(value, most) / most:.1f}" height="{BAR}"'
            y = TOP + ROW * row + 3 + n * (BAR + 1)
            lines.append(f'<rect class="{KINDS[n]}" x="{left}" y="{y}" {size}/>')
    return lines
