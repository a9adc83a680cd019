"""What somebody injected into a running demo, and when the wall had recovered from it."""

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "duplicates",
    "late",
    "poison",
    "refunds",
    "kill_redis",
    "kill_taskmanager",
    "kill_kafka",
    "kill_clickhouse",
]
BURSTS: tuple[FaultKind, ...] = ("duplicates", "late", "poison", "refunds")
KILLS: tuple[FaultKind, ...] = ("kill_redis", "kill_taskmanager", "kill_kafka", "kill_clickhouse")


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """One fault. `began_ms`: real clock, epoch ms; `took_ms`: until the wall had recovered.

    `messages`: how many a burst has, None for a kill. `took_ms` is None while it has not.
    """

    id: str
    kind: FaultKind
    began_ms: int
    messages: int | None = None
    took_ms: int | None = None
