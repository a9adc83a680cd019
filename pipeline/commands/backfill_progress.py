"""Telling how far a backfill is: a bar on a terminal, else a line now and then."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SAY_EVERY_S = 20.0
# The demo repeats lines that begin with this.
MARK = "history: "


class BackfillProgress:
    """Counts closed days and their order lines.

    `days`: how many there will be; `already`: how many there are from an earlier start.
    """

    def __init__(self, days: int, already: int, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._days = days
        self._done, self._lines = already, 0
        self._began = self._said = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("days · {task.fields[lines]:,} lines · {task.fields[rate]:,} a second ·"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("history", total=days, completed=already, lines=0, rate=0)

    def __enter__(self) -> "BackfillProgress":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def closed(self, day: int, lines: int) -> None:
        """One more day is closed."""
        self._done += 1
        self._lines += lines
        self._bar.update(self._task, advance=1, lines=self._lines, rate=self._rate())
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said >= SAY_EVERY_S:
            self._said = now
            self._say(f"{self._done} of {self._days} days, {self._rate():,} lines a second")

    def first_ready(self) -> None:
        """The days that the live run is compared with are there."""
        self._said = time.monotonic()
        self._say("baseline days ready")

    def end(self) -> None:
        seconds = time.monotonic() - self._began
        self._say(f"all {self._days} days are there; {self._lines:,} lines in {seconds:.0f} s")

    def _rate(self) -> int:
        return int(self._lines / max(time.monotonic() - self._began, 0.001))

    def _say(self, text: str) -> None:
        self._console.print(f"{MARK}{text}", markup=False)
