"""The calendar: every month of history, its holes to be seen, its promotions marked."""

from calendar import monthrange
from datetime import date
from typing import Any

from app import ids
from app.presenter.analyst_reading import Past
from components.analyst_models import Calendar, CalendarDay, DayKind, Month
from components.widgets import calendar

MONTHS_SHOWN = 36  # of a longer history those nearest to the day looked at


def props(past: Past) -> dict[str, dict[str, Any]]:
    model = calendar_of(past)
    return {
        ids.CALENDAR: {"children": calendar.render(model), "aria-label": model.label},
    }


def calendar_of(past: Past) -> Calendar:
    word = past.reading.word
    steps = tuple(word(f"analyst.turn_{name}") for name in ("year_back", "back", "on", "year_on"))
    shown = past.day if past.has(past.day) or not past.runs else past.runs[-1][1]
    return Calendar(
        label=word("analyst.calendar"),
        weekdays=tuple(word(f"header.weekday_{i}") for i in range(1, 8)),
        months=tuple(month(past, year, number) for year, number in months(past)),
        shown=f"{shown.year}-{shown.month:02}",
        steps=(steps[0], steps[1], steps[2], steps[3]),
        legend=(
            ("data", word("analyst.legend_data")),
            ("hole", word("analyst.legend_hole")),
            ("data promo", word("analyst.legend_promotion")),
        ),
    )


def months(past: Past) -> list[tuple[int, int]]:
    """Return (year, month) from the first day with data to the last, and that of the day."""
    ends = [*(day for run in past.runs for day in run), past.day]
    first, last = min(ends), max(ends)
    at = past.day.year * 12 + past.day.month - 1
    low = max(first.year * 12 + first.month - 1, at - MONTHS_SHOWN // 2)
    high = min(last.year * 12 + last.month - 1, at + MONTHS_SHOWN // 2)
    return [(n // 12, n % 12 + 1) for n in range(low, high + 1)]


def month(past: Past, year: int, number: int) -> Month:
    word = past.reading.word
    blanks, length = monthrange(year, number)
    promotions = {p["date"]: p["name"][past.reading.lang] for p in past.history["promotions"]}
    title = word("analyst.month", year=year, month=word(f"header.month_{number}"))
    days = (day(past, date(year, number, n), promotions) for n in range(1, length + 1))
    return Month(f"{year}-{number:02}", title, blanks, tuple(days))


def day(past: Past, at: date, promotions: dict[str, str]) -> CalendarDay:
    kind: DayKind = "outside"
    if past.has(at):
        kind = "data"
    elif past.runs and past.runs[0][0] <= at <= past.runs[-1][1]:
        kind = "hole"
    parts = [past.reading.date(at)]
    if at.isoformat() in promotions:
        parts.append(promotions[at.isoformat()])
    if kind == "hole":
        parts.append(past.reading.word("analyst.legend_hole"))
    return CalendarDay(
        at.isoformat(),
        str(at.day),
        kind,
        past.reading.word("common.comma").join(parts),
        at.isoformat() in promotions,
        past.kind == "day" and at == past.day,
    )
