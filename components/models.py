"""What the widgets draw: values and words, already chosen and already in the viewer's language."""

from dataclasses import dataclass
from typing import Literal

from components.formats import Number

StateName = Literal["loading", "empty", "live", "stale", "degraded", "error"]
Pieces = tuple[Number | str, ...]  # a line of words and numbers


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in a tile that has nothing to show: the reason, and what to expect."""

    reason: str
    detail: Pieces = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame around a tile's content. `chip` is drawn in stale, degraded and error.

    `kept`: the body is shown though there are no values, as it says something by itself. `hint`:
    all that a short chip says.
    """

    state: StateName
    title: str
    note: str = ""
    chip: Pieces = ()
    message: Message | None = None
    description: str = ""
    kept: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """Sales of a stretch just past; `change` in ppm against the stretch before, with its words.

    `change` is drawn without its sign, beside a triangle.
    """

    amount: Number
    caption: str
    change: Number
    against: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A change against a baseline, drawn without its sign beside a triangle.

    `judged`: in the colour of its direction; plain ink otherwise. `why`: the words beside the dash
    when there is no number; `title` what it is a change of. `name`: of the baseline, where a dash
    alone would not say what is missing.
    """

    number: Number
    judged: bool = True
    why: str = ""
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Against:
    """The hero against one baseline: the change, and the baseline's own value and end."""

    key: str
    delta: Delta
    caption: Pieces


@dataclass(frozen=True, slots=True)
class Hero:
    """`paces` are drawn when there is no history to compare with, `against` otherwise."""

    value: int | None
    pieces: tuple[tuple[str, str], ...]
    text: str
    exact: str
    against: tuple[Against, ...] = ()
    paces: tuple[Pace, ...] = ()


@dataclass(frozen=True, slots=True)
class Kpi:
    """One key figure. `why` stands beside the dash when there is no value, `detail` below it."""

    name: str
    label: str
    number: Number
    state: StateName
    beside: Number | None = None
    why: str = ""
    detail: Pieces = ()
    description: str = ""
    delta: Delta | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a ranking, keyed, at place `index` (0-based). `bar_ppm`: of the longest.

    `move`: places won since the minute before, drawn without its sign. `tick_ppm`: where the
    expected value stands on the bar; `times`: how many times it, and `delta` the change against
    the baseline: each takes the place of `beside`. `title` is said on hover.
    """

    key: str
    index: int
    rank: Number
    name: str
    value: Number
    beside: tuple[Number, ...] = ()
    words: str = ""
    move: Number | None = None
    bar_ppm: int = 0
    tick_ppm: int | None = None
    times: Number | None = None
    delta: Delta | None = None
    title: str = ""
    marks: tuple["Mark", ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One leaf under a row (a warehouse): hollow when nothing was heard of it.

    `alarm`: how many times what is expected, of one that an alert is about.
    """

    key: str
    title: str
    heard: bool
    alarm: Number | None = None


@dataclass(frozen=True, slots=True)
class Slope:
    """Two ranked lists of keys, best first."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    rows: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a share."""

    key: str
    name: str
    value: Number
    share: Number


@dataclass(frozen=True, slots=True)
class Share:
    parts: tuple[Part, ...]
    volume_label: str
    volume: Number


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars by equal steps: `stacks[i]` is part i; `running` the open step."""

    stacks: tuple[tuple[int, ...], ...]
    running: int | None
    places: int
    left: str = ""
    right: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """A table that says what a chart shows: `heads` of all columns, rows by name."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...]], ...]
