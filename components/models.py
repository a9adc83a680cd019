"""What the widgets draw: values and words, already chosen and already in the viewer's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
class Burst:
    """Words of a known burst: where it starts (x) and what it is called."""

    x: int
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The main chart. x = minutes since opening; money in cents.

    `height`: design px above the time axis, on the flattest screen the chart is drawn on.
    `first` is the x of values[0]; the values are complete minutes. `now` is the x of the source's
    clock (None once the window is closed); `hole` says that the data ends well before it.
    `ticks`: (x, text, strong).
    """

    start: int
    end: int
    first: int
    values: Sequence[int]
    now: int | None = None
    now_text: str = ""
    hole: str = ""
    ticks: Sequence[tuple[int, str, bool]] = ()
    edges: Sequence[int] = ()
    bursts: Sequence[Burst] = ()
    near: int = 30  # x after a burst's start that still belong to it
    clock_texts: Mapping[int, str] = field(default_factory=dict)
    lang: str = "en"
    symbol: str = ""
    exponent: int = 2
    late: bool = False
    baseline: "Curve | None" = None
    other: "Curve | None" = None
    lead: "Lead | None" = None
    own_name: str = ""
    band_name: str = ""
    height: int = 366


@dataclass(frozen=True, slots=True)
class Curve:
    """A baseline on the axis of the main chart: cents per minute from x = `first` on.

    `smooth` is the drawn line (mean of 7), `low` and `high` the band; `sums` the running sum.
    `edges`: the indexes that no line or band reaches across, 0 among them.
    """

    name: str
    first: int
    smooth: Sequence[int]
    low: Sequence[int]
    high: Sequence[int]
    sums: Sequence[int]
    edges: Sequence[int] = (0,)


@dataclass(frozen=True, slots=True)
class Lead:
    """How far ahead in time: from where the own sum stands to where the baseline reaches it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Readout:
    """A column of text beside the chart.

    `notes`: (what kind of line, the line); `check` and `triangle-alert` are verdicts, `lead` how
    far ahead in time.
    """

    label: str
    value: Number
    notes: tuple[tuple[str, Pieces], ...] = ()
    accent: bool = False


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
