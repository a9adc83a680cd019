"""How long the page holds its main thread per refresh, beside an ECharts page with the same data.

Run it with `python -m tests.bench.main_thread [seconds a page and round, default 60] [rounds, 2]`.
Recorded frames at 1 Hz with the pipeline stopped: 28H, baseline, band, everything on the screen.
ECharts comes from npm into a temporary folder. Prints, of each page, p50, p99 and the longest task
of the renderer's main thread, the longest task and the sum of a refresh, and the ratio of the p99.
Exits 1 when the wall's p99 task is over 50 ms.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.recording import AFTERNOON
from tests.bench.watched_page import WatchedPage, machine, playing, report, say, watched_page

LIMIT_MS = 50.0
WORTH_MS = 1.0  # shorter tasks are timers and messages, thousands of them
WARM_S = 12.0
ECHARTS = "echarts@6"
MARKED = """(() => { const daping = window.dash_clientside.daping, stand = daping.awaitStanding;
  daping.awaitStanding = (view) => { performance.mark("refresh"); return stand(view); }; })()"""


@dataclass
class Tasks:
    """Durations (ms) on the main thread: every task worth a look, and per refresh."""

    tasks: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    sums: list[float] = field(default_factory=list)

    def take(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Add a trace: a refresh is what lies between two marks."""
        marks = [e for e in events if e["name"] == "refresh" and "blink.user_timing" in e["cat"]]
        if len(marks) < 2:
            raise SystemExit("the page refreshed less than twice while it was traced")
        place = (marks[0]["pid"], marks[0]["tid"])
        ran = sorted(tasks_of(events, place))
        edges = sorted(e["ts"] for e in marks)
        for first, end in pairwise(edges):
            # The task that the mark lies in began before it, and belongs to its refresh.
            own = [spent for begun, spent in ran if first <= begun + spent * 1000 < end]
            worth = [spent for spent in own if spent >= WORTH_MS]
            self.tasks += worth
            self.longest.append(max(worth, default=0.0))
            self.sums.append(sum(own))

    def said(self) -> dict[str, float]:
        both = {"task": self.tasks, "longest of a refresh": self.longest, "sum": self.sums}
        found: dict[str, float] = {}
        for name, values in both.items():
            p50, p99, most = (float(v) for v in np.percentile(values, [50, 99, 100]))
            found |= {f"{name} p50": p50, f"{name} p99": p99, f"{name} max": most}
        return found | {"refreshes": len(self.longest)}


def tasks_of(
    events: Iterable[Mapping[str, Any]], place: tuple[int, int]
) -> Iterable[tuple[float, float]]:
    """Yield (begin in us, duration in ms) of every task of a thread."""
    for event in events:
        if (
            event["name"] == "RunTask"
            and event["ph"] == "X"
            and ((event["pid"], event["tid"]) == place)
        ):
            yield event["ts"], event.get("dur", 0) / 1000


def measured(page: WatchedPage, seconds: float, into: Tasks) -> None:
    into.take(page.traced_for(seconds))


def wall(url: str, seconds: float, into: Tasks) -> None:
    with watched_page() as page:
        page.open(f"{url}?window=28H&lang=en&theme=dark")
        page.wait("document.documentElement?.dataset.ready")
        page.evaluate(MARKED)
        warm(page)
        measured(page, seconds, into)
        complain(page)


def echarts(url: str, seconds: float, into: Tasks) -> None:
    with watched_page() as page:
        page.open(f"{url}assets/bench/index.html")
        page.wait("document.querySelector('#flow-figure canvas')")
        warm(page)
        measured(page, seconds, into)
        complain(page)


def warm(page: WatchedPage) -> None:
    page.traced_for(WARM_S)


def complain(page: WatchedPage) -> None:
    if page.said:
        raise SystemExit(f"the page complained: {page.said[:5]}")


def fetched_echarts(folder: str) -> str:
    """Return the folder of ECharts' own build, fetched by npm."""
    npm = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, ECHARTS]
    subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    return str(Path(folder) / "node_modules" / "echarts" / "dist")


def main() -> None:
    seconds, rounds = (float(n) for n in (*sys.argv[1:3], *("60", "2")[len(sys.argv) - 1 :]))
    pages = {"wall": (wall, Tasks()), "echarts": (echarts, Tasks())}
    with tempfile.TemporaryDirectory() as folder:
        library = fetched_echarts(folder)
        with playing(1.0, AFTERNOON, library) as url:
            for _ in range(int(rounds)):
                for measure, into in pages.values():
                    measure(url, seconds, into)
    found = {name: into.said() for name, (_, into) in pages.items()}
    for row in found["wall"]:
        ours, theirs = found["wall"][row], found["echarts"][row]
        say(f"{row:26} wall {ours:8.1f}   echarts {theirs:8.1f}   ratio {ours / theirs:5.2f}")
    say(f"on {machine()}")
    report("main_thread", {"machine": machine(), "unit": "ms", **found})
    p99 = found["wall"]["task p99"]
    if p99 > LIMIT_MS:
        raise SystemExit(f"p99 of the wall's tasks is {p99:.0f} ms, over {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
