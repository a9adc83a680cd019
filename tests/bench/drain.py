"""Kafka to Redis: a whole promotion read back by the live job, beside a plain Python loop.

Run it with `python -m tests.bench.drain [--lines 3000000] [--profile wall] [--rounds 1]`.
Everything runs on the same cores: broker, Flink, Python workers, Redis. Prints lines per second of
the whole (from submission to the last cell) and of the running job, the ratio to the plain loop and
to a raw consumer of the same bytes, and the processor seconds of every part. Fails when one cell
differs from the plain loop's.
"""

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.bench_parts import CATALOGUE, PROFILES, running_parts
from tests.bench.draining import cells_in_redis, differing, drain, plain
from tests.bench.lines import fill, lines
from tests.bench.results import keep, say, table

TOPIC = "orders.bench"


def main() -> None:
    asked = _asked()
    profile = PROFILES[asked.profile]
    with tempfile.TemporaryDirectory() as folder, running_parts(profile) as (parts, plant):
        plant.topics.ensure(TOPIC)
        made = fill(plant.topics.bootstrap, TOPIC, lines(asked.lines, asked.seed))
        say(f"{made.messages:,} messages ({made.bytes / made.messages:.0f} bytes) in the topic")
        at = (plant.topics.bootstrap, TOPIC, made.messages)
        raw_s, _ = plain(*at, "raw", Path(folder) / "raw")
        loop_s, wanted = plain(*at, "loop", Path(folder) / "loop")
        assert sum(v[1] for p, v in wanted.items() if p[0] == "gender") == made.paid_cents
        assert sum(v[2] for p, v in wanted.items() if p[0] == "gender") == made.refund_cents
        drains = []
        for _ in range(asked.rounds):
            done, meta = drain(parts, plant, CATALOGUE, TOPIC, profile.parallelism)
            wrong = differing(cells_in_redis(plant, meta), wanted)
            if wrong:
                sys.exit("\n".join(["the job and the plain loop differ:", *wrong]))
            plant.snapshots.drop(meta.stream)
            drains.append(done)
    rate = {"raw consumer": made.messages / raw_s, "plain Python loop": made.messages / loop_s}
    loop = rate["plain Python loop"]
    rows = [[name, one, "", one / loop] for name, one in rate.items()]
    rows += [
        [f"live job, round {i + 1}", d.rate, d.running_rate, d.running_rate / loop]
        for i, d in enumerate(drains)
    ]
    table(["", "lines/s all", "running", "to the loop"], rows)
    best = max(drains, key=lambda d: d.rate)
    head = f"of {best.done_s:.1f} s, {best.first_s:.1f} s to the first cell"
    table(
        [head, "cpu s", "us/line", "MiB"],
        [[n, s, s / made.messages * 1e6, best.mib[n]] for n, s in best.cpu_s.items()],
    )
    say(f"{len(wanted):,} cells equal to the cent")
    if asked.keep:
        keep(
            asked.keep,
            {
                "messages": made.messages,
                "profile": profile.name,
                "lines_per_second": rate,
                "drains": [{**asdict(d), "rate": d.rate} for d in drains],
                "cells_equal": len(wanted),
            },
        )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=3_000_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="wall")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", default="drain", help="name of the JSON in results/, '' for none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
