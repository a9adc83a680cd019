"""What a bench runs on: Kafka, Flink and Redis of its own in a temporary home, and their meters."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipeline.catalogue.load import load_catalogue
from pipeline.jobs.generations import Plant
from pipeline.local.profiles import LAPTOP, SPLIT_WALL, Profile, choose_profile
from tests.integration.live_plant import cancel_all, plant_on
from tests.integration.real_parts import RealParts

CATALOGUE = load_catalogue()
PROFILES = {"laptop": LAPTOP, "wall": choose_profile("wall"), "split": SPLIT_WALL}
PARTS = ("kafka", "redis", "flink")
WORKERS = "python workers"


@dataclass(frozen=True)
class Use:
    """Of one part: seconds of processor time so far, memory held now (shared pages as a share)."""

    cpu_s: float
    mib: float


@contextmanager
def running_parts(profile: Profile) -> Iterator[tuple[RealParts, Plant]]:
    """Start the parts; end them and forget their home with the block."""
    jars = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        parts = RealParts(home, jars.resolve(), profile)
        try:
            parts.ensure(*PARTS)
            plant = plant_on(parts, home, CATALOGUE)
            yield parts, plant
            cancel_all(plant)
        finally:
            parts.stop()


def used(parts: RealParts) -> dict[str, Use]:
    """Return what each part has used; the TaskManager's Python workers apart."""
    found: dict[str, Use] = {}
    for name, process in parts.processes.items():
        own = psutil.Process(process.pid)
        children = own.children(recursive=True)
        if name == "taskmanager":
            found[name] = _use([own])
            found[WORKERS] = _use(children)
        else:
            found[name] = _use([own, *children])
    return found


def spent(before: dict[str, Use], after: dict[str, Use]) -> dict[str, float]:
    """Return the processor seconds of each part in between; a restarted part begins at 0."""
    return {
        name: use.cpu_s - (before[name].cpu_s if name in before else 0.0)
        for name, use in after.items()
    }


def _use(processes: list[psutil.Process]) -> Use:
    cpu, memory = 0.0, 0
    for process in processes:
        try:
            times = process.cpu_times()
            memory += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
        cpu += times.user + times.system
    return Use(cpu, memory / 2**20)
