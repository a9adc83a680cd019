"""What the supervisor knows of a part: how it is started and how to tell that it works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path


class Restart(Enum):
    """What becomes of a part that has ended by itself."""

    ALWAYS = "always"
    ON_FAILURE = "on failure"  # ending with code 0 is its natural end


class Stage(IntEnum):
    """The order in which parts are stopped: the highest first."""

    STORE = 0
    CLUSTER = 1
    COMMAND = 2


def nothing_to_prepare() -> None:
    return None


@dataclass(frozen=True)
class Part:
    """One process. `command()` is asked at every start, so that a restart can differ.

    `needs` names the parts that must be healthy before the first start; one that `ends` by itself
    is there once it has ended well. `waits_s`: how long it leaves the cores to others then.
    `healthy` is asked from the supervisor's own thread and must answer within about a second; None
    means that running is enough. `port` is the one that must be free before a start.
    """

    name: str
    command: Callable[[], tuple[str, ...]]
    log: Path
    working: Path
    healthy: Callable[[], bool] | None = None
    port: int | None = None
    needs: tuple[str, ...] = ()
    waits_s: float = 0.0
    stage: Stage = Stage.STORE
    environment: Mapping[str, str] = field(default_factory=dict)
    niceness: int = 0
    prepare: Callable[[], None] = nothing_to_prepare
    restart: Restart = Restart.ALWAYS
    start_limit_s: float = 60.0
    stop_limit_s: float = 4.0
    ends: bool = False
    run_limit_s: float | None = None  # for a part that is to end by itself
