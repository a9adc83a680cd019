"""What an analyst asks for, read from a request's arguments; the odd is refused by name. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from app.analyst import drilling
from app.analyst.local_times import read_date, read_minute, written
from app.answers import BadArgument
from app.comparing import Kind
from app.ids import BASELINES, SPECIAL
from pipeline.catalogue.model import Catalogue
from pipeline.trading.windows import MINUTES_OF_A_DAY

RANGE = "range"
VERSUS: Final = "versus"
STEPS = (1, 10, 60)
LONGEST = 31 * MINUTES_OF_A_DAY
COARSER = ((7 * MINUTES_OF_A_DAY, 60), (2 * MINUTES_OF_A_DAY, 10))  # longer than, least step
HISTORY_ONLY = frozenset((
    "date", "weekday", "versus", "from", "to", "yoy_from", "yoy_to", "mom_from", "mom_to",
    "at", "step", "cursor", "drill", "gen", "as_of",
))  # fmt: skip
LAST: Final = "last"  # the last day with data, for `date`
SHARED = ("window", "baseline", "lang", "theme")
A_DATE = ("YYYY-MM-DD, 1970 to 2100", LAST)
A_MOMENT = ("YYYY-MM-DDTHH:MM, the shop's clock, 1970 to 2100",)
DIGITS = 15

Query = Mapping[str, Sequence[str]]
Minutes = tuple[int, int]  # local minutes, the second exclusive
T = TypeVar("T")


@dataclass(frozen=True)
class Ask:
    """One stretch of history and how it is looked at; all moments are local minutes.

    `day` or `span` is set. `window`: of the day, `special`, or `range`. `at`: the last minute seen.
    `cursor`: minutes after the start of `window`. `steps`: the drill, in the order it was made;
    `only` is what it comes to. `gen`, `as_of`: what a permalink remembers.
    """

    day: date | None
    span: Minutes | None
    window: str
    baseline: str = BASELINES[0]
    weekday: bool = False
    versus: date | None = None
    yoy: Minutes | None = None
    mom: Minutes | None = None
    at: int | None = None
    step: int = 1
    cursor: int | None = None
    steps: tuple[tuple[str, str], ...] = ()
    only: drilling.Only = ()
    gen: int | None = None
    as_of: int | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The comparisons to be made."""
        return (VERSUS,) if self.versus else ("yoy", "mom")

    def normalised(self) -> dict[str, Any]:
        """Return the arguments that ask for exactly this; what is at its default is there too."""
        said: dict[str, Any] = {"date": self.day.isoformat()} if self.day else {}
        for name, minutes in (("", self.span), ("yoy_", self.yoy), ("mom_", self.mom)):
            if minutes:
                said[f"{name}from"], said[f"{name}to"] = map(written, minutes)
        said |= {"window": self.window, "baseline": self.baseline, "step": str(self.step)}
        more = {
            "weekday": "1" if self.weekday else None,
            "versus": self.versus and self.versus.isoformat(),
            "at": None if self.at is None else written(self.at),
            "cursor": self.cursor,
            "drill": [f"{dimension}:{key}" for dimension, key in self.steps] or None,
            "gen": self.gen,
            "as_of": self.as_of,
        }
        texts = {name: str(v) if isinstance(v, int) else v for name, v in more.items()}
        return said | {name: text for name, text in texts.items() if text is not None}


def is_history(query: Query) -> bool:
    """Say whether a request is about the past."""
    return not HISTORY_ONLY.isdisjoint(query)


def read_ask(catalogue: Catalogue, query: Query) -> Ask:
    """Read the arguments of a history; raises BadArgument. Those of other matters are not seen.

    `periods.check_inside` says whether `at` and `cursor` lie in it.
    """
    day = _one(query, "date", read_date, A_DATE)
    span = _minutes(query, "")
    if (day is None) == (span is None):
        raise BadArgument("date" if day is None else "from", ("date", "from and to, without date"))
    of_a_day = (catalogue.shop.default_window, *catalogue.windows, SPECIAL)
    windows = of_a_day if day else (RANGE,)
    window = choice(query, "window", windows)
    yoy, mom = _minutes(query, "yoy_"), _minutes(query, "mom_")
    for name, explicit in (("yoy_from", yoy), ("mom_from", mom)):
        if explicit and day:
            raise BadArgument(name, ("only with from and to",))
    steps, only = _drill(catalogue, query)
    return Ask(
        day=day,
        span=span,
        window=window,
        baseline=choice(query, "baseline", BASELINES),
        weekday=choice(query, "weekday", ("0", "1")) == "1",
        versus=_one(query, "versus", read_date, A_DATE[:1]),
        yoy=yoy,
        mom=mom,
        at=_one(query, "at", read_minute, A_MOMENT),
        step=_step(query, span),
        cursor=number(query, "cursor"),
        steps=steps,
        only=only,
        gen=number(query, "gen"),
        as_of=number(query, "as_of"),
    )


def choice(query: Query, name: str, allowed: Sequence[str]) -> str:
    """Return an argument that is one of `allowed`, the first without it; raises BadArgument."""
    given = query.get(name) or [allowed[0]]
    if len(given) != 1 or given[0] not in allowed:
        raise BadArgument(name, tuple(dict.fromkeys(allowed)))
    return given[0]


def number(query: Query, name: str) -> int | None:
    """Return a whole number of up to 15 digits, None without it; raises BadArgument."""

    def read(text: str) -> int | None:
        fits = text.isascii() and text.isdigit() and len(text) <= DIGITS
        return int(text) if fits else None

    return _one(query, name, read, (f"0 to {'9' * DIGITS}",))


def refuse_strangers(query: Query, allowed: Sequence[str]) -> None:
    """Raise BadArgument for an argument that means nothing here."""
    known = HISTORY_ONLY.union(allowed, SHARED)
    for name in query:
        if name not in known:
            raise BadArgument(name[:64], tuple(sorted(known)))


def _one(
    query: Query, name: str, read: Callable[[str], T | None], allowed: Sequence[str]
) -> T | None:
    given = query.get(name)
    if not given:
        return None
    found = read(given[0]) if len(given) == 1 else None
    if found is None:
        raise BadArgument(name, allowed)
    return found


def _minutes(query: Query, prefix: str) -> Minutes | None:
    names = (f"{prefix}from", f"{prefix}to")
    start, end = (_one(query, name, read_minute, A_MOMENT) for name in names)
    if start is None and end is None:
        return None
    for name, moment in zip(names, (start, end), strict=True):
        if moment is None:
            raise BadArgument(name, A_MOMENT)
    if start is None or end is None or not 0 < end - start <= LONGEST:
        raise BadArgument(names[1], (f"after {names[0]}, at most 31 days",))
    return start, end


def _step(query: Query, span: Minutes | None) -> int:
    """Return minutes of a point; long ranges are never drawn finer than can be seen."""
    asked = int(choice(query, "step", tuple(map(str, STEPS))))
    length = span[1] - span[0] if span else 0
    return max(asked, next((step for longer, step in COARSER if length > longer), 1))


def _drill(catalogue: Catalogue, query: Query) -> tuple[tuple[tuple[str, str], ...], drilling.Only]:
    given = query.get("drill", ())
    if len(given) > drilling.STEPS_LIMIT:
        raise BadArgument("drill", (f"at most {drilling.STEPS_LIMIT} steps",))
    try:
        steps = tuple(dict.fromkeys(drilling.read_step(catalogue, text) for text in given))
        return steps, drilling.resolved(catalogue, steps)
    except drilling.NotDrillable as fault:
        raise BadArgument("drill", fault.allowed) from fault
