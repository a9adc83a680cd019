"""What a browser shows that was not let in: a line in each language, and nothing of the shop.

It carries its own style, since the screen's files are behind the same door, and asks again by
itself: a wall whose proxy was away comes back without anybody's hand.
"""

from collections.abc import Mapping
from html import escape

AGAIN_S = 60
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{again}"><title>Daping 大屏</title><style>
html {{ color-scheme: dark; background: #0b0f14; color: #e8edf2;
  font: 400 clamp(18px, 1.5vw, 40px)/1.6 system-ui, "Noto Sans SC", sans-serif }}
body {{ margin: 0; min-height: 100vh; display: grid; align-content: center; padding: 0 9vw }}
b {{ color: #8a97a6; font-weight: 400; font-size: .75em }}
p {{ margin: .5em 0 0; max-width: 34em }}
</style></head><body><main><b>Daping 大屏</b>{lines}</main></body></html>
"""


def page(words: Mapping[str, str]) -> str:
    """Return the page that says the same in every language of the shop."""
    lines = "".join(f'<p lang="{escape(lang)}">{escape(text)}</p>' for lang, text in words.items())
    return PAGE.format(lang=escape(next(iter(words), "en")), again=AGAIN_S, lines=lines)
