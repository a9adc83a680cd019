"""How wide a text is: the numbers' face is bundled, so its widths are known before it is drawn."""

import unicodedata

from components.advances import ADVANCES

BOLD = 600
ELLIPSIS = "…"
_WIDTHS = {
    weight: {character: width for width, said in groups.items() for character in said}
    for weight, groups in ADVANCES.items()
}
_WIDE = 1000  # Chinese is as wide as it is high
_OTHER = 680  # what Barlow lacks comes from another face: about as wide as its widest letters


def width(text: str, size: float, weight: int = 500) -> float:
    """Return the length of a text in the unit of `size`; never less than it takes."""
    known = _WIDTHS[weight]
    return sum(known.get(c) or _unknown(c) for c in text) * size / 1000


def _unknown(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _OTHER


def fitted(text: str, size: float, room: float, weight: int = 500) -> str:
    """Return a text, or as much of it as `room` takes with an ellipsis at its end."""
    if width(text, size, weight) <= room:
        return text
    room -= width(ELLIPSIS, size, weight)
    end = len(text)
    while end and width(text[:end], size, weight) > room:
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def shrunk(ems: float, room: float) -> dict[str, str] | None:
    """Return the style of a text of `ems` for a place of `room` ems: None when it has room.

    The page multiplies its size by `--fit` (assets/40-tiles.css, 50-content.css).
    """
    return None if ems <= room else {"--fit": f"{room / ems:.3f}"}
