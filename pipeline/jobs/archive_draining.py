"""Archiving a topic that has an end: read to it, then let the job go."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.errors import Refused, ServiceUnavailable
from pipeline.events import Reader, Rejected
from pipeline.jobs.archive_starting import ArchivePlant
from pipeline.jobs.specification import archive_name
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.streams import LinkGeneration

LOOK_EVERY_S = 0.5
TAIL = 2_000  # messages behind the archive that are looked at one by one
TAIL_S = 10.0
NO_PROGRESS_S = 180.0  # a restart from a checkpoint fits in this


def left_to_archive(plant: ArchivePlant) -> int:
    """Return how many messages of the topic the archive has not reached.

    What is unparseable makes no row: near the end the messages are looked at one by one, since the
    archive never hears of such a last one.
    """
    reached = plant.history.progress(plant.link, plant.topic)
    ends: Mapping[int, int] = plant.topics.end_offsets(plant.topic)
    first = plant.topics.first_offsets(plant.topic)
    places = {p: max(at, reached[p].position if p in reached else 0) for p, at in first.items()}
    left = {p: place for p, place in places.items() if place < ends[p]}
    messages = sum(ends[p] - place for p, place in left.items())
    return messages if messages > TAIL or not left else _rows_in(plant, left, ends)


def _rows_in(plant: ArchivePlant, places: Mapping[int, int], ends: Mapping[int, int]) -> int:
    """Count the messages from `places` to before `ends` that become rows."""
    read = Reader(plant.target.catalogue.shop.currency).read
    waiting, rows = set(places), 0
    until = time.monotonic() + TAIL_S
    reader = plant.topics.consumer(plant.topic, places)
    try:
        while waiting and time.monotonic() < until:
            for message in reader.read(TAIL, LOOK_EVERY_S):
                if message.offset + 1 >= ends[message.partition]:
                    waiting.discard(message.partition)
                if message.offset < ends[message.partition]:
                    found = read(message.value, message.arrived_ms)
                    rows += not (isinstance(found, Rejected) and found.reason == "unparseable")
    finally:
        reader.close()
    if waiting:
        raise ServiceUnavailable(f"Kafka did not give the last messages of {plant.topic} in time")
    return rows


def drain(plant: ArchivePlant, stream: LinkGeneration, say: Callable[[int], None]) -> None:
    """Wait until the archive holds the whole topic, and cancel its job; `say` hears what is left.

    Nothing follows: the archive is then whole to the end of the minute of the last order.
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
    _conclude(plant)


def _conclude(plant: ArchivePlant) -> None:
    """Bring every partition to the end of the topic's last minute.

    A partition alone knows but its own last order, and a minute is whole once something follows it.
    """
    reached = plant.history.progress(plant.link, plant.topic)
    last = max((at.progress_ms for at in reached.values()), default=0)
    end, now = (last // MINUTE_MS + 1) * MINUTE_MS, plant.clock.now_ms()
    whole = {p: replace(at, progress_ms=end, written_ms=now) for p, at in reached.items()}
    plant.history.put_progress(plant.link, plant.topic, whole)
