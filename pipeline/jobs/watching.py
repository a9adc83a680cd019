"""Watching one link: its job's state once a second, and a new generation when it is needed."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import structlog

from pipeline.errors import DapingError, Refused, ServiceUnavailable
from pipeline.jobs.book import BeingStarted
from pipeline.jobs.due import LOST, Due
from pipeline.jobs.generations import Plant, Recipe, activate, begin, cancel
from pipeline.jobs.specification import job_name
from pipeline.jobs.waiting import still_missing
from pipeline.values.streams import GenerationMeta, JobState, LinkGeneration

LOG = structlog.get_logger()

KEEP_RETIRED_MS = 600_000  # the screens have moved long before; a person may still compare
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 10_000, 120_000


@dataclass
class Watcher:
    """One link. `tick` never raises for a service that is away: it says so and tries again.

    `restore` brings a Redis that lost its data back from the archive: the quick way, so that there
    are numbers until the new generation has caught up. It may fail.
    """

    plant: Plant
    recipe: Recipe
    restore: Callable[[], object] | None = None
    pending: GenerationMeta | None = None
    due: Due = field(init=False)
    _starting: "Future[GenerationMeta] | None" = None
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _pause_ms: int = 0
    _not_before_ms: int = 0
    _last_said: str = ""

    def __post_init__(self) -> None:
        self.due = Due(self.plant, self.recipe)

    def tick(self) -> None:
        """Look once; to be called every second."""
        for step in (self._report, self._take_started, self._look, self._put_away):
            try:
                step()
            except DapingError as fault:
                self._say(f"{step.__name__.strip('_')}: {fault}")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    # -- the state of the job ------------------------------------------------------------

    def _report(self) -> None:
        meta = self._current()
        if meta is None and self.pending is None:
            return
        stream = (meta or self.pending).stream  # type: ignore[union-attr]
        self.plant.snapshots.put_job(self.recipe.link, self._job_state(stream))

    def _job_state(self, stream: LinkGeneration) -> JobState:
        now = self.plant.clock.now_ms()
        try:
            job = self.plant.flink.job(job_name(stream))
            if job is None:
                return JobState(now, None, "ABSENT", 0, None, None)
            health = self.plant.flink.health(job.job_id)
        except ServiceUnavailable as fault:
            return JobState(now, None, "UNREACHABLE", 0, str(fault), None)
        age = None if health.checkpoint_ms is None else max(0, now - health.checkpoint_ms)
        return JobState(now, job.job_id, job.status, health.restarts, health.last_exception, age)

    # -- generations ---------------------------------------------------------------------

    def _current(self) -> GenerationMeta | None:
        """Return the active generation as the book has it: Redis may have forgotten."""
        page = self.plant.book.page(self.recipe.link)
        active = self.plant.snapshots.active()
        if active is not None and active.stream.link == self.recipe.link:
            meta = self.plant.snapshots.meta(active.stream)
            if meta is not None and (page.active is None or page.active.stream != meta.stream):
                # Activated by a `submit` whose book is not ours.
                self.plant.book.write(self.recipe.link, replace(page, active=meta, life=None))
            return meta or page.active
        return page.active

    def _look(self) -> None:
        if self._starting is not None:
            return
        if self.pending is None:
            self.pending = self._discover()
        if self.pending is not None:
            self._follow(self.pending)
            return
        meta = self._current()
        if meta is None:
            return  # nothing was ever submitted: that is a person's decision
        reason = self.due.why_new(meta)
        if reason is not None:
            self._start(reason)

    def _discover(self) -> GenerationMeta | None:
        """Find a generation that someone else submitted and nobody activated yet."""
        link, active = self.recipe.link, self._current()
        for number in reversed(self.plant.snapshots.generations(link)):
            stream = LinkGeneration(link, number)
            if active is not None and number <= active.stream.generation:
                return None
            job = self.plant.flink.job(job_name(stream))
            if job is not None and not job.gone:
                return self.plant.snapshots.meta(stream)
        return None

    def _follow(self, meta: GenerationMeta) -> None:
        job = self.plant.flink.job(job_name(meta.stream))
        if self.due.gone_for_good(meta.stream, job):
            LOG.error("generation lost before it caught up", stream=str(meta.stream))
            self.pending = None
            self._back_off()
            return
        if self.plant.snapshots.meta(meta.stream) is None:
            LOG.error("Redis forgot a generation on its way", stream=str(meta.stream))
            cancel(self.plant, [meta.stream])
            self.pending = None
            return
        active = self.plant.snapshots.active()
        if active is not None and active.stream == meta.stream:
            self.pending = None
            return
        rest = still_missing(self.plant, meta)
        if rest > 0:
            self._say(f"generation {meta.stream} is catching up")
            return
        activate(self.plant, meta)
        LOG.info("generation active", stream=str(meta.stream))
        self.pending, self._pause_ms = None, 0

    def _start(self, reason: str) -> None:
        if self.plant.clock.now_ms() < self._not_before_ms:
            return
        LOG.warning("new generation", reason=reason)
        # A Redis that was empty from the start has a `submit` on its way.
        fell = reason == LOST and bool(self.due.went_back)
        self._starting = self._pool.submit(self._begin, fell)

    def _begin(self, restore: bool) -> GenerationMeta:
        with self.plant.book.turn(self.recipe.link):
            if restore and self.restore is not None:
                try:
                    self.restore()
                except DapingError as fault:
                    LOG.warning("Redis not restored from the archive", fault=str(fault))
            return begin(self.plant, self.recipe)

    def _take_started(self) -> None:
        if self._starting is None or not self._starting.done():
            return
        started, self._starting = self._starting, None
        try:
            self.pending = started.result()
        except BeingStarted as fault:  # found as soon as it is submitted
            self._say(str(fault))
        except Refused as fault:
            self._back_off()
            LOG.error("no new generation", fault=str(fault))
        except ServiceUnavailable as fault:
            self._back_off()
            LOG.warning("no new generation yet", fault=str(fault))

    def _back_off(self) -> None:
        self._pause_ms = min(LONGEST_PAUSE_MS, max(FIRST_PAUSE_MS, 2 * self._pause_ms))
        self._not_before_ms = self.plant.clock.now_ms() + self._pause_ms

    # -- old generations -----------------------------------------------------------------

    def _put_away(self) -> None:
        link = self.recipe.link
        page = self.plant.book.page(link)
        if not page.retired or self._starting is not None:
            return
        cancel(self.plant, (LinkGeneration(link, number) for number, _ in page.retired))
        now = self.plant.clock.now_ms()
        old = [entry for entry in page.retired if now - entry[1] >= KEEP_RETIRED_MS]
        for number, _ in old:
            self.plant.snapshots.drop(LinkGeneration(link, number))
            LOG.info("generation dropped", stream=f"{link}:{number}")
        if old:
            kept = tuple(entry for entry in page.retired if entry not in old)
            self.plant.book.write(link, replace(self.plant.book.page(link), retired=kept))

    def _say(self, text: str) -> None:
        """Log a state once, not once a second."""
        if text != self._last_said:
            self._last_said = text
            LOG.warning(text)
