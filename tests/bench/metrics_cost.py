"""What more metrics cost: 8, 50 and 200 of them, and a plan twice as wide.

Run it with `python -m tests.bench.metrics_cost [--lines 250000] [--profile wall] [--drain]`.
A metric is an expression over measures: it touches no job, so the job's SQL is compared, not
measured; what it costs is the frame, built once a tick for all viewers. More measures and cubes are
another plan: with `--drain` it is drained beside the packaged one (3 minutes).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from app.reading import Reading
from app.wall import Wall
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.clock import SystemClock
from pipeline.sql.flink import live_sql
from pipeline.sql.source import SourceOptions
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.zone import MINUTE_MS, Zone
from tests.bench.bench_parts import PROFILES, running_parts
from tests.bench.draining import drain
from tests.bench.lines import fill, lines
from tests.bench.results import keep, say, table
from tests.e2e.orders import fill as fill_store
from tests.e2e.orders import make_cells, make_lines, tell_states
from tests.e2e.past_site import TODAY, trading_time

COUNTS = (8, 50, 200)
RUNNING, A_MINUTE, TURNS = 1248, 4, 40
MEASURES, CUBES = 7, 5  # added to the packaged 8 and 8 for the wide plan
SHAPES = (
    'expression = "paid_amount - refund_amount"\nunit = "money"',
    'expression = "refund_quantity / paid_quantity"\nunit = "rate"',
    'expression = "paid_quantity - refund_quantity"\nunit = "count"\nshape = "series"',
    'expression = "orders"\nunit = "count"\nshape = "ranking"\ndimension = "brand"\nlimit = 10',
)
WORDS = (
    'label = {{ zh = "指标 {0}", en = "Metric {0}" }}\n'
    'description = {{ zh = "指标 {0}", en = "Metric {0}" }}'
)


def with_metrics(count: int) -> Catalogue:
    """Return the packaged catalogue with so many metrics; more than it has come by an overlay."""
    packaged = load_catalogue()
    if count <= len(packaged.metrics):
        return replace(packaged, metrics=dict(islice(packaged.metrics.items(), count)))
    more = range(count - len(packaged.metrics))
    return overlaid(
        f"[metric.more_{n}]\n{SHAPES[n % len(SHAPES)]}\n{WORDS.format(n)}\n" for n in more
    )


def wide() -> Catalogue:
    """Return a catalogue of about twice the measures and cubes."""
    names = [f"wide_{n}" for n in range(MEASURES)]
    given = 'of = "quantity"\nkind = "sale"\nunit = "count"'
    measures = [f"[measure.{name}]\n{given}\n{WORDS.format(name)}\n" for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    fields = ("category", "brand", "gender", "province", "warehouse")[:CUBES]
    cubes = [
        f'[cube.wide_{f}]\nbucket = "minute"\ndimension = "{f}"\nmeasures = [{listed}]\n'
        for f in fields
    ]
    return overlaid([*measures, *cubes])


def overlaid(entries: Iterable[str]) -> Catalogue:
    with tempfile.TemporaryDirectory() as folder:
        text = "\n".join(entries)
        (Path(folder) / "catalogue.toml").write_text(text, encoding="utf-8")
        return load_catalogue(Path(folder))


def sql_of(catalogue: Catalogue) -> str:
    transitions = Zone(catalogue.shop.zone).transitions(2000, 2040)
    return live_sql(
        catalogue, transitions, SourceOptions("broker:9092", "orders", "g", {0: 0})
    ).text()


def frame_ms(catalogue: Catalogue) -> list[float]:
    """Return, sorted, how long a turn takes (ms): read what changed, judge, build the frame."""
    time_of, clock = trading_time(catalogue), SystemClock()
    start = time_of.bounds("28H", TODAY).start * MINUTE_MS
    made = make_lines(catalogue, start, RUNNING, A_MINUTE)
    store = MemorySnapshots(catalogue)
    fill_store(store, make_cells(catalogue, time_of, made))
    tell_states(store, made, clock.now_ms(), start + RUNNING * MINUTE_MS - 1)
    wall = Wall(catalogue, time_of, {}, Reading(lambda: store, catalogue, time_of, "A"), "bench")
    wall.refresh(clock.now_ms())
    wall.frame(clock.now_ms())
    spent = []
    for turn in range(TURNS):
        more = make_lines(catalogue, start + RUNNING * MINUTE_MS, 1, A_MINUTE + turn)
        rows = make_cells(catalogue, time_of, more)
        fill_store(store, [row for row in rows if row.cube != "audit"])
        began = time.perf_counter()
        wall.refresh(clock.now_ms())
        wall.frame(clock.now_ms())
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=250_000)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="wall")
    parser.add_argument("--drain", action="store_true")
    asked = parser.parse_args()
    packaged = sql_of(load_catalogue())
    rows = []
    for count in COUNTS:
        catalogue = with_metrics(count)
        spent = frame_ms(catalogue)
        same = sql_of(catalogue) == packaged
        rows.append([f"{count} metrics", statistics.median(spent), spent[-2], same])
    table(["", "frame ms p50", "p95", "same job"], rows)
    found: dict[str, Any] = {"frame_ms": {str(c): r[1] for c, r in zip(COUNTS, rows, strict=True)}}
    found["same_job"] = {str(c): r[3] for c, r in zip(COUNTS, rows, strict=True)}
    if asked.drain:
        found["lines_per_second"] = drained(asked.lines, asked.profile)
    keep("metrics_cost", found)


def drained(count: int, profile: str) -> dict[str, float]:
    """Drain both plans, the packaged one first to warm the JVM and once more to be compared."""
    plans = {"packaged (warming)": load_catalogue(), "wide": wide(), "packaged": load_catalogue()}
    rates = {}
    with running_parts(PROFILES[profile]) as (parts, plant):
        plant.topics.ensure("orders.plans")
        fill(plant.topics.bootstrap, "orders.plans", lines(count, 11))
        for name, catalogue in plans.items():
            done, meta = drain(
                parts, plant, catalogue, "orders.plans", PROFILES[profile].parallelism
            )
            plant.snapshots.drop(meta.stream)
            rates[name] = done.running_rate
    table(["plan", "lines/s running"], list(rates.items()))
    say(
        f"{MEASURES} measures and {CUBES} cubes more: {rates['wide'] / rates['packaged']:.2f} of it"
    )
    return rates


if __name__ == "__main__":
    main()
