"""Watching the archive job of a link: when it is gone for good it is submitted again."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from pipeline.errors import DapingError
from pipeline.jobs.archive_starting import ArchivePlant, begin_archive
from pipeline.jobs.book import archive_page
from pipeline.jobs.specification import archive_name

if TYPE_CHECKING:
    from pipeline.values.streams import LinkGeneration

LOG = structlog.get_logger()

LOOK_EVERY_MS = 5_000
# A restarted JobManager lists no job until it has recovered them.
ABSENT_MS = 30_000
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 10_000, 120_000


@dataclass
class ArchiveWatcher:
    """One link. `tick` never raises for a service that is away: it says so and tries again."""

    plant: ArchivePlant
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _starting: "Future[LinkGeneration] | None" = None
    _absent_since: int | None = None
    _not_before_ms: int = 0
    _pause_ms: int = 0
    _last_said: str = ""

    def tick(self) -> None:
        """Look, if it is time; may be called as often as one likes."""
        if self._starting is not None:
            self._take_started(self._starting)
            return
        now = self.plant.clock.now_ms()
        if now < self._not_before_ms:
            return
        self._not_before_ms = now + LOOK_EVERY_MS
        try:
            lost = self._gone_for_good(now)
        except DapingError as fault:
            self._say(str(fault))
            return
        if lost:
            LOG.warning("archive job is gone: submitting it again", link=self.plant.link)
            self._starting = self._pool.submit(begin_archive, self.plant)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _gone_for_good(self, now_ms: int) -> bool:
        meta = self.plant.book.page(archive_page(self.plant.link)).active
        if meta is None or meta.topic != self.plant.topic:
            return False  # never submitted for this topic: that is `submit archive`'s work
        job = self.plant.flink.job(archive_name(meta.stream))
        if job is not None:
            self._absent_since = None
            if not job.gone:
                self._pause_ms = 0
            return job.gone
        if self._absent_since is None:
            self._absent_since = now_ms
        return now_ms - self._absent_since >= ABSENT_MS

    def _take_started(self, starting: "Future[LinkGeneration]") -> None:
        if not starting.done():
            return
        self._starting, self._absent_since = None, None
        self._pause_ms = min(LONGEST_PAUSE_MS, max(FIRST_PAUSE_MS, 2 * self._pause_ms))
        self._not_before_ms = self.plant.clock.now_ms() + self._pause_ms
        try:
            starting.result()
        except DapingError as fault:
            LOG.warning("archive job not submitted yet", fault=str(fault))

    def _say(self, text: str) -> None:
        """Log a state once, not every time."""
        if text != self._last_said:
            self._last_said = text
            LOG.warning(text)
