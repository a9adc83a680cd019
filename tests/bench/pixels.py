"""From an event to the page: how long until the headline holds a line, at a steady rate.

Run it with `python -m tests.bench.pixels [--rate 2000] [--seconds 60] [--profile wall]`.
The real way whole: Kafka, the live job, Redis, the screen under gunicorn, Chromium. A
MutationObserver notes when the headline's value changes; a line is seen when that value is at least
the sum of all sales sent up to it. (Digits roll on for some tenths of a second; their value is
there at once.) The first seconds, in which the JVM compiles the job, are left out.
"""

import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.jobs.generations import Plant
from pipeline.local.profiles import Profile
from pipeline.values.streams import SourceState
from tests.bench.bench_parts import PROFILES, running_parts
from tests.bench.results import keep, say, table
from tests.bench.serving import served
from tests.bench.steady import Feed, arguments, begin_live, percentile
from tests.bench.watched_page import WatchedPage, watched_page

TOPIC = "orders.pixels"
WARMING_S = 40.0
SETTLING_S = 5.0
SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "worst": 1.0}
OBSERVE = """(() => {
  const digits = document.querySelector('#hero [data-value]');
  window.seen = [[Date.now(), digits.dataset.value]];
  new MutationObserver(() => {
    const now = document.querySelector('#hero [data-value]');
    if (now) window.seen.push([Date.now(), now.dataset.value]);
  }).observe(document.getElementById('hero'), {attributes: true, childList: true, subtree: true});
})()"""


def main() -> None:
    asked = arguments(__doc__, seconds=60.0)
    with running_parts(PROFILES[asked.profile]) as (_, plant):
        meta = begin_live(plant, TOPIC, PROFILES[asked.profile].parallelism)
        plant.snapshots.activate(None, meta.stream)
        feed = Feed(plant.topics.bootstrap, TOPIC, asked.rate, WARMING_S + asked.seconds)
        with telling(plant), screen(plant, PROFILES[asked.profile]) as url, watched_page() as page:
            feed.start()
            try:
                seen = look(page, url, WARMING_S + asked.seconds)
            finally:
                feed.stop()
    offset = time.time() - time.perf_counter()
    begun = feed.sent[0] + WARMING_S
    sent = [(at + offset) * 1000 for at in feed.sent]
    times, values = [at for at, _ in seen], [value for _, value in seen]
    if values[-1] != feed.paid[len(sent) - 1]:
        sys.exit(f"sales of {feed.paid[len(sent) - 1]} cents were sent, the page says {values[-1]}")
    delays = sorted(
        times[bisect_left(values, feed.paid[i])] - sent[i]
        for i, at in enumerate(feed.sent)
        if at >= begun
    )
    found = {name: percentile(delays, share) for name, share in SHARES.items()}
    table(["event to page, ms", *found], [[f"{len(delays):,} lines", *found.values()]])
    say(f"the headline ended at the sum of all sales, {values[-1]:,} cents")
    keep("pixels", {"rate": asked.rate, "ms": found, "profile": asked.profile})


def look(page: WatchedPage, url: str, seconds: float) -> list[tuple[int, int]]:
    """Return when (epoch ms) the headline had which value (cents), to a little after the end."""
    until = time.monotonic() + seconds
    page.open(f"{url}?window=28H&lang=en")
    page.wait("document.querySelector('#hero [data-value]')")
    page.evaluate(OBSERVE)
    time.sleep(max(0.0, until - time.monotonic()) + SETTLING_S)
    return [(int(at), int(value)) for at, value in page.evaluate("window.seen") if value]


@contextmanager
def telling(plant: Plant) -> Iterator[None]:
    """Say every second that a source at real speed is there, as every source does."""
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(1.0):
            now = int(time.time() * 1000)
            plant.snapshots.put_source(SourceState("live", "bench", now, now, 1.0, now, None))

    thread = threading.Thread(target=tell)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def screen(plant: Plant, profile: Profile) -> Iterator[str]:
    """Run the screen as the README's line does; gives its address."""
    own = {"DAPING_REDIS_URL": plant.redis_url, "DAPING_PORT": "{port}"}
    own["DAPING_PROFILE"] = profile.name
    with served("app.wsgi:server", "/healthz", own) as port:
        yield f"http://127.0.0.1:{port}/"


if __name__ == "__main__":
    main()
