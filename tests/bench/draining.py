"""One drain of a topic through the live job: submitted, caught up, and compared cell by cell."""

import pickle
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.jobs.generations import Plant, Recipe, begin
from pipeline.jobs.progress import positions
from pipeline.trading.zone import Zone
from pipeline.values.streams import GenerationMeta
from tests.bench.bench_parts import spent, used
from tests.bench.plain_loop import Cells
from tests.integration.live_plant import cancel_all
from tests.integration.real_parts import RealParts

CHECKOUT = Path(__file__).resolve().parents[2]
LOOK_EVERY_S = 0.05
STANDS_STILL_S = 90.0
RESTS_S = 1.0
DEEPER_THAN_ALL = 10_000_000


@dataclass(frozen=True)
class Drain:
    """Seconds from the submission: to the first cell in Redis, and to the last change there.

    `rate` is of the whole, start-up included; `running_rate` of what followed the first cell;
    `second_half` of the second half alone, when the JVM has compiled what it runs.
    `cpu_us`: processor time of each part in that half, by message.
    """

    messages: int
    first_s: float
    done_s: float
    running_rate: float
    second_half: float
    cpu_s: dict[str, float]
    cpu_us: dict[str, float]
    mib: dict[str, float]

    @property
    def rate(self) -> float:
        return self.messages / self.done_s


def drain(
    parts: RealParts, plant: Plant, catalogue: Catalogue, topic: str, parallelism: int
) -> tuple[Drain, GenerationMeta]:
    """Read the whole topic with a new generation; its job is cancelled before this returns."""
    transitions = Zone(catalogue.shop.zone).transitions(2000, 2040)
    recipe = Recipe("A", topic, catalogue, transitions, parallelism, from_beginning=True)
    before, began = used(parts), time.perf_counter()
    meta = begin(plant, recipe)
    messages = sum(meta.target.values())
    first = half = reached = 0
    first_s = half_s = 0.0
    moved, then = began, before
    while reached < messages:
        count = sum(positions(plant.snapshots, meta.stream).values())
        now = time.perf_counter()
        if count and not first:
            first_s, first = now - began, count
        if count * 2 >= messages and not half:
            half_s, half, then = now - began, count, used(parts)
        if count > reached:
            reached, moved = count, now
        if now - moved > STANDS_STILL_S:
            sys.exit(f"the job stands still at {reached} of {messages}")
        time.sleep(LOOK_EVERY_S)
    done_s = _last_change(plant, meta) - began
    after = used(parts)
    cancel_all(plant)
    found = Drain(
        messages=messages,
        first_s=first_s,
        done_s=done_s,
        running_rate=(messages - first) / (done_s - first_s),
        second_half=(messages - half) / (done_s - half_s),
        cpu_s=spent(before, after),
        cpu_us={n: s / (messages - half) * 1e6 for n, s in spent(then, after).items()},
        mib={name: use.mib for name, use in after.items()},
    )
    return found, meta


def cells_in_redis(plant: Plant, meta: GenerationMeta) -> Cells:
    """Return every cell of the generation as `plain_loop.Counts.cells` gives them."""
    cursors = {"audit": 0, **{str(day): 0 for day in range(20_390, 20_420)}}
    changes = plant.snapshots.changes(meta.stream, cursors, DEEPER_THAN_ALL)
    found: Cells = {}
    buyers: Counter[tuple[str, int, str]] = Counter()
    for row in changes.cells:
        if row.cube.startswith("buyers_"):
            buyers[row.cube, row.bucket, ""] += row.value.measures[0]
        elif row.cube == "audit":
            found[row.cube, row.bucket, row.key] = [row.value.n]
        else:
            found[row.cube, row.bucket, row.key] = [row.value.n, *row.value.measures]
    for cube, bucket in changes.ranked:
        ranking = plant.snapshots.ranking(meta.stream, cube, [bucket], DEEPER_THAN_ALL)
        for held in ranking.rows:
            found[cube, bucket, held.key] = [held.n, *held.measures]
    return found | {place: [n] for place, n in buyers.items()}


def plain(bootstrap: str, topic: str, messages: int, mode: str, file: Path) -> tuple[float, Cells]:
    """Run the plain program of `plain_loop`; return its seconds and its cells."""
    program = [sys.executable, "-m", "tests.bench.plain_loop"]
    done = subprocess.run(
        [*program, bootstrap, topic, str(messages), mode, str(file)],
        cwd=CHECKOUT, stdout=subprocess.PIPE, check=True, timeout=600,
    )  # fmt: skip
    return float(done.stdout), pickle.loads(file.read_bytes())


def differing(found: Cells, wanted: Cells) -> list[str]:
    """Name the cells that are not the same, the first five of them."""
    places = sorted(found.keys() | wanted.keys(), key=str)
    wrong = [place for place in places if found.get(place) != wanted.get(place)]
    return [f"{p}: {found.get(p)} instead of {wanted.get(p)}" for p in wrong[:5]]


def _last_change(plant: Plant, meta: GenerationMeta) -> float:
    """Return when the last cell was written, once nothing was for RESTS_S."""
    seq, changed = -1, time.perf_counter()
    while time.perf_counter() - changed < RESTS_S:
        found = plant.snapshots.changes(meta.stream, {}).seq
        if found != seq:
            seq, changed = found, time.perf_counter()
        time.sleep(LOOK_EVERY_S)
    return changed
