"""Two sizes of the embedded parts, chosen by the memory of the machine."""

from dataclasses import dataclass
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
WALL = Profile("wall", 2, 5, 4096, 1024, 768, 2048, 2048)


def choose_profile(
    asked: Literal["auto", "laptop", "wall"], memory_bytes: int | None = None
) -> Profile:
    """Return the profile asked for; `auto` takes the wall from 16 GiB of memory up."""
    if asked == "auto":
        total = psutil.virtual_memory().total if memory_bytes is None else memory_bytes
        # Firmware keeps some of the memory that was bought.
        return WALL if total >= WALL_FROM_BYTES * 0.95 else LAPTOP
    return LAPTOP if asked == "laptop" else WALL
