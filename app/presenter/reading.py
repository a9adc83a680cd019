"""One viewer's reading of a frame: the window chosen, its values, words and times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from app.ids import Choice
from app.screen import Screen
from components import formats
from components.formats import Currency, Number
from components.models import Pieces
from pipeline.catalogue.model import UNKNOWN, Unit

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Reading:
    """The frame as one choice sees it. All names are those of docs/design.md §8."""

    screen: Screen
    frame: Mapping[str, Any]
    choice: Choice

    @cached_property
    def window(self) -> Mapping[str, Any]:
        window: Mapping[str, Any] = self.frame["windows"][self.choice.window]
        return window

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.frame["zone"])

    @cached_property
    def currency(self) -> Currency:
        said = self.frame["currency"]
        return Currency(said["symbol"], said["exponent"])

    @property
    def lang(self) -> str:
        return self.choice.lang

    @property
    def opening(self) -> int:
        """The minute from which x is counted: the promotion's opening, or the window's start."""
        promotion = self.frame["promotion"]
        return int(promotion["opening"] if promotion else self.window["start"])

    @property
    def close(self) -> int:
        promotion = self.frame["promotion"]
        return int(promotion["close"] if promotion else self.window["end"])

    @property
    def now_minute(self) -> int | None:
        """The minute of the source's clock at its last heartbeat; that of the data without one."""
        source, as_of = self.frame["source"], self.frame["as_of"]
        instants = [as_of] if as_of is not None else []
        if source:
            elapsed = source["heartbeat_real_ms"] - source["anchor_real_ms"]
            instants.append(source["anchor_ms"] + int(elapsed * source["speed"]))
        return max(instants) // MINUTE_MS if instants else None

    @property
    def shown_minute(self) -> int | None:
        """The minute the wall stands at; of the past, where a window that is not whole ends."""
        history = self.frame.get("history")
        return self.now_minute if history is None else history["until"]

    # ---- words and times ---------------------------------------------------------------------

    def word(self, key: str, **parts: object) -> str:
        return self.screen.word(self.lang, key, **parts)

    def line(self, key: str, **inserted: Number | str) -> Pieces:
        """Return a word of screen.toml with numbers in it, each still carrying its integer."""
        return self.filled(self.screen.words[key][self.lang], inserted)

    def filled(self, template: str, inserted: Mapping[str, Number | str]) -> Pieces:
        """Return a text with numbers in the places of their names."""
        parts = re.split(r"\{(\w+)\}", template)  # words and names of what is inserted in turn
        line = (inserted[part] if i % 2 else part for i, part in enumerate(parts))
        return tuple(piece for piece in line if piece)

    def name(self, dimension: str | None, key: str) -> str:
        return self.screen.name(self.lang, dimension, key)

    def local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(self.zone)

    def clock(self, minute: int, *, closing: bool = False) -> str:
        """Return HH:MM in the shop's zone; a midnight that closes a day is 24:00."""
        text = self.local(minute * MINUTE_MS).strftime("%H:%M")
        return "24:00" if closing and text == "00:00" else text

    def midnights(self, start: int, end: int) -> tuple[int, ...]:
        """Return the epoch minutes from `start` to before `end` at which a local day begins."""
        first = start + -self.local(start * MINUTE_MS).minute % 30  # a range begins at any minute
        return tuple(m for m in range(first, end, 30) if self.clock(m) == "00:00")

    def time(self, ms: int | None) -> str:
        return formats.NOTHING if ms is None else self.local(ms).strftime("%H:%M:%S")

    def date(self, day: date) -> str:
        month = self.word(f"header.month_{day.month}")
        weekday = self.word(f"header.weekday_{day.isoweekday()}")
        return self.word("header.date", year=day.year, month=month, day=day.day, weekday=weekday)

    def day(self, minute: int) -> str:
        local = self.local(minute * MINUTE_MS)
        return self.word(
            "header.day", month=self.word(f"header.month_{local.month}"), day=local.day
        )

    # ---- values ------------------------------------------------------------------------------

    def value(self, tile: str, role: str) -> Mapping[str, Any]:
        """Return the value document of what a tile draws in a role."""
        value: Mapping[str, Any] = self.window["metrics"][self.screen.roles[tile][role]]
        return value

    def number(self, unit: Unit, value: int | None, digits: int = 3) -> Number:
        """Return a value in the form of its unit."""
        if unit is Unit.MONEY:
            return formats.money(value, self.lang, self.currency, digits)
        if unit is Unit.RATE:
            return formats.percent(value, 2)
        return formats.count(value, self.lang, digits)

    def span(self, minutes: int) -> Number:
        """Return a length of time in hours and minutes."""
        hours, rest = divmod(minutes, 60)
        text = self.word("common.span_hm" if hours else "common.span_m", h=hours, m=rest)
        return Number(minutes, text, kind="span")

    def money(self, value: int | None, digits: int = 3) -> Number:
        return formats.money(value, self.lang, self.currency, digits)

    def values(self, tile: str) -> Mapping[str, Any]:
        """Return what a tile shows besides metrics."""
        values: Mapping[str, Any] = self.window["tiles"][tile]["values"]
        return values

    # ---- states ------------------------------------------------------------------------------

    def state(self, tile: str) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.window["tiles"][tile]["state"]
        return said


def only_unknown(keys: Mapping[str, Mapping[str, int]]) -> bool:
    """Say whether a feed does not know a dimension at all, by a cube's sums over the window."""
    heard = {key for key, sums in keys.items() if any(sums.values())}
    return heard == {UNKNOWN}
