"""Colours and fonts of the figures: Plotly knows no CSS variables, so the tokens stand here again.

A test holds them equal to assets/10-tokens.css.
"""

from dataclasses import dataclass

FONT_NUMBERS = (
    '"Barlow Condensed", "Noto Sans SC Words", "Noto Sans SC", "Noto Sans CJK SC", '
    '"PingFang SC", "Microsoft YaHei", sans-serif'
)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role; see the tokens for their contrast."""

    ground: str
    ink_1: str
    ink_2: str
    ink_3: str
    rule: str
    rule_strong: str
    accent: str
    accent_deep: str
    compare: str
    compare_2: str
    alert: str
    on_alert: str
    band: str

    def faded(self) -> "Palette":
        """Return the palette of late data: nothing in it is the colour of today."""
        return Palette(
            **{
                **{name: getattr(self, name) for name in self.__slots__},
                "accent": self.compare,
                "accent_deep": self.rule_strong,
            }
        )


DARK = Palette(
    ground="#0B0E13",
    ink_1="#F4F6F8",
    ink_2="#B8C1CC",
    ink_3="#8F9AA8",
    rule="#2A333F",
    rule_strong="#566373",
    accent="#5AB6FF",
    accent_deep="#2E7FC4",
    compare="#AEB8C4",
    compare_2="#7C8896",
    alert="#FFB31A",
    on_alert="#17110A",
    band="rgba(174, 184, 196, .13)",
)
LIGHT = Palette(
    ground="#FCFBF8",
    ink_1="#14181D",
    ink_2="#434D59",
    ink_3="#5D6874",
    rule="#D6D9DD",
    rule_strong="#838D98",
    accent="#0A66BD",
    accent_deep="#4A93D4",
    compare="#69737F",
    compare_2="#838D98",
    alert="#8A5200",
    on_alert="#FFFFFF",
    band="rgba(105, 115, 127, .13)",
)


def palette(theme: str) -> Palette:
    return LIGHT if theme == "light" else DARK
