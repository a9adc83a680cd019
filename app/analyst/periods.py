"""The stretches an ask is about: its own windows and what each is compared with. Pure."""

from typing import Literal

from app.analyst.asking import RANGE, VERSUS, Ask, Minutes
from app.answers import BadArgument
from app.ids import SPECIAL
from pipeline.trading import ranges
from pipeline.trading.comparisons import Missing, Span, baseline, own_span, shifted, versus
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime, epoch_day
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import Stretch


def spans(trading: TradingTime, ask: Ask) -> dict[str, Span]:
    """Return the windows of a frame by name: all of a date, or the range.

    `special` is there when it is asked for.
    """
    if ask.day is None:
        return {RANGE: range_of(trading, ask.span or (0, 0))}
    found = {name: own_span(trading, name, ask.day) for name in trading.windows}
    if ask.window == SPECIAL:
        found[SPECIAL] = own_span(trading, ranges.SPECIAL, ask.day)
    return found


def baseline_span(trading: TradingTime, ask: Ask, own: Span, kind: str) -> Span | Missing:
    """Return what a window is compared with."""
    if kind == VERSUS and ask.versus is not None:
        if own.window is not None:
            return versus(trading, own.window, ask.versus)
        return moved(trading, ask.span or (0, 0), epoch_day(ask.versus))
    explicit = ask.yoy if kind == "yoy" else ask.mom
    if explicit is not None:
        return range_of(trading, explicit)
    side: Literal["yoy", "mom"] = "yoy" if kind == "yoy" else "mom"
    if own.day is not None and own.window is not None:
        return baseline(trading, side, own.window, own.day, ask.weekday)
    return shifted(trading, own, side, ask.weekday)


def range_of(trading: TradingTime, minutes: Minutes) -> Span:
    """Return a stretch between two local minutes."""
    start, end = (trading.zone.instant_of_local_minute(m) // MINUTE_MS for m in minutes)
    return Span(MinuteRange(start, end), None, None, None)


def moved(trading: TradingTime, minutes: Minutes, first_day: int) -> Span:
    """Return a range begun at the same clock time of another day, as long on the clock."""
    days = first_day - minutes[0] // MINUTES_OF_A_DAY
    start, end = (minute + days * MINUTES_OF_A_DAY for minute in minutes)
    return range_of(trading, (start, end))


def stretch_of(trading: TradingTime, link: str, ask: Ask, span: Span) -> Stretch:
    """Return what history is asked for."""
    return Stretch(link, span.bounds, span.days(trading), ask.only)


def segments_of(trading: TradingTime, span: Span) -> tuple[int, ...]:
    """Return the segments a window is made of; none for any other range."""
    if span.day is None or span.window is None or span.window not in trading.windows:
        return ()
    if span.bounds != trading.bounds(span.window, span.day):
        return ()  # given beforehand: the buyers of another stretch than the window's
    return trading.segments(span.window, span.day)


def business_day(trading: TradingTime, span: Span) -> int:
    """Return the business date (epoch day) of a stretch: the day a range begins."""
    return epoch_day(span.day) if span.day is not None else span.days(trading)[0]


def until_of(trading: TradingTime, ask: Ask) -> int | None:
    """Return the epoch minute after the last one seen; None without `at`."""
    if ask.at is None:
        return None
    return trading.zone.instant_of_local_minute(ask.at) // MINUTE_MS + 1


def check_inside(trading: TradingTime, ask: Ask) -> None:
    """Raise BadArgument for a stretch without a minute, or a minute that lies outside it."""
    windows = spans(trading, ask)
    length = len(windows[ask.window].bounds)
    if length <= 0:
        raise BadArgument("to", ("later on the shop's clock",))
    first = min(span.bounds.start for span in windows.values())
    last = max(span.bounds.end for span in windows.values())
    until = until_of(trading, ask)
    if until is not None and not first < until <= last:
        raise BadArgument("at", ("a minute inside the stretch",))
    if ask.cursor is not None and ask.cursor >= length:
        raise BadArgument("cursor", (f"0 to {length - 1}",))
    for name, minutes in (("yoy_to", ask.yoy), ("mom_to", ask.mom)):
        if minutes and len(range_of(trading, minutes).bounds) <= 0:
            raise BadArgument(name, ("later on the shop's clock",))
