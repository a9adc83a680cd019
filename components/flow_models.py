"""What the main chart draws: values and words, chosen and in the viewer's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.formats import Number
from components.models import Pieces


@dataclass(frozen=True, slots=True)
class Burst:
    """Words of a known burst: where it starts (x) and what it is called."""

    x: int
    name: str


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
    baseline: Curve | None = None
    other: Curve | None = None
    lead: Lead | None = None
    own_name: str = ""
    band_name: str = ""
    height: int = 366


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
