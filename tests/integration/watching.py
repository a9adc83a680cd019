"""Somebody who looks at the wall all the time and remembers what must not happen."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.running_demo import RunningDemo

# The headline's integer (`data-value`) and the date of a page, read at one instant.
Shown = tuple[str | None, str | None]


@dataclass
class Watcher:
    """Reads the frame twice a second while a test does its worst.

    A total may not fall within a window of a business date, and a number once shown may not go.
    """

    demo: RunningDemo
    falls: list[str] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)
    states: list[tuple[float, str, str | None]] = field(default_factory=list)
    uncompared: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    compared: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    page_date: str | None = None
    page_highest: int = 0
    headline: Callable[[], Shown] | None = None
    highest: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watcher":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(10)

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            try:
                self._look_once()
            except Exception as fault:  # an eye that has closed has seen nothing wrong
                self.faults.append(repr(fault))

    def _look_once(self) -> None:
        frame = self.demo.frame()
        if frame is not None:
            self.look(frame)
        if self.headline is not None:
            self.look_at_page(*self.headline())

    def look(self, frame: dict[str, Any]) -> None:
        """Compare one frame with all before it."""
        for window, shown in frame["windows"].items():
            hero = shown["tiles"]["hero"]["state"]
            if window == frame["default_window"]:
                self.states.append((time.monotonic(), hero["name"], hero["reason"]))
            for metric in ("gross_sales", "paid_units", "orders", "refund_amount"):
                value = shown["metrics"][metric]["value"]
                place = (frame["business_date"], window, metric)
                before = self.highest.get(place, 0)
                if value is None and hero["name"] == "loading":
                    continue  # a restarted server that says it knows nothing yet
                if not value and before:
                    self.blanks.append(f"{place}: {value} after {before}")
                elif value is not None and value < before:
                    self.falls.append(f"{place}: {value} after {before}")
                else:
                    self.highest[place] = max(before, value or 0)
            for kind, said in shown["comparisons"].items():
                place = (frame["business_date"], window, kind)
                self.look_at_comparison(place, said, hero["name"] == "live")

    def look_at_comparison(
        self, place: tuple[str, str, str], said: dict[str, Any], live: bool
    ) -> None:
        """A comparison that was there stays, or says in a word why it is not.

        A restarted screen that does not know the age of its numbers compares no minute yet.
        """
        before = self.compared.get(place, set())
        if said["state"] == "ready":
            metrics = said["metrics"].items()
            shown = {name for name, one in metrics if one["value"] is not None}
            if live and not shown >= before:
                self.blanks.append(f"{place}: no {sorted(before - shown)} any more")
            self.compared[place] = shown | before
        elif before:
            self.uncompared.append(f"{place}: {said['state']} {said['reason']}")
            if said["state"] == "missing" or not said["reason"]:
                self.unexplained.append(f"{place}: {said}")

    def look_at_page(self, shown: str | None, date: str | None) -> None:
        """Take the page's headline, or what stands in its place, with the page's own date.

        At midnight it is up to a second behind the frame, whose date is not that of its number.
        """
        number = int(shown) if shown and shown.isdigit() else None
        if number is None:
            if self.page_highest:
                self.blanks.append(f"page: {shown!r} after {self.page_highest}")
        elif number < self.page_highest and self.page_date == date:
            self.falls.append(f"page: {number} after {self.page_highest}")
        else:
            self.page_highest, self.page_date = number, date

    def wait_looks(self, looks: int = 3, limit_s: float = 60.0) -> None:
        """Wait until so many more frames were looked at."""
        wanted, until = len(self.states) + looks, time.monotonic() + limit_s
        while len(self.states) < wanted:
            assert time.monotonic() < until, f"no frame for {limit_s:.0f} s {self.faults[:3]}"
            time.sleep(0.1)

    def assert_nothing_fell(self) -> None:
        assert self.states, "no frame was ever read"
        assert not self.faults, self.faults[:5]
        assert not self.falls, self.falls[:5]
        assert not self.blanks, self.blanks[:5]
        assert not self.unexplained, self.unexplained[:5]

    def assert_compared_all_along(self) -> None:
        """What the screen knows of the past it keeps: ClickHouse is not asked for it again."""
        assert any(self.compared.values()), "nothing was ever compared"
        assert not self.uncompared, self.uncompared[:5]
