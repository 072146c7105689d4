"""A small writer of bar charts as SVG. Bars are ratios: how many times unpromo's figure something is."""
from html import escape

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 18, 6, 250, 90
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 } .note { fill: #57606a; font-size: 12px }
  .own { fill: #1a7f64 } .other { fill: #9aa4ae }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .note { fill: #9198a1 } .other { fill: #59636e } }
"""


def draw(groups, footer):
    """`groups` is a list of (title, note, bars), and bars of (name, ratio, label); the bar named unpromo is our own."""
    parts, y = [], 10
    for title, note, bars in groups:
        y += 20
        parts.append(f'<text class="title" x="10" y="{y}">{escape(title)}</text>')
        parts.append(f'<text class="note" x="{WIDTH - 10}" y="{y}" text-anchor="end">{escape(note)}</text>')
        y += 8
        most = max(ratio for _, ratio, _ in bars)
        for name, ratio, label in bars:
            length = max(2.0, (WIDTH - LEFT - RIGHT) * ratio / most)
            kind = "own" if name.startswith("unpromo") else "other"
            parts.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="3"/>')
            parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + 14}">{escape(label)}</text>')
            y += BAR + GAP
        y += 8
    y += 16
    parts.append(f'<text class="note" x="10" y="{y}">{escape(footer)}</text>')
    body = "\n".join(parts)
    size = f'width="{WIDTH}" height="{y + 12}" viewBox="0 0 {WIDTH} {y + 12}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n<style>{STYLE}</style>\n{body}\n</svg>\n'
