"""A chart of the CPU time of pages as a site grows: an SVG with two logarithmic axes."""

import math
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 24, 48
SHOWN = ["home", "article", "topic, page 1", "archive", "search, rare word", "search, common word", "admin"]
COLOURS = ["#1f4e79", "#b3541e", "#3a7d44", "#7a4988", "#8a6d00", "#a83250", "#444444"]


def growth_chart(figures: list[dict]) -> str:
    """Return an SVG of milliseconds by number of articles, with a line for each page in SHOWN."""
    lines = {name: [f for f in figures if f["page"] == name] for name in SHOWN}
    lines = {name: found for name, found in lines.items() if len(found) > 1}
    sizes = sorted({figure["articles"] for figure in figures})
    most = max(figure["milliseconds"] for found in lines.values() for figure in found)
    top = max(math.ceil(math.log10(most)), 1)

    def x(size):
        share = math.log10(size / sizes[0]) / math.log10(sizes[-1] / sizes[0])
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(milliseconds):
        share = math.log10(max(milliseconds, 0.1) / 0.1) / (top + 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        "<title>Milliseconds of processor for a page that is not kept, by number of articles</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for power in range(-1, top + 1):
        place = y(10**power)
        parts.append(f'<path d="M{LEFT} {place:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    foot = HEIGHT - BOTTOM + 22
    parts += [f'<text x="{x(n):.1f}" y="{foot}" text-anchor="middle">{n:,}</text>' for n in sizes]
    names = sorted(lines, key=lambda name: -lines[name][-1]["milliseconds"])
    below = TOP
    for name in names:
        colour = COLOURS[SHOWN.index(name)]
        points = " ".join(f"{x(f['articles']):.1f},{y(f['milliseconds']):.1f}" for f in lines[name])
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        below = max(below + 17, y(lines[name][-1]["milliseconds"]) + 4)
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{below:.1f}" fill="{colour}">{escape(name)}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"
