"""Archiving a topic that has an end: read to it, then let the job go."""

import time
from collections.abc import Callable, Mapping

from pipeline.errors import Refused, ServiceUnavailable
from pipeline.jobs.archive_starting import ArchivePlant
from pipeline.jobs.specification import archive_name
from pipeline.values.streams import LinkGeneration

LOOK_EVERY_S = 0.5
NO_PROGRESS_S = 180.0  # a restart from a checkpoint fits in this


def left_to_archive(plant: ArchivePlant) -> int:
    """Return how many messages of the topic the archive has not reached."""
    reached = plant.history.progress(plant.link, plant.topic)
    ends: Mapping[int, int] = plant.topics.end_offsets(plant.topic)
    return sum(
        max(0, end - (reached[p].position if p in reached else 0)) for p, end in ends.items()
    )


def drain(plant: ArchivePlant, stream: LinkGeneration, say: Callable[[int], None]) -> None:
    """Wait until the archive holds the whole topic, and cancel its job; `say` hears what is left.

    Raises Refused when the job ended, ServiceUnavailable after 180 s without progress.
    """
    name = archive_name(stream)
    least, since = None, time.monotonic()
    while (left := left_to_archive(plant)) > 0:
        if least is None or left < least:
            least, since = left, time.monotonic()
        if time.monotonic() - since > NO_PROGRESS_S:
            raise ServiceUnavailable(
                f"{name} made no progress for {NO_PROGRESS_S:.0f} s, {left} messages left: see its "
                "last exception in Flink"
            )
        job = plant.flink.job(name)
        if job is not None and job.gone:
            raise Refused(f"{name} is {job.status}: submit it again")
        say(left)
        time.sleep(LOOK_EVERY_S)
    job = plant.flink.job(name)
    if job is not None and not job.gone:
        plant.flink.cancel(job.job_id)
