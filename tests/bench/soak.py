"""The whole demo at 60x with a browser on it, for half an hour: more than a business day.

Run it with `python -m tests.bench.soak [minutes, default 30]`; it passes 20:00 and midnight when it
runs at least eight. The demo starts in a temporary home on free ports. Every minute it prints what
the page holds after a garbage collection, what its console said, and the memory of page, screen and
every part. At the end `verify` must find all ways equal and a snapshot's numbers must be those of
its frame. Exits 1 when heap, DOM or a process grew after the first third, or anything complained.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from pipeline.local.ports import next_free_port
from pipeline.verify.pausing import paused
from tests.bench.watched_page import WatchedPage, machine, report, say, watched_page
from tests.integration.running_demo import RunningDemo

SPEED = "60"
HEAP_MORE, DOM_MORE = 0.15, 0.02  # shares: the chart has as many points as the day has minutes
PART_MORE, PART_MIB = 0.15, 48  # of a process; what is less in MiB is a cache that breathes
MIB = 1024 * 1024


def resident(pid: int) -> int:
    """Return the MiB a process and what it started hold; 0 when it is gone."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
        return sum(one.memory_info().rss for one in tree if one.is_running()) // MIB
    except psutil.NoSuchProcess:
        return 0


def look(demo: RunningDemo, page: WatchedPage) -> dict[str, Any]:
    """Return what everything holds now, and where the wall's clock is."""
    frame = demo.frame() or {}
    pids = {name: int(pid) for name, pid in demo.run.get("pids", {}).items()}
    chromium = page.chromium.process.pid if page.chromium else 0
    states = sorted(set(demo.compared().values()))
    return {
        **page.memory(),
        "counted": frame.get("accounting", {}).get("counted", 0),
        "date": frame.get("business_date"),
        "clock": page.evaluate("document.getElementById('clock').textContent"),
        "state": (frame.get("state") or {}).get("name"),
        "compared": "+".join(states),
        "console": len(page.said),
        "rss": {"chromium": resident(chromium), **{n: resident(p) for n, p in pids.items()}},
    }


def watch(demo: RunningDemo, page: WatchedPage, minutes: int) -> list[dict[str, Any]]:
    """Look once a minute."""
    looks = []
    due = time.monotonic()
    for minute in range(minutes + 1):
        time.sleep(max(0.0, due - time.monotonic()))
        due += 60
        now = look(demo, page)
        looks.append({"minute": minute, **now})
        rss = " ".join(f"{name} {mib}" for name, mib in now["rss"].items() if mib)
        say(
            f"{minute:3d} min {now['date']} {now['clock']} {now['state']:8} {now['compared']:8} "
            f"counted {now['counted']:,}  heap {now['heap'] / MIB:.1f} MiB  "
            f"elements {now['elements']:,}  nodes {now['nodes']:,}  "
            f"listeners {now['listeners']:,}  console {now['console']}  MiB: {rss}"
        )
    return looks


def grown(looks: list[dict[str, Any]]) -> list[str]:
    """Return what is higher at the end than after the first third, by medians."""
    warm = looks[len(looks) // 3 :]
    half = max(1, len(warm) // 2)
    faults = []
    for name, more in (("heap", HEAP_MORE), ("elements", DOM_MORE), ("nodes", DOM_MORE)):
        first = float(np.median([one[name] for one in warm[:half]]))
        last = float(np.median([one[name] for one in warm[-half:]]))
        if last > first * (1 + more):
            faults.append(f"{name} grew from {first:,.0f} to {last:,.0f}")
    for part in looks[-1]["rss"]:
        held = [one["rss"].get(part, 0) for one in warm]
        first, last = float(np.median(held[:half])), float(np.median(held[-half:]))
        say(f"{part}: {first:,.0f} to {last:,.0f} MiB")
        if last > first * (1 + PART_MORE) and last > first + PART_MIB:
            faults.append(f"memory of {part} grew from {first:,.0f} to {last:,.0f} MiB")
    return faults


def main(minutes: int) -> None:
    jars = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    with tempfile.TemporaryDirectory() as home:
        demo = RunningDemo.start(
            Path(home), jars.resolve(), next_free_port(18350), "--speed", SPEED, "--months", "0"
        )
        try:
            demo.wait_live(300)
            with watched_page() as page:
                page.open(f"{demo.run['screen']}?window=28H&lang=en")
                page.wait("document.documentElement?.dataset.ready")
                looks = watch(demo, page, minutes)
                faults = grown(looks) + [f"console: {one}" for one in page.said[:5]]
            rows = demo.verify()
            say(f"verify: {len(rows)} items equal")
            # At 60x the numbers change faster than a picture of them can be taken.
            with paused(Path(home) / "ledger" / "simulated", 120, say):
                done = demo.command("snapshot", "--out", str(Path(home) / "snapshots"))
            say(done.stdout.strip() or done.stderr.strip())
            faults += [] if done.returncode == 0 else [f"snapshot: {done.stderr.strip()}"]
        finally:
            demo.stop()
    document = {"machine": machine(), "looks": looks, "verified": len(rows), "faults": faults}
    report("soak", document)
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
