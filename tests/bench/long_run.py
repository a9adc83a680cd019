"""Whether the page keeps anything: recorded frames as fast as 20 Hz, through everything it can do.

Run it with `python -m tests.bench.long_run [ticks, default 20000] [rate, default 20]`.
Window, baseline, language and theme change all along, the recording turns the business date over
and begins again. After each 500 ticks the garbage is collected and heap, nodes and listeners are
counted. Prints them, and bytes a tick over the last half (a line through the heaps, least squares).
Exits 1 when that is 1,024 or more, the DOM grew, or the console said anything.
"""

import sys
import time
from itertools import product
from typing import Any

import numpy as np

from tests.bench.watched_page import WatchedPage, machine, playing, report, say, watched_page

EVERY = 500
LIMIT = 1024  # bytes a tick
ELEMENTS_MORE = 0.02  # share: lists are as long as the frame has rows
CHANGE_EVERY = 50  # ticks
TICK = "window.dash_clientside.daping.pace(%d)"
# Counts views that were applied: a frame skipped is not a tick.
COUNTING = """(() => { const daping = window.dash_clientside.daping, stand = daping.awaitStanding;
  window.ticks = 0;
  daping.awaitStanding = (view) => { window.ticks += 1; return stand(view); }; })()"""
CHOICES = [
    {"window": window, "lang": lang, "theme": theme, "baseline": baseline}
    for baseline, theme, lang, window in product(
        ("yoy", "mom"), ("dark", "light"), ("zh", "en"), ("28H", "4H", "24H")
    )
]


def choose(page: WatchedPage, number: int) -> None:
    """Let a viewer choose the next of all combinations."""
    choice = CHOICES[number % len(CHOICES)]
    changes = ", ".join(f"{name}: '{value}'" for name, value in choice.items())
    page.evaluate(f"window.dash_clientside.daping.go({{{changes}}})")


def run(page: WatchedPage, ticks: int, rate: float) -> list[dict[str, Any]]:
    """Let the page tick; return what was counted after each EVERY ticks."""
    page.evaluate(COUNTING)
    page.evaluate(TICK % int(1000 / rate))
    counted: list[dict[str, Any]] = []
    changes, due, began = 0, EVERY, time.monotonic()
    while True:
        done = int(page.evaluate("window.ticks"))
        if done >= CHANGE_EVERY * (changes + 1):
            changes = done // CHANGE_EVERY
            choose(page, changes)
        if done >= due:
            # The same look every time, so that what is counted is the same page.
            choose(page, 0)
            page.wait("document.documentElement?.dataset.theme === 'dark'")
            now = page.memory()
            counted.append({"ticks": done, "rate": done / (time.monotonic() - began), **now})
            row = "  ".join(f"{key} {value:,.0f}" for key, value in counted[-1].items())
            say(row)
            due += EVERY
        if done >= ticks:
            return counted
        time.sleep(0.2)


def judged(counted: list[dict[str, Any]]) -> tuple[float, list[str]]:
    """Return bytes a tick over the last half, and what is wrong."""
    half = counted[len(counted) // 2 :]
    if len(half) < 3:
        raise SystemExit(f"too few ticks to judge: {len(counted)} counts of {EVERY}")
    slope = float(np.polyfit([c["ticks"] for c in half], [c["heap"] for c in half], 1)[0])
    faults = []
    if slope >= LIMIT:
        faults.append(f"the heap grew {slope:,.0f} bytes a tick")
    for name in ("elements", "nodes", "listeners"):
        values = [c[name] for c in half]
        first, last = np.median(values[: len(values) // 2]), np.median(values[-len(values) // 2 :])
        if last > first * (1 + ELEMENTS_MORE):
            faults.append(f"{name} grew from {first:,.0f} to {last:,.0f}")
    return slope, faults


def main() -> None:
    given = [*sys.argv[1:3], *("20000", "20")[len(sys.argv) - 1 :]]
    ticks, rate = int(given[0]), float(given[1])
    with playing(rate) as url, watched_page() as page:
        page.open(f"{url}?window=28H&lang=zh&theme=dark")
        page.wait("document.documentElement?.dataset.ready")
        counted = run(page, ticks, rate)
        said = list(page.said)
    slope, faults = judged(counted)
    faults += [f"console: {one}" for one in said[:5]]
    say(f"{slope:,.0f} bytes a tick over the last half, on {machine()}")
    document = {"machine": machine(), "bytes_a_tick": slope, "counted": counted, "faults": faults}
    report("long_run", document)
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
