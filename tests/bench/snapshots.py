"""How fast snapshots are written and read, on a Redis of its own.

Run it with `python -m tests.bench.snapshots`.
Prints rows per second of guarded writes (and what they would be if only this process or only
Redis were the limit, by the processor time of each), and milliseconds of reads.
"""

import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.errors import ServiceUnavailable
from pipeline.stores.reader import SnapshotReader
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.values.streams import LinkGeneration
from tests.unit.pipeline.stores.cells import DAY, MINUTE, SEGMENT, catalogue

STREAM = LinkGeneration("A", 1)
MEASURES = ("paid_amount", "refund_amount", "paid_quantity", "refund_quantity", "orders", "lines")
KEYS = {"category": 12, "brand": 60, "gender": 4, "province": 32, "warehouse": 33, "guests": 2}
USERS = 100_000
Hashes = dict[tuple[str, int], list[str]]
Batches = list[Hashes]


@contextmanager
def own_redis() -> Iterator[tuple[str, psutil.Process]]:
    """Start a redis-server on a free port; end it with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("redis-server")
    if program is None:
        sys.exit("no redis-server on the path")
    with tempfile.TemporaryDirectory() as home:
        options = f"--port {port} --bind 127.0.0.1 --appendonly no --dir {home}".split()
        server = subprocess.Popen(
            [program, *options, "--save", ""], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            yield f"redis://127.0.0.1:{port}", psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait(10)


def bench_catalogue() -> Catalogue:
    cubes = {name: Cube(name, BucketKind.MINUTE, name, MEASURES) for name in KEYS}
    measures = ("paid_amount", "orders")
    cubes["users"] = Cube("users", BucketKind.SEGMENT, "user", measures, keep=10_000)
    return replace(catalogue(), cubes=cubes)


def store_on(url: str) -> RedisSnapshots:
    store = RedisSnapshots(url, bench_catalogue())
    for _ in range(50):
        try:
            store.active()
            break
        except ServiceUnavailable:
            time.sleep(0.1)
    return store


def minute_batches(minutes: int, at_once: int, n: int) -> list[Hashes]:
    """Return batches as the job's sink makes them: all cells of some minutes."""
    return [
        {
            (cube, MINUTE + m): [
                text
                for key in range(keys)
                for text in (f"{cube}-{key}", f"{n},{n * 10_000},{n * 7},{n},0,{n},{n}")
            ]
            for m in range(first, min(first + at_once, minutes))
            for cube, keys in KEYS.items()
        }
        for first in range(0, minutes, at_once)
    ]


def user_batches(rows: int, at_once: int) -> list[Hashes]:
    """Return batches of growing user totals; users come by a law of many small and few large."""
    chance = random.Random(11)
    lines, paid = [0] * USERS, [0] * USERS
    batches = []
    for _ in range(rows // at_once):
        users: dict[str, str] = {}
        for _ in range(at_once):
            user = min(int(chance.paretovariate(0.35)), 10**9) % USERS
            lines[user] += 1
            paid[user] += chance.randrange(1_000, 90_000)
            users[f"u_{user:08}"] = f"{lines[user]},{paid[user]},{lines[user]}|广东"
        batches.append({("users", SEGMENT): [text for pair in users.items() for text in pair]})
    return batches


def say_rate(what: str, server: psutil.Process, store: RedisSnapshots, batches: Batches) -> None:
    rows = sum(len(cells) // 2 for batch in batches for cells in batch.values())
    began, ours, theirs = time.perf_counter(), time.process_time(), sum(server.cpu_times()[:2])
    for batch in batches:
        store.write_encoded(STREAM, batch)
    say(what, rows / (time.perf_counter() - began), "rows/s")
    say("    by our processor time", rows / (time.process_time() - ours), "rows/s")
    say("    by Redis' processor time", rows / (sum(server.cpu_times()[:2]) - theirs), "rows/s")


def milliseconds(action: Callable[[], object], times: int = 1) -> float:
    began = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - began) / times * 1000


def say(what: str, number: float, unit: str) -> None:
    sys.stdout.write(f"{what:<52}{number:>12,.1f} {unit}\n")


def measure_writes(store: RedisSnapshots, server: psutil.Process, minutes: int) -> None:
    users = user_batches(400_000, 5_000)
    for what, batches in (
        ("minute cells, new, 8 minutes a batch", minute_batches(minutes, 8, 1)),
        ("minute cells, replaced", minute_batches(minutes, 8, 2)),
        ("minute cells, refused", minute_batches(minutes, 8, 2)),
        ("minute cells, replaced, 1 minute a batch", minute_batches(minutes, 1, 3)),
        ("ranked users, 5,000 lines a batch", users),
        ("ranked users again, all refused", users),
    ):
        say_rate(what, server, store, batches)


def measure_reads(store: RedisSnapshots, minutes: int) -> None:
    reader = SnapshotReader(store, bench_catalogue())
    days = [DAY, DAY + 1]
    say("a whole day of 28 hours", milliseconds(lambda: reader.poll(STREAM, days)), "ms")
    say("a poll, nothing changed", milliseconds(lambda: reader.poll(STREAM, days), 200), "ms")
    store.write_encoded(STREAM, minute_batches(3, 3, 9)[0])
    say("a poll, 3 minutes changed", milliseconds(lambda: reader.poll(STREAM, days)), "ms")
    table, end = reader.table, MINUTE + minutes
    block = milliseconds(lambda: table.block("brand", MINUTE, end), 20)
    say("a block of 28 hours x 60 keys", block, "ms")
    segments = [SEGMENT, SEGMENT + 1]
    top = milliseconds(lambda: store.ranking(STREAM, "users", segments, 10), 100)
    say("the ten best of 100,000 users", top, "ms")


def main() -> None:
    with own_redis() as (url, server):
        store = store_on(url)
        measure_writes(store, server, 28 * 60)
        measure_reads(store, 28 * 60)


if __name__ == "__main__":
    main()
