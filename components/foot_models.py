"""What the foot, its panel of alerts and the banner of injected faults draw."""

from dataclasses import dataclass
from typing import Literal

from components.models import Pieces


@dataclass(frozen=True, slots=True)
class Notice:
    """A line of the strip at the foot: `tone` quiet | wait | look | act."""

    tone: Literal["quiet", "wait", "look", "act"]
    pieces: Pieces
    title: str = ""


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that was injected into the demo: what it was, and how it ended or that it did not."""

    key: str
    what: Pieces
    end: Pieces
    over: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert: when, what, and how much. `seen`: who acknowledged it and when, "" if nobody."""

    name: str
    severity: Literal["look", "act"]
    time: str
    label: str
    pieces: Pieces
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Alarms:
    """The panel of all alerts; `nothing` stands there without any."""

    title: str
    close: str
    nothing: str
    acknowledge: str
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """`age`: the template with `{s}` that the page fills; without one `pieces` stand there."""

    key: str
    name: str
    bad: bool
    age: str = ""
    pieces: Pieces = ()
    title: str = ""
