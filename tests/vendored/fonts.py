"""Make the Chinese faces of assets/fonts: python -m tests.vendored.fonts PACKAGE.

PACKAGE is a folder of npm's @fontsource-variable/noto-sans-sc. Its slices are copied as they are;
beside them stands one file with the characters of the packaged words: a wall that draws no others
loads that one file instead of some twenty slices. Run it again when the words have changed much:
a character missing there is found in its slice. `?m=` lets browsers keep a file for good.
"""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "assets" / "fonts"
CSS = ROOT / "assets" / "15-fonts.css"
FACE = re.compile(
    r"url\(\./files/noto-sans-sc-([\w-]+)-wght-normal\.woff2\).*?range: ([^;]+);", re.S
)
WEIGHTS = (500, 600)
CJK = 0x2E80  # from here on Barlow has nothing
ALWAYS = "、。《》（），：；！？～％＋－万亿"
HEAD = """/* Noto Sans SC in slices (OFL-1.1, fonts/LICENSE-noto-sans-sc.txt): a browser loads
   those of the characters it draws. Made by tests/vendored/fonts.py. "Noto Sans SC Words"
   holds the packaged words in one file a weight. */
"""
Ranges = list[tuple[int, int]]


def words(root: Path = ROOT) -> set[int]:
    """Return the characters of everything packaged that can come on screen, from CJK on."""
    files = [*root.glob("app/*.toml"), *root.glob("pipeline/catalogue/**/*")]
    files += root.glob("pipeline/trading/*.toml")
    texts = [p.read_text(encoding="utf-8") for p in files if p.suffix in (".toml", ".csv")]
    return {ord(c) for text in (*texts, ALWAYS) for c in text if ord(c) >= CJK}


def faces(css: str) -> list[tuple[str, Ranges]]:
    """Return (slice, its ranges) of a fontsource stylesheet, in order."""
    return [(name, [_range(part) for part in said.split(",")]) for name, said in FACE.findall(css)]


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


def ranges(points: Iterable[int]) -> Ranges:
    """Return the runs of neighbours in a set of code points."""
    runs: Ranges = []
    for point in sorted(points):
        if runs and point == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return runs


def rule(family: str, weight: str, path: str, said: Ranges) -> str:
    spans = ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in said)
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url(fonts/{path}) format("woff2");unicode-range:{spans}}}\n'
    )


def cut(slice_: Path, points: Iterable[int], weight: int) -> TTFont:
    """Return the glyphs of `points` of a variable slice, at one weight."""
    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "vhea", "vmtx", "gasp", "prep"]
    font = TTFont(slice_)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    return instancer.instantiateVariableFont(font, {"wght": weight})


def write_words(slices: Mapping[Path, Sequence[int]], weight: int, to: Path) -> None:
    """Write one static face with the wanted glyphs of every slice."""
    with TemporaryDirectory() as folder:
        cuts = []
        for i, (path, points) in enumerate(slices.items()):
            cuts.append(f"{folder}/{i}.ttf")
            cut(path, points, weight).save(cuts[-1])
        font = Merger().merge(cuts)
    font.flavor = "woff2"
    font.recalcTimestamp = False
    font["head"].modified = font["head"].created = 0  # the same words make the same file
    font.save(to)


def main(package: Path) -> None:
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    folder = FONTS / f"noto-sans-sc-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    rules, wanted = [], words()
    slices: dict[Path, list[int]] = {}
    for name, said in faces((package / "index.css").read_text(encoding="utf-8")):
        source = package / "files" / f"noto-sans-sc-{name}-wght-normal.woff2"
        shutil.copyfile(source, folder / f"{name}.woff2")
        path = f"{folder.name}/{name}.woff2?m={version}"
        rules.append(rule("Noto Sans SC", "100 900", path, said))
        found = [p for p in sorted(wanted) if any(a <= p <= b for a, b in said)]
        wanted -= set(found)
        if found:
            slices[source] = found
    held = ranges(point for points in slices.values() for point in points)
    for weight in WEIGHTS:
        made = FONTS / f"noto-sans-sc-words-{weight}.woff2"
        write_words(slices, weight, made)
        version = hashlib.blake2b(made.read_bytes(), digest_size=4).hexdigest()
        rules.append(rule("Noto Sans SC Words", str(weight), f"{made.name}?m={version}", held))
    shutil.copyfile(package / "LICENSE", FONTS / "LICENSE-noto-sans-sc.txt")
    CSS.write_text(HEAD + "".join(rules), encoding="utf-8")
    sys.stdout.write(f"{len(rules)} faces; no glyph for {[chr(p) for p in sorted(wanted)]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
