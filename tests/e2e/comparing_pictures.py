"""Whether two pictures show the same: what a font's hinting changes passes, what moved does not.

Both are blurred a little, so that an edge's antialiasing does not count; a pixel differs when any
channel still does by more than `STEP`. One such place is enough when it is dense: of every tile of
`TILE` pixels at most `DENSE` per cent may differ, and of the whole picture at most `SHARE`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

BLUR = 1.0  # pixels
STEP = 36  # of 255
TILE = 16
DENSE = 18.0  # per cent of a tile
SHARE = 0.15  # per cent of a picture


@dataclass(frozen=True)
class Verdict:
    """`said`: how much differs; `difference`: the new picture, dark, with what differs in pink."""

    same: bool
    said: str
    difference: Image.Image | None = None


def compare(stored: Image.Image, new: Image.Image) -> Verdict:
    """Compare two pictures; of different sizes they are never the same."""
    if stored.size != new.size:
        return Verdict(False, f"size {new.size}, stored {stored.size}")
    differs = (np.abs(soft(stored) - soft(new)) > STEP).any(axis=2)
    share = float(differs.mean() * 100)
    dense = densest(differs)
    said = f"{share:.3f} % of the pixels differ, {dense:.0f} % of the worst {TILE} x {TILE}"
    marked = np.where(differs[:, :, None], (255, 0, 255), np.asarray(new.convert("RGB")) // 3)
    picture = Image.fromarray(marked.astype(np.uint8))
    return Verdict(share <= SHARE and dense <= DENSE, said, picture)


def soft(picture: Image.Image) -> NDArray[np.int16]:
    blurred = picture.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR))
    return np.asarray(blurred, np.int16)


def densest(differs: NDArray[np.bool_]) -> float:
    """Return the largest share of a tile that differs, per cent."""
    height, width = (-(-side // TILE) * TILE for side in differs.shape)
    padded = np.zeros((height, width), bool)
    padded[: differs.shape[0], : differs.shape[1]] = differs
    tiles = padded.reshape(height // TILE, TILE, width // TILE, TILE).mean(axis=(1, 3))
    return float(tiles.max() * 100) if tiles.size else 0.0
