"""Telling a person what a run does: a line a step, with the seconds since the start."""

import os
import time
import webbrowser
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from pipeline.local.log_lines import LogLines
from pipeline.local.probes import get_json
from pipeline.local.supervisor import State, Supervised

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_EVERY_S = 0.5
# A part that keeps failing alike is told of at its 1st, 2nd, 4th, 8th ... death.
COLOURS = {State.UP: "green", State.DONE: "green", State.BACKING_OFF: "red"}


def nothing_more() -> None:
    return None


class Progress:
    """Hears of every change of a part, and finds out when the first number is there.

    `history`: what the part that makes the past tells.
    """

    def __init__(
        self, console: Console, url: str, open_browser: bool, history: LogLines | None = None
    ) -> None:
        self._console = console
        self._url = url
        self._history = history
        display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        self._open_browser = open_browser and bool(display)
        self._began = time.monotonic()
        self._shown = False
        self._first_number = False
        self._asked_at = 0.0
        self.when_live: Callable[[], None] = nothing_more

    def fault(self, text: str) -> None:
        """Say something of an injected fault, a key or a check."""
        self._say("fault", text, "yellow")

    def report(self, one: Supervised, what: str) -> None:
        """Say what became of a part; a browser is opened when the screen is up."""
        if one.state is State.STARTING or self._repeats(one):
            return
        self._say(one.part.name, what, COLOURS.get(one.state, "white"))
        if one.state is State.BACKING_OFF:
            self._say("", f"attempt {one.deaths}; all of it is in {one.part.log}")
        if one.part.name == "screen" and one.state is State.UP and not self._shown:
            self._shown = True
            self._say("screen", self._url)
            if self._open_browser:
                webbrowser.open(self._url)

    def look(self) -> None:
        """Say when the first number is there and how far the past is; called between ticks."""
        now = time.monotonic()
        if now - self._asked_at < LOOK_EVERY_S:
            return
        self._asked_at = now
        for line in self._history.new() if self._history else ():
            self._say("history", line)
        if self._shown and not self._first_number:
            self._look_for_number()

    def _look_for_number(self) -> None:
        frame = get_json(f"{self._url}frame.json")
        if isinstance(frame, dict) and frame.get("as_of") is not None:
            self._first_number = True
            self._say("live", f"{self._url}   Ctrl-C stops everything", "bold green")
            self.when_live()

    def _repeats(self, one: Supervised) -> bool:
        powers = one.deaths & (one.deaths - 1) == 0
        if one.state is State.BACKING_OFF:
            return not powers
        return one.state is State.UP and one.part.healthy is None and one.deaths > 0

    def _say(self, name: str, text: str, style: str = "white") -> None:
        seconds = f"{time.monotonic() - self._began:6.1f} s"
        line = f"{seconds}  {name:<12} [{style}]{escape(text)}[/]"
        self._console.print(line, highlight=False, soft_wrap=True)
