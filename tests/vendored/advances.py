"""Make components/advances.py from the bundled faces: python -m tests.vendored.advances."""

from collections import defaultdict
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = (500, 600)
HEAD = '''"""Widths of the numbers' face in thousandths of its size: by weight, width -> characters.

Made from the bundled Barlow Condensed by tests/vendored/advances.py; a test holds them equal.
"""

ADVANCES = {
'''


def advances(weight: int) -> dict[str, int]:
    """Return the width of every character of Barlow Condensed in thousandths of its size."""
    font = TTFont(ROOT / f"assets/fonts/barlow-condensed-latin-{weight}-normal.woff2")
    units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
    return {chr(c): metrics[g][0] * 1000 // units for c, g in font.getBestCmap().items() if c > 31}


def source() -> str:
    lines = [HEAD]
    for weight in WEIGHTS:
        groups = defaultdict(list)
        for character, width in advances(weight).items():
            groups[width].append(character)
        lines.append(f"    {weight}: {{\n")
        for width, characters in sorted(groups.items()):
            text = "".join(sorted(characters))
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            printed = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)
            lines.append(f'        {width}: "{printed}",\n')
        lines.append("    },\n")
    return "".join([*lines, "}\n"])


if __name__ == "__main__":
    (ROOT / "components/advances.py").write_text(source(), encoding="utf-8")
