"""Tiles as a file: every number an integer with its unit, under a head that says what. Pure."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app.analyst.rows import COLUMNS, Row, Table
from app.analyst.times import Times
from app.screen import Screen

ALL = "all"
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Export:
    """What is exported: a window of a frame, one tile of it or all; `link` asks for it again."""

    screen: Screen
    frame: Document
    window: str
    tile: str
    lang: str
    link: str

    @property
    def tiles(self) -> tuple[str, ...]:
        known = self.frame["windows"][self.window]["tiles"]
        return tuple(known) if self.tile == ALL else (self.tile,)

    @property
    def table(self) -> Table:
        window = self.frame["windows"][self.window]
        return Table(self.screen, self.lang, window, Times(self.frame["zone"]))

    def rows(self) -> tuple[Row, ...]:
        return tuple(self.table.rows(self.tiles))

    def file_name(self, ending: str) -> str:
        """Return a name of letters, digits, dots, dashes and underscores."""
        parts = ("daping", self.frame["business_date"], self.window, self.tile)
        return f"{UNSAFE.sub('_', '_'.join(parts))}.{ending}"

    def head(self) -> list[tuple[str, str]]:
        """Return what the numbers are, as (what, text)."""
        times, window = self.table.times, self.frame["windows"][self.window]
        catalogue = self.screen.catalogue
        said = [
            ("title", catalogue.shop.title.of(self.lang)),
            ("scope", catalogue.shop.scope.of(self.lang)),
            ("tile", self.tile),
            ("business_date", self.frame["business_date"]),
            ("window", self.window),
            ("window_start", times.local(window["start"])),
            ("window_end", times.local(window["end"])),
            ("data_up_to", self._as_of(times)),
            ("state", self._state(window["state"])),
            ("mode", self.frame.get("mode", "live")),
            ("filter", self._filter()),
            ("link", str(self.frame["link"] or "")),
            ("generation", str(self._generation())),
            ("permalink", self.link),
        ]
        said += [(f"baseline_{k}", c) for k, c in self._baselines(times, window)]
        names = {name for tile in self.tiles for name in window["tiles"][tile]["metrics"]}
        said += [
            (f"definition_{m.name}", f"{m.label.of(self.lang)}: {m.description.of(self.lang)}")
            for m in catalogue.metrics.values()
            if m.name in names
        ]
        return said

    def csv(self) -> bytes:
        """Return the file for a spreadsheet: head lines, a line of names, a line a number."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        for what, text in self.head():
            writer.writerow([f"# {what}", safe(text)])
        writer.writerow(COLUMNS)
        for row in self.rows():
            writer.writerow([safe(cell) for cell in row.cells()])
        return (BOM + out.getvalue()).encode()

    def json(self) -> bytes:
        """Return the same as one document."""
        return orjson.dumps({"head": dict(self.head()), "rows": [asdict(r) for r in self.rows()]})

    def _as_of(self, times: Times) -> str:
        as_of = self.frame["as_of"]
        return "" if as_of is None else times.instant(as_of)

    def _state(self, state: Document) -> str:
        reason = state["reason"]
        key = f"reasons.{reason}"
        known = self.screen.words.get(key) if reason else None
        words = self.screen.word(self.lang, key) if known else reason
        return f"{state['name']}: {words}" if words else str(state["name"])

    def _filter(self) -> str:
        steps = self.frame.get("history", {}).get("filter", ())
        return ", ".join(f"{s['dimension']} = {s['name'][self.lang]} ({s['key']})" for s in steps)

    def _generation(self) -> int | None:
        held: int | None = self.frame.get("history", self.frame).get("generation")
        return held

    def _baselines(self, times: Times, window: Document) -> list[tuple[str, str]]:
        found = []
        for kind, compared in window.get("comparisons", {}).items():
            if compared["state"] != "ready":
                found.append((kind, f"{compared['state']}: {compared['reason'] or ''}"))
                continue
            name = compared["name"][self.lang] if compared["name"] else compared["date"] or ""
            ends = (times.local(compared[edge]) for edge in ("start", "until"))
            found.append((kind, f"{name} {' - '.join(ends)}".strip()))
        return found


def safe(cell: str | int | None) -> str | int:
    """Return a cell no spreadsheet takes for a formula; numbers stay numbers.

    >>> safe("=1+1"), safe("-5"), safe(-5), safe(None), safe("east")
    ("'=1+1", "'-5", -5, '', 'east')
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def tiles_of(frame: Document) -> Sequence[str]:
    """Return what can be exported of a frame."""
    return (ALL, *next(iter(frame["windows"].values()))["tiles"])
