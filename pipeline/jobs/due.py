"""Why a new generation is due: Redis lost data, the plan changed, or the job is gone."""

from dataclasses import dataclass, field, replace

from pipeline.jobs.flink_rest import ListedJob
from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.progress import positions
from pipeline.jobs.specification import job_name
from pipeline.values.streams import GenerationMeta, LinkGeneration

# A restarted JobManager lists no job until it has recovered them.
ABSENT_MS = 30_000
LOST = "Redis lost the data of the active generation"


@dataclass
class Due:
    """What was seen of one link's generations. `went_back`: those of which Redis lost something."""

    plant: Plant
    recipe: Recipe
    went_back: set[LinkGeneration] = field(default_factory=set)
    _absent_since: dict[LinkGeneration, int] = field(default_factory=dict)
    _seq: dict[LinkGeneration, int] = field(default_factory=dict)

    def why_new(self, meta: GenerationMeta) -> str | None:
        """Return why the active generation must be replaced, None while it need not be."""
        page = self.plant.book.page(self.recipe.link)
        held = self.plant.snapshots.encoded_changes(meta.stream, {}, 0)
        fell = self._fell(meta.stream, held.seq)
        if page.life is None and held.life is not None:
            self.plant.book.write(self.recipe.link, replace(page, life=held.life))
        elif page.life != held.life or fell:
            return LOST
        if (meta.plan, meta.topic) != (self.recipe.catalogue.plan, self.recipe.topic):
            return "the plan or the topic changed"
        job = self.plant.flink.job(job_name(meta.stream))
        if self.gone_for_good(meta.stream, job):
            return f"the job of {meta.stream} is {'gone' if job is None else job.status}"
        counted = positions(self.plant.snapshots, meta.stream)  # first: the log may grow meanwhile
        ends = self.plant.topics.end_offsets(meta.topic)
        if any(ends.get(partition, 0) < at for partition, at in counted.items()):
            return f"topic {meta.topic} was cut off or made again"
        return None

    def _fell(self, stream: LinkGeneration, seq: int) -> bool:
        """Say whether Redis ever came back with less: from an older snapshot the life is the same.

        What it lost stays lost though the job soon writes beyond where it was.
        """
        if seq < self._seq.get(stream, 0):
            self.went_back.add(stream)
        self._seq[stream] = seq
        return stream in self.went_back

    def gone_for_good(self, stream: LinkGeneration, job: ListedJob | None) -> bool:
        """Say whether a job ended, or has not been listed for so long that it will not be."""
        if job is not None:
            self._absent_since.pop(stream, None)
            return job.gone
        since = self._absent_since.setdefault(stream, self.plant.clock.now_ms())
        return self.plant.clock.now_ms() - since >= ABSENT_MS
