"""The comparison of pictures itself: what must pass, and what must not."""

from PIL import Image, ImageChops, ImageDraw, ImageFont

from tests.e2e.comparing_pictures import compare

SIZE = (480, 160)
GROUND, INK, AMBER, GREEN, RED = "#0B0E13", "#F4F6F8", "#FFB31A", "#35D39A", "#FF7A6B"


def tile(
    label_at: tuple[int, int] = (12, 10), change: str = GREEN, chip: bool = True
) -> Image.Image:
    picture = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(picture)
    pen.line((0, 1, 480, 1), fill="#2A333F", width=2)
    pen.text(label_at, "Orders", INK, ImageFont.load_default(20))
    pen.text((12, 40), "180.3M", INK, ImageFont.load_default(46))
    pen.text((40, 110), "14.9%", change, ImageFont.load_default(22))
    if chip:
        pen.rounded_rectangle((380, 10, 460, 32), 3, outline=AMBER, width=2)
        pen.text((390, 11), "3 min", AMBER, ImageFont.load_default(16))
    return picture


def test_a_picture_is_like_itself_and_like_its_palette() -> None:
    stored = tile().quantize(96, dither=Image.Dither.NONE)
    assert compare(stored, tile()).same


def test_another_hinting_passes() -> None:
    """Glyphs drawn a quarter of a pixel away have the same shape and other edges."""
    large = tile().resize((SIZE[0] * 4, SIZE[1] * 4), Image.Resampling.BICUBIC)
    moved = ImageChops.offset(large, 1, 0).resize(SIZE, Image.Resampling.BOX)
    straight = large.resize(SIZE, Image.Resampling.BOX)
    assert ImageChops.difference(straight, moved).getbbox() is not None
    assert compare(straight, moved).same


def test_a_label_moved_by_three_pixels_fails() -> None:
    assert not compare(tile(), tile(label_at=(15, 10))).same
    assert not compare(tile(), tile(label_at=(12, 13))).same


def test_another_colour_fails() -> None:
    verdict = compare(tile(), tile(change=RED))
    assert not verdict.same
    assert verdict.difference is not None
    assert verdict.difference.size == SIZE


def test_a_missing_chip_fails() -> None:
    verdict = compare(tile(), tile(chip=False))
    assert not verdict.same
    assert "worst" in verdict.said


def test_another_size_fails() -> None:
    assert not compare(tile(), tile().crop((0, 0, 480, 150))).same
