"""What is bundled: faces for every packaged word, their licences, one small plotly.js."""

import re
from importlib.metadata import version
from pathlib import Path

import plotly.offline
from fontTools.ttLib import TTFont

from components import theme
from tests.vendored.fonts import FONTS, ranges, words

ASSETS = FONTS.parent
LIMIT = 2 * 1024 * 1024
FACE = re.compile(r'font-family:"([^"]+)".*?url\(fonts/([^?)]+).*?unicode-range:([^}]+)\}')


def test_every_packaged_word_has_a_bundled_face() -> None:
    css = (ASSETS / "15-fonts.css").read_text(encoding="utf-8")
    held: set[int] = set()
    for _, path, said in FACE.findall(css):
        assert (FONTS / path).is_file(), path
        for part in said.split(","):
            first, _, last = part.removeprefix("U+").partition("-")
            held.update(range(int(first, 16), int(last or first, 16) + 1))
    assert words() - held == set()


def test_the_face_of_the_words_holds_what_its_rule_says() -> None:
    css = (ASSETS / "15-fonts.css").read_text(encoding="utf-8")
    said = {path: spans for name, path, spans in FACE.findall(css) if name.endswith("Words")}
    assert len(said) == 2
    for path, spans in said.items():
        points = TTFont(FONTS / path).getBestCmap()
        made = ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in ranges(points))
        assert made == spans


def test_figures_and_page_name_the_same_faces() -> None:
    css = (ASSETS / "10-tokens.css").read_text(encoding="utf-8")
    named = re.search(r"--font-num: ([^;]+);", css)
    assert named
    assert named[1] == theme.FONT_NUMBERS


def test_plotly_js_is_the_one_that_plotly_comes_with() -> None:
    bundles = [path.name for path in (ASSETS / "vendor").glob("plotly-basic-*.min.js")]
    assert bundles == [f"plotly-basic-{plotly.offline.get_plotlyjs_version()}.min.js"]
    assert version("plotly").startswith("7.1")


def test_nothing_bundled_is_large_and_all_of_it_has_its_licence() -> None:
    files = [p for p in ASSETS.rglob("*") if p.is_file()]
    assert max(p.stat().st_size for p in files) < LIMIT
    for licence in ("fonts/LICENSE-barlow.txt", "fonts/LICENSE-noto-sans-sc.txt"):
        assert "SIL OPEN FONT LICENSE" in (ASSETS / licence).read_text(encoding="utf-8").upper()
    assert "MIT" in (ASSETS / "vendor/LICENSE-plotly.txt").read_text(encoding="utf-8")


def test_the_bundle_needs_no_eval() -> None:
    for path in Path(ASSETS / "vendor").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bnew Function\(|[^\w.]eval\(", text), path.name
