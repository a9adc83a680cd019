"""The calendar of history: a grid a month, days with data to press, holes to see."""

from typing import Any

from dash import html

from components.analyst_models import Calendar, CalendarDay, Month

STEPS = (-12, -1, 1, 12)
ARROWS = ("«", "‹", "›", "»")


def render(model: Calendar) -> list[Any]:
    """Return every month; all but the one shown are hidden, and the page turns the leaves."""
    turns = [
        html.Button(
            arrow, type="button", className="turn", **{"data-turn": str(step), "aria-label": label}
        )
        for arrow, step, label in zip(ARROWS, STEPS, model.steps, strict=True)
    ]
    legend = [
        html.Span([html.I(className=f"day {kind}"), words], className="said")
        for kind, words in model.legend
    ]
    return [
        html.Div(turns, className="turns"),
        *[_month(m, model) for m in model.months],
        html.Div(legend, className="legend"),
    ]


def _month(month: Month, model: Calendar) -> html.Div:
    heads = [html.Span(w, className="weekday") for w in model.weekdays]
    blanks = [html.Span() for _ in range(month.blanks)]
    days = [_day(day) for day in month.days]
    return html.Div(
        [
            html.H3(month.title, **{"aria-live": "polite"}),
            html.Div([*heads, *blanks, *days], className="grid"),
        ],
        className="month" if month.key == model.shown else "month away",
        **{"data-month": month.key},
    )


def _day(day: CalendarDay) -> Any:
    class_name = " ".join(
        ["day", day.kind, *(["promo"] if day.promotion else []), *(["on"] if day.chosen else [])]
    )
    if day.kind != "data":
        return html.Span(day.text, className=class_name, title=day.title or None)
    pressed = {"aria-pressed": "true"} if day.chosen else {}
    return html.Button(
        day.text, type="button", className=class_name, title=day.title, **pressed,
        **{"data-date": day.date},
    )  # fmt: skip
