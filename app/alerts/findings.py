"""What a rule finds of complete minutes: out, back again, or nothing to be judged. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.alerts.stretches import Stretch, Today, stretch
from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.model import Metric
from pipeline.rollup.arithmetic import ratio
from pipeline.rollup.baseline import Base
from pipeline.rollup.comparing import ratio_to
from pipeline.trading.windows import MinuteRange


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule about one key (None: the whole). `out` raises an alert, `back` clears one.

    `value` and `expected` in the metric's unit; `ratio` in ppm; `limit`: the edge that it is
    beyond, in ppm of what is expected or in the metric's unit; of an age in seconds. `weighed`:
    enough was at stake to say anything.
    """

    rule: AlertRule
    key: str | None
    out: bool
    back: bool
    value: int | None = None
    expected: int | None = None
    ratio: int | None = None
    limit: int | None = None
    weighed: bool = True


def findings(
    rule: AlertRule, metric: Metric, today: Today, base: Base | None, end: int
) -> Iterator[Finding]:
    """Judge the complete minutes before `end` (epoch), those of each key that can be judged."""
    out = stretch(rule, metric, today, base, MinuteRange(end - rule.minutes, end))
    back = stretch(rule, metric, today, base, MinuteRange(end - rule.clear_minutes, end))
    if out is None or back is None:
        return
    returned = {key: _back(rule, metric, *sums) for key, *sums in _sums(back)}
    # Where the whole is beyond the same edge, a key is not the news.
    general = _beyond(rule, metric, *out.whole()) if rule.dimension is not None else None
    for key, values, against in out.columns():
        edge = _beyond(rule, metric, values, against)
        over = returned.get(key, False)  # what is over already calls nobody
        news = edge is not None and edge != general and not over
        value, usual = sum(values), sum(against)
        level = _level(rule, metric, value, usual)
        banded = rule.kind == "band"
        yield Finding(
            rule,
            key,
            out=news,
            back=over,
            value=value if banded else level,
            expected=usual if banded else None,
            ratio=level if banded else None,
            limit=edge,
            weighed=usual >= max(rule.floor, 1),
        )


def _sums(held: Stretch) -> Iterator[tuple[str | None, int, int]]:
    for key, values, against in held.columns():
        yield key, sum(values), sum(against)


def _level(rule: AlertRule, metric: Metric, value: int, against: int) -> int | None:
    """Return what the edges are held against: times what is expected, or the metric itself."""
    if rule.kind == "band":
        return ratio_to(value, against)
    return value if metric.denominator is None else ratio(value, against, metric.unit)


def _beyond(
    rule: AlertRule, metric: Metric, values: Sequence[int], against: Sequence[int]
) -> int | None:
    """Return the edge that the minutes are beyond; None inside, or where too little is at stake."""
    if sum(against) < max(rule.floor, 1):
        return None
    edge = _edge(rule, _level(rule, metric, sum(values), sum(against)))
    if edge is None or rule.over == "sum":
        return edge
    each = (_level(rule, metric, v, a) for v, a in zip(values, against, strict=True))
    return edge if all(_edge(rule, level) == edge for level in each) else None


def _edge(rule: AlertRule, level: int | None) -> int | None:
    if level is None:
        return None
    if rule.low is not None and level < rule.low:
        return rule.low
    return rule.high if rule.high is not None and level > rule.high else None


def _back(rule: AlertRule, metric: Metric, value: int, against: int) -> bool:
    """Say whether it is well inside again, or so little is at stake that nobody could say more.

    Half the floor, so that a baseline around the floor does not clear what it raises again.
    """
    least = rule.floor * rule.clear_minutes // (2 * rule.minutes)
    if against < max(least, 1):
        return True
    level = _level(rule, metric, value, against)
    if level is None:
        return False
    low, high = rule.clear_low, rule.clear_high
    return (low is None or level >= low) and (high is None or level <= high)
