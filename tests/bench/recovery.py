"""kill -9 of the TaskManager at a steady rate: how long until the numbers are fresh again.

Run it with `python -m tests.bench.recovery [--rate 2000] [--rounds 2] [--profile wall]`.
The TaskManager is started again at once, as the supervisor does. `registered`: the JobManager knows
the new one; `writing`: the first new cell after the kill; `fresh`: less than a second's lines
behind. Fails when a line is lost or doubled.
"""

import sys
import time

from tests.bench.bench_parts import PROFILES, running_parts
from tests.bench.results import keep, say, table
from tests.bench.steady import Feed, Seen, arguments, begin_live

TOPIC = "orders.killed"
WARMING_S = 35.0
BETWEEN_S = 20.0
LIMIT_S = 120.0


def main() -> None:
    asked = arguments(__doc__, rounds=2)
    profile = PROFILES[asked.profile]
    rounds: list[dict[str, float]] = []
    with running_parts(profile) as (parts, plant):
        meta = begin_live(plant, TOPIC, profile.parallelism)
        longest = WARMING_S + asked.rounds * (BETWEEN_S + LIMIT_S)
        feed, seen = Feed(plant.topics.bootstrap, TOPIC, asked.rate, longest), Seen(plant, meta)
        feed.start()
        try:
            seen.watch(WARMING_S)
            for _ in range(asked.rounds):
                killed, count = time.perf_counter(), seen.look()
                parts.kill("taskmanager")
                parts.restart("taskmanager")
                back = time.perf_counter() - killed
                rounds.append(
                    {"registered": back, **_follow(feed, seen, killed, count, asked.rate)}
                )
                say(str(rounds[-1]))
                seen.watch(BETWEEN_S)
        finally:
            feed.stop()
        seen.watch(10)
        if seen.counts[-1] != len(feed.sent):
            sys.exit(f"{len(feed.sent)} lines sent and {seen.counts[-1]} seen")
    rows = [[f"kill {i + 1}", *one.values()] for i, one in enumerate(rounds)]
    table(["seconds after the kill", *rounds[0]], rows)
    keep("recovery", {"rate": asked.rate, "profile": profile.name, "rounds": rounds})


def _follow(feed: Feed, seen: Seen, killed: float, count: int, rate: int) -> dict[str, float]:
    """Look until the numbers are fresh; catching up is measured from the first new cell."""
    writing, behind = 0.0, 0
    while True:
        found = seen.look()
        now = time.perf_counter() - killed
        if now > LIMIT_S:
            sys.exit(f"still {len(feed.sent) - found} lines behind {now:.0f} s after the kill")
        if not writing and found > count:
            writing, behind = now, found
        if writing and len(feed.sent) - found < rate:
            caught = (found - behind) / max(now - writing, 1e-9)
            return {
                "writing": writing, "fresh": now, "lines/s": caught, "to the rate": caught / rate
            }  # fmt: skip
        time.sleep(0.02)


if __name__ == "__main__":
    main()
