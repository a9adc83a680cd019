"""What the analyst's row, calendar and panels draw: words and values already chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Going = Mapping[str, Any]  # what an address gets instead: argument -> value, None takes it away
DayKind = Literal["data", "hole", "outside"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the tool row.

    `go`: the address it leads to; `opens`: the panel it opens; `act`: what the page does itself.
    """

    words: str = ""
    icon: str = ""
    title: str = ""
    go: Going | None = None
    opens: str = ""
    act: str = ""
    pressed: bool | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that belong together, with what they choose."""

    label: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One level drilled into; `go` takes it away."""

    words: str
    go: Going
    title: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the grid. `data`: can be chosen; `hole`: inside history and without data."""

    date: str
    text: str
    kind: DayKind
    title: str
    promotion: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """`blanks`: empty places before the first day (weeks begin on Monday)."""

    key: str
    title: str
    blanks: int
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """All months of history; `shown` is the one the calendar opens with."""

    label: str
    weekdays: tuple[str, ...]
    months: tuple[Month, ...]
    shown: str
    steps: tuple[str, str, str, str]  # a year back, a month back, a month on, a year on
    legend: tuple[tuple[str, str], ...] = ()  # class, words


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form: `kind` is that of an HTML input."""

    name: str
    label: str
    kind: Literal["date", "datetime-local", "checkbox"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One question of the comparing panel; `fields` go into the address when it is sent."""

    name: str
    title: str
    note: str
    fields: tuple[Field, ...]
    send: str


@dataclass(frozen=True, slots=True)
class Changes:
    """`splits`: (dimension, its label); `heads`: own, baseline, difference."""

    title: str
    close: str
    note: str = ""
    heads: tuple[str, ...] = ()
    splits: tuple[tuple[str, str], ...] = ()
    sum: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The dictionary's panel: the page fills `slots` with what /why.json and the recount say."""

    title: str
    close: str
    slots: tuple[tuple[str, str], ...]  # name, label
    recount: str
    cancel: str
    recounted: tuple[tuple[str, str], ...] = ()
    note: str = ""
    export: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    title: str
    close: str
    rows: tuple[tuple[str, str], ...]
