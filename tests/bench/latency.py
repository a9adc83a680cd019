"""From an event to Redis: how long until a line can be read there, at a steady rate.

Run it with `python -m tests.bench.latency [--rate 2000] [--seconds 60] [--profile wall]`.
A line counts as seen when as many lines as were sent up to it are in the cells of one cube; looked
at every few milliseconds. The first seconds, in which the JVM compiles the job, are left out.
"""

import sys
import time

from tests.bench.bench_parts import PROFILES, running_parts, spent, used
from tests.bench.results import keep, say, table
from tests.bench.steady import Feed, Seen, arguments, begin_live, percentile

TOPIC = "orders.steady"
WARMING_S = 40.0
SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "worst": 1.0}


def main() -> None:
    asked = arguments(__doc__, seconds=60.0)
    profile = PROFILES[asked.profile]
    with running_parts(profile) as (parts, plant):
        meta = begin_live(plant, TOPIC, profile.parallelism)
        feed = Feed(plant.topics.bootstrap, TOPIC, asked.rate, asked.seconds + WARMING_S)
        seen = Seen(plant, meta)
        feed.start()
        try:
            seen.watch(WARMING_S)
            warm, before = time.perf_counter(), used(parts)
            seen.watch(asked.seconds)
            after = used(parts)
        finally:
            feed.stop()
        seen.watch(3)
        if seen.counts[-1] != len(feed.sent):
            sys.exit(f"{len(feed.sent)} lines sent and {seen.counts[-1]} seen")
    delays = seen.delays_ms(feed.sent, warm)
    found = {name: percentile(delays, share) for name, share in SHARES.items()}
    table(["event to Redis, ms", *found], [[f"{len(delays):,} lines", *found.values()]])
    cores = {name: s / asked.seconds for name, s in spent(before, after).items()}
    rows = [[name, cores[name], after[name].mib] for name in cores]
    table(["at that rate", "cores", "MiB"], rows)
    say(f"{sum(cores.values()):.2f} cores, {sum(use.mib for use in after.values()):,.0f} MiB")
    memory = {name: use.mib for name, use in after.items()}
    keep("latency", {"rate": asked.rate, "ms": found, "cores": cores, "mib": memory,
                     "profile": profile.name})  # fmt: skip


if __name__ == "__main__":
    main()
