"""Ranked rows, keyed and placed by --i, so that a row can slide to its new place."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from components import faces
from components.formats import Number
from components.models import Row
from components.panel import ems, number
from components.widgets.hero import delta, direction

TIMES = "×"
# Ems of a row's places, at the size its list sets them (assets/50-content.css, 90-screens.css).
VALUE, TIMES_ROOM, DELTA_ROOM, ORDERS = 2.9, 2.4, 3.6, 2.0
Cells = Callable[[Row], list[Any]]


def render(rows: Sequence[Row], places: int, cells: Cells) -> html.Div:
    """Return the rows at their places; `cells` says what follows the rank.

    The values of a list are of one size, at which the longest has room.
    """
    style: dict[str, Any] = {"--n": max(1, places)}
    if cells is not brands:  # whose names give way instead
        widest = max((ems(row.value) for row in rows), default=0.0)
        shrunk = faces.shrunk(widest, VALUE) or {}
        style |= {f"{name}-val": share for name, share in shrunk.items()}
    return html.Div([_row(row, cells) for row in rows], className="rows", role="list", style=style)


def _row(row: Row, cells: Cells) -> html.Div:
    return html.Div(
        [number(row.rank, "rank"), *cells(row)],
        className="row",
        role="listitem",
        key=row.key,
        style={"--i": row.index},
        **{"data-id": row.key},
    )


def categories(row: Row) -> list[Any]:
    """Move, name, bar, amount, times expected (or share)."""
    moved = [direction(row.move.value), number(row.move)] if row.move and row.move.value else []
    return [
        html.Span(moved, className="move"),
        html.Span(row.name, className="name", title=row.name),
        bar(row),
        number(row.value, "val ages"),
        *_against(row),
    ]


def _against(row: Row) -> list[Any]:
    """Return the last column: against the baseline where there is one."""
    if row.times is not None:
        mark = "" if row.times.value is None else TIMES
        return [
            html.Span(
                [number(row.times, room=TIMES_ROOM), mark], className="sec times", title=row.title
            )
        ]
    if row.delta is not None:
        return [html.Span(delta(row.delta, DELTA_ROOM), className="sec ages", title=row.title)]
    return [number(n, "sec") for n in row.beside]


def brands(row: Row) -> list[Any]:
    """Name, value."""
    return [html.Span(row.name, className="name", title=row.name), number(row.value, "val ages")]


def buyers(row: Row) -> list[Any]:
    """Masked id, province, orders, amount."""
    return [
        html.Span(row.name, className="id"),
        html.Span(row.words, className="sec where", title=row.words),
        *[number(n, "sec", ORDERS) for n in row.beside],
        number(row.value, "val ages"),
    ]


def regions(row: Row) -> list[Any]:
    """Name, one mark a warehouse, bar, amount, change (or share)."""
    marks = [
        html.I(
            className="alarm" if m.alarm else "" if m.heard else "out",
            title=m.title,
            **{"data-id": m.key},
        )
        for m in row.marks
    ]
    worst = min((m.alarm for m in row.marks if m.alarm), key=_ratio, default=None)
    if worst is not None:
        marks.append(html.B([number(worst), TIMES], className="alarm"))
    return [
        html.Span(row.name, className="name", title=row.name),
        html.Span(marks, className="houses", **_heard(row)),
        bar(row),
        number(row.value, "val ages"),
        *_against(row),
    ]


def _heard(row: Row) -> dict[str, str]:
    """Return what the marks say to whoever cannot see them."""
    said = "; ".join(mark.title for mark in row.marks)
    return {"role": "img", "aria-label": said} if said else {}


def _ratio(alarm: Number) -> int:
    return alarm.value or 0


def bar(row: Row) -> html.Span:
    """Return the bar, and a tick where the expected value stands.

    Both move by `transform`: the browser then lays nothing out while they do.
    """
    marks: list[Any] = [html.I(style={"transform": f"scaleX({_share(row.bar_ppm):.4f})"})]
    if row.tick_ppm is not None:
        shift = f"translateX({_share(row.tick_ppm) * 100:.2f}%)"
        marks.append(html.U(style={"transform": shift}))
    return html.Span(marks, className="bar")


def _share(ppm: int) -> float:
    return min(max(ppm, 0), 1_000_000) / 1_000_000
