"""Waiting: for the services a generation needs, and for the generation to catch up."""

import time
from collections.abc import Callable

from pipeline.errors import DapingError, Refused, ServiceUnavailable
from pipeline.jobs.flink_rest import FlinkRest
from pipeline.jobs.generations import Plant, Recipe
from pipeline.jobs.progress import missing, positions
from pipeline.jobs.specification import job_name
from pipeline.values.streams import GenerationMeta

# A cancelled job's slots come free, and a restarted TaskManager registers, a moment later.
SLOTS_PATIENCE_S = 30.0
LOOK_S = 0.25
NEAR_THE_END = 2_000  # rows


class NoSlots(Refused):
    """Flink answers, but has fewer free slots than the job needs."""


def wait_until_ready(plant: Plant, recipe: Recipe, patience_s: float) -> None:
    """Return once Redis, Kafka with the topic, and free slots in Flink are there.

    Slots are always waited for. With patience a missing topic is made: everything starts together,
    and its source may be later.
    Raises what the missing one said last, ServiceUnavailable or Refused, after `patience_s`.
    """

    def look() -> None:
        plant.snapshots.active()
        if patience_s > 0:
            plant.topics.ensure(recipe.topic)
        plant.topics.end_offsets(recipe.topic)
        need_slots(plant.flink, recipe.parallelism)

    patiently(look, patience_s)


def patiently(look: Callable[[], None], patience_s: float) -> None:
    """Return once `look` raises nothing; raise what it said last after `patience_s`."""
    begun = time.monotonic()
    while True:
        try:
            look()
            return
        except DapingError as fault:
            patience = patience_s
            if isinstance(fault, NoSlots):
                patience = max(patience_s, SLOTS_PATIENCE_S)
            if time.monotonic() - begun >= patience:
                raise
        time.sleep(0.2)


def wait_until_level(plant: Plant, recipe: Recipe, patience_s: float) -> None:
    """Return once the generation that is shown has all but caught up: the cores are its own.

    Raises what was missing last, Refused or ServiceUnavailable, after `patience_s`.
    """

    def look() -> None:
        active = plant.snapshots.active()
        if active is None:
            raise ServiceUnavailable(f"no live job of link {recipe.link} runs: submit it first")
        reached = positions(plant.snapshots, active.stream)
        ends = plant.topics.end_offsets(recipe.topic)
        left = sum(max(0, end - reached.get(p, 0)) for p, end in ends.items())
        if left > NEAR_THE_END:
            raise ServiceUnavailable(f"the live job of link {recipe.link} has {left} rows to go")

    patiently(look, patience_s)


def need_slots(flink: FlinkRest, slots: int) -> None:
    """Raise NoSlots unless the cluster has so many free ones."""
    free = flink.free_slots()
    if free < slots:
        raise NoSlots(
            f"Flink at {flink.url} has {free} free slots and the job needs {slots}: "
            "start a TaskManager or cancel another job"
        )


def still_missing(plant: Plant, meta: GenerationMeta) -> int:
    """Return how many offsets the generation must still pass before it may be believed."""
    reached = positions(plant.snapshots, meta.stream)
    auditor = plant.snapshots.auditor(meta.stream.link)
    return sum(missing(meta, reached, auditor).values())


def wait_until_begun(plant: Plant, meta: GenerationMeta, timeout_s: float) -> None:
    """Return once the generation has counted a row, or its topic has none to count.

    Raises Refused when its job ended, ServiceUnavailable after `timeout_s` with nothing counted.
    """
    until = time.monotonic() + timeout_s
    while not positions(plant.snapshots, meta.stream):
        ends = plant.topics.end_offsets(meta.topic)
        if all(end <= meta.first.get(partition, 0) for partition, end in ends.items()):
            return
        if time.monotonic() > until:
            raise ServiceUnavailable(
                f"{job_name(meta.stream)} counted nothing in {timeout_s:.0f} s: "
                "see its last exception in Flink"
            )
        _refuse_gone(plant, meta)
        time.sleep(LOOK_S)


def wait_until_caught_up(
    plant: Plant, meta: GenerationMeta, say: Callable[[int], None], timeout_s: float
) -> None:
    """Return once the generation has reached its target; `say` hears how much is missing.

    Raises Refused when its job ended, ServiceUnavailable after `timeout_s` without any progress.
    """
    least, since = None, time.monotonic()
    while (rest := still_missing(plant, meta)) > 0:
        if least is None or rest < least:
            least, since = rest, time.monotonic()
        if time.monotonic() - since > timeout_s:
            raise ServiceUnavailable(
                f"{job_name(meta.stream)} made no progress for {timeout_s:.0f} s, {rest} offsets "
                "missing: see its last exception in Flink; `watch` will activate it if it recovers"
            )
        _refuse_gone(plant, meta)
        say(rest)
        time.sleep(LOOK_S)


def _refuse_gone(plant: Plant, meta: GenerationMeta) -> None:
    job = plant.flink.job(job_name(meta.stream))
    if job is not None and job.gone:
        told = plant.flink.health(job.job_id).last_exception
        raise Refused(f"{job.name} is {job.status}: {told}")
