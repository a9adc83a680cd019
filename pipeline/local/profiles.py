"""Two sizes of the embedded parts, chosen by the memory and the cores of the machine."""

import os
from dataclasses import dataclass, replace
from typing import Literal

import psutil

GIB = 1024**3
WALL_FROM_BYTES = 16 * GIB


@dataclass(frozen=True)
class Profile:
    """Memory of each part in MiB, and how many ways a job is split."""

    name: str
    parallelism: int
    slots: int
    task_manager_mib: int
    job_manager_mib: int
    broker_heap_mib: int
    redis_mib: int
    clickhouse_mib: int


# Twice as many slots as the live job needs (a new generation runs beside the old one until it has
# caught up) and one for the archive job.
LAPTOP = Profile("laptop", 1, 3, 2560, 768, 384, 512, 1024)
WALL = Profile("wall", 1, 3, 4096, 1024, 768, 2048, 2048)
# A second way makes a job faster only where it has cores of its own (measured: docs/design.md).
SPLIT_FROM_CORES = 4
SPLIT_WALL = replace(WALL, parallelism=2, slots=5)


def choose_profile(
    asked: Literal["auto", "laptop", "wall"],
    memory_bytes: int | None = None,
    cores: int | None = None,
) -> Profile:
    """Return the profile asked for; `auto` takes the wall from 16 GiB of memory up."""
    if asked == "auto":
        total = psutil.virtual_memory().total if memory_bytes is None else memory_bytes
        # Firmware keeps some of the memory that was bought.
        asked = "wall" if total >= WALL_FROM_BYTES * 0.95 else "laptop"
    if asked == "laptop":
        return LAPTOP
    usable = len(os.sched_getaffinity(0)) if cores is None else cores
    return SPLIT_WALL if usable >= SPLIT_FROM_CORES else WALL
