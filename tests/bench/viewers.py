"""How many viewers one core serves, beside a raw route with the same bytes.

Run it with `python -m tests.bench.viewers [--viewers 800] [--seconds 20]`. The screen plays
recorded frames, one a second, and is held to one core; the viewers have the other. Each asks once a
second over its own connection for what changed since its last answer, a sixth of them for each of
three windows in two languages. Then both servers are asked as fast as they answer. Prints answers a
second, processor time an answer, delays, and bytes of a tick beside those of a full view.
"""

import argparse
import asyncio
import gzip
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.bench.results import keep, say, table
from tests.bench.serving import served
from tests.bench.steady import percentile
from tests.bench.watched_page import playing

CHOICES = tuple(product(("4H", "24H", "28H"), ("zh", "en")))
WARMING_S = 6.0
ASKING = 32  # connections that ask as fast as they are answered
ANSWER_S = 10.0


@dataclass
class Answers:
    """What the viewers got: delays and sizes on the wire of all answers but the first of each."""

    delays_ms: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    counting: bool = False
    again: int = 0


class Viewer:
    """One connection that follows one view."""

    def __init__(self, port: int, path: str, answers: Answers) -> None:
        self._port = port
        self._path = path
        self._answers = answers
        self._since = ""

    async def follow(self, pause_s: float, first_s: float, until: float) -> None:
        """Ask every `pause_s`, at once when it is 0, until an instant of the loop's clock."""
        await asyncio.sleep(first_s)
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        due, first = time.monotonic(), True
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                head, body = await asyncio.wait_for(self._ask(reader, writer), ANSWER_S)
            except (ConnectionError, asyncio.IncompleteReadError):  # let go of: as a browser does
                self._answers.again += 1
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                continue
            if first:
                self._answers.full.append(len(body))
            elif self._answers.counting:
                self._answers.delays_ms.append(1000 * (time.monotonic() - began))
                self._answers.sizes.append(len(body))
            first, self._since = False, _etag(head)
            due = max(due + pause_s, time.monotonic())
            await asyncio.sleep(due - time.monotonic())
        writer.close()

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[bytes, bytes]:
        since = f"&since={self._since}" if self._since else ""
        asked = (
            f"GET {self._path}{since} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
        )
        writer.write(asked.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{self._path}: {head[:200]!r}")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return head, await reader.readexactly(int(length))


def raw(environ: dict[str, object], start_response: object) -> list[bytes]:
    """The route beside it: the same bytes, and nothing else. A WSGI application."""
    body = Path(os.environ["RAW_BODY"]).read_bytes() if not _BODY else _BODY[0]
    _BODY[:] = [body]
    head = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("200 OK", head)  # type: ignore[operator]
    return [body]


_BODY: list[bytes] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=800)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with playing(rate=1) as url:
        port = int(urlsplit(url).port or 0)
        servers = held_to(0)
        steady, used = watched(port, servers, asked.viewers, asked.seconds, 1.0)
        fast, used_fast = watched(port, servers, ASKING, asked.seconds / 2, 0.0)
    delta = int(percentile(sorted(steady.sizes), 0.5))
    with raw_route(delta) as port:
        plain, used_plain = watched(port, held_to(0), ASKING, asked.seconds / 2, 0.0)
    rows = [
        _row(f"{asked.viewers:,} viewers at 1 Hz", steady, used, asked.seconds),
        _row("as fast as it goes", fast, used_fast, asked.seconds / 2),
        _row(f"raw route, {delta:,} bytes", plain, used_plain, asked.seconds / 2),
    ]
    table(["one core", "answers/s", "core", "us/answer", "p50 ms", "p99 ms"], rows)
    ratio = (len(fast.delays_ms) / used_fast) / (len(plain.delays_ms) / used_plain)
    full = int(percentile(sorted(steady.full), 0.5))
    a_second = len(fast.delays_ms) / used_fast
    say(f"{a_second:,.0f} answers a core-second, {ratio:.2f} of the raw route")
    say(f"{steady.again} connections of {asked.viewers} were made again")
    say(f"a tick: p50 {delta:,} bytes packed, {delta / full:.1%} of the full view's {full:,}")
    keep("viewers", {"rows": rows, "to_raw": ratio, "tick_bytes": delta, "full_bytes": full})


def held_to(core: int) -> list[psutil.Process]:
    """Hold the servers we started to one core and ourselves to the others; return them."""
    own = psutil.Process()
    servers = [p for p in own.children(recursive=True) if "gunicorn" in " ".join(p.cmdline())]
    for server in servers:
        for thread in server.threads():
            os.sched_setaffinity(thread.id, {core})
    others = set(range(psutil.cpu_count() or 1)) - {core}
    if others:
        os.sched_setaffinity(0, others)
    return servers


def watched(
    port: int, servers: list[psutil.Process], viewers: int, seconds: float, pause_s: float
) -> tuple[Answers, float]:
    """Return what so many viewers got in so many seconds, and the servers' processor seconds."""
    answers = Answers()

    async def all_of_them() -> float:
        until = time.monotonic() + WARMING_S + seconds
        paths = [f"/view.json?window={w}&lang={lang}&theme=dark" for w, lang in CHOICES]
        tasks = [
            asyncio.create_task(
                Viewer(port, paths[i % len(paths)], answers).follow(
                    pause_s, WARMING_S / 2 * i / viewers, until
                )
            )
            for i in range(viewers)
        ]
        await asyncio.sleep(WARMING_S)
        answers.counting, before = True, _spent(servers)
        await asyncio.sleep(seconds)
        answers.counting, after = False, _spent(servers)
        await asyncio.gather(*tasks)
        return after - before

    return answers, asyncio.run(all_of_them())


@contextmanager
def raw_route(size: int) -> Iterator[int]:
    """Serve so many bytes by the same server with nothing of ours; gives its port."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(gzip.compress(os.urandom(size))[:size])
        body.flush()
        with served("tests.bench.viewers:raw", "/", {"RAW_BODY": body.name}) as port:
            yield port


def _etag(head: bytes) -> str:
    return head.lower().partition(b"etag: ")[2].partition(b"\r\n")[0].decode().strip('w/"')


def _spent(servers: list[psutil.Process]) -> float:
    return sum(t.user + t.system for t in (server.cpu_times() for server in servers))


def _row(name: str, found: Answers, used: float, seconds: float) -> list[object]:
    count = len(found.delays_ms)
    delays = [percentile(sorted(found.delays_ms), share) for share in (0.5, 0.99)]
    return [name, count / seconds, used / seconds, 1e6 * used / count, *delays]


if __name__ == "__main__":
    main()
