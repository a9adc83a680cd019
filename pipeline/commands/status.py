"""What `services status` knows: the parts of this machine, and what Redis, ClickHouse and the
screen say of the orders. Whatever does not answer is a line of its own, never an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import orjson

from pipeline.catalogue.load import load_catalogue
from pipeline.clock import SystemClock
from pipeline.commands.status_screen import ScreenStanding, fetch, screen_standing, screen_url
from pipeline.errors import DapingError
from pipeline.local.layout import Layout
from pipeline.local.lock import holder
from pipeline.local.run_file import read_run_file
from pipeline.local.standing import PartStanding, standings
from pipeline.settings import Settings
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.promotions import load_promotions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.streams import AdapterState, AuditorState, JobState, SourceState

REDIS_S = 1.0
Found = TypeVar("Found")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Archive:
    """How far the archive job is: messages taken, and those of the topic it has not (None: nobody
    tells where the topic ends); event time reached."""

    taken: int
    behind: int | None
    progress_ms: int | None
    closed_days: int


@dataclass(frozen=True)
class Status:
    """All of it. `supervisor`: what runs here (demo, services) and its pid; None: nothing does.

    `faults`: what did not answer, and why, by name.
    """

    now_ms: int
    home: str
    supervisor: tuple[str, int] | None
    left_behind: bool
    run: Document
    topic: str
    parts: tuple[PartStanding, ...]
    generation: str | None
    job: JobState | None
    source: SourceState | None
    auditor: AuditorState | None
    adapter: AdapterState | None
    archive: Archive | None
    screen: ScreenStanding | None
    screen_url: str
    faults: Mapping[str, str]

    def json(self) -> bytes:
        """Return it as one JSON document: integers, epoch ms, seconds; null for what is unknown."""
        return orjson.dumps(asdict(self), option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2)


class _Asking:
    """Asks one thing after the other and remembers who did not answer."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def __call__(self, name: str, ask: Callable[[], Found]) -> Found | None:
        if name in self.faults:
            return None
        try:
            return ask()
        except DapingError as fault:
            self.faults[name] = str(fault)
            return None


def look(settings: Settings, get: Callable[[str], bytes] | None = None) -> Status:
    """Ask everybody once, each for a second or two; `get` is how the screen is asked."""
    layout = Layout(settings.home.resolve())
    held, run = holder(layout.lock_file), read_run_file(layout.run_file)
    ours = {} if held is None else run
    asking = _Asking()
    redis = asking("redis", lambda: _redis(settings)) if held or settings.redis_url else None
    active = asking("redis", redis.active) if redis else None
    link = settings.link if active is None else active.stream.link
    auditor = asking("redis", lambda: redis.auditor(link)) if redis else None
    with_history = held or settings.clickhouse_url
    return Status(
        now_ms=SystemClock().now_ms(),
        home=str(layout.home),
        supervisor=None if held is None else (held.what, held.pid),
        left_behind=held is None and bool(run),
        run={k: v for k, v in ours.items() if k in ("profile", "config", "database")},
        topic=settings.orders_topic,
        parts=standings(ours),
        generation=None if active is None else str(active.stream),
        job=asking("redis", lambda: redis.job(link)) if redis else None,
        source=asking("redis", redis.source) if redis else None,
        auditor=auditor,
        adapter=asking("redis", lambda: redis.adapter(link)) if redis else None,
        archive=asking("clickhouse", lambda: _archive(settings, link, auditor))
        if with_history
        else None,
        screen=asking("screen", lambda: screen_standing(screen_url(settings), get or fetch)),
        screen_url=screen_url(settings),
        faults=asking.faults,
    )


def _redis(settings: Settings) -> RedisSnapshots:
    catalogue = load_catalogue(settings.shop_folder)
    return RedisSnapshots(settings.endpoint("redis_url"), catalogue, REDIS_S)


def _archive(settings: Settings, link: str, auditor: AuditorState | None) -> Archive:
    catalogue = load_catalogue(settings.shop_folder)
    trading = TradingTime(
        Zone(catalogue.shop.zone), catalogue.windows, load_promotions(settings.shop_folder)
    )
    history = ClickHouseHistory(
        settings.endpoint("clickhouse_url"), settings.history_database, catalogue, trading
    )
    positions = history.progress(link, settings.orders_topic)
    ends = {p.partition: p for p in auditor.partitions} if auditor else {}
    taken = sum(at.position for at in positions.values())
    behind = sum(
        max(0, end.end - (positions[number].position if number in positions else end.first))
        for number, end in ends.items()
    )
    reached = [at.progress_ms for at in positions.values()]
    return Archive(
        taken, behind if ends else None, min(reached, default=None), len(history.days(link))
    )
