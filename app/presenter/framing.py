"""The frame around a tile: its title, its state, and why there is nothing in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.presenter.reading import MINUTE_MS, Reading
from components.models import Frame, Message, Pieces, StateName

NO_VALUES = ("loading", "empty", "error")


def panel(
    reading: Reading, tile: str, title: str, note: str = "", empty: str | None = None
) -> Frame:
    """Return the frame around a tile; `empty` is a reason the tile itself found."""
    said = reading.state(tile)
    state: StateName = said["name"]
    if empty and state not in NO_VALUES:
        found = Message(reading.word(f"reasons.{empty}"), detail(reading, empty, said))
        return Frame("empty", title, note, (), found, description(reading, tile))
    reason = said["reason"]
    message: Message | None = None
    if state in NO_VALUES and reason:
        message = Message(reading.word(f"reasons.{reason}"), detail(reading, reason, said))
    return Frame(state, title, note, chip(reading, said), message, description(reading, tile))


def narrow(reading: Reading, frame: Frame) -> Frame:
    """Return the frame of a narrow tile: its chip says the minute, or a word or two."""
    as_of = reading.frame["as_of"]
    if frame.state == "stale" and as_of is not None:
        return replace(frame, chip=(reading.clock(as_of // MINUTE_MS),))
    if frame.state == "degraded":
        said = "".join(piece if isinstance(piece, str) else piece.text for piece in frame.chip)
        return replace(frame, chip=(reading.word("chips.partly"),), hint=said)
    return frame


def chip(reading: Reading, said: Mapping[str, Any]) -> Pieces:
    """Return what the chip of a state says: how old, what differs, that it failed."""
    state, reason = said["name"], said["reason"]
    if state == "stale":
        return (reading.word("chips.as_of", time=reading.time(said["as_of"])),)
    if state == "degraded" and reason:
        more = detail(reading, reason, said)
        comma = (reading.word("common.comma"),) if more else ()
        return (reading.word(f"reasons.{reason}"), *comma, *more)
    return (reading.word("chips.failed"),) if state == "error" else ()


def detail(reading: Reading, reason: str, said: Mapping[str, Any]) -> Pieces:
    """Return what to expect, or how much, for the reasons that have it."""
    params = said["params"]
    if reason == "not_open":
        return (reading.word("details.not_open", time=reading.clock(params["opens"])),)
    if reason == "rollup_gap":
        return reading.line("details.rollup_gap", amount=reading.money(params["gap"]))
    if reason == "no_orders" and (reading.now_minute or 0) >= reading.window["end"]:
        time = reading.clock(reading.window["end"], closing=True)
        return (reading.word("details.no_orders_closed", time=time),)
    if reason == "no_history":
        near = [reading.date(date.fromisoformat(day)) for day in params.values()]
        return (reading.word("details.no_history", days=" / ".join(near)),) if near else ()
    if reason in ("no_orders", "not_mapped"):
        return (reading.word(f"details.{reason}"),)
    if said["name"] == "error" and said["as_of"] is not None:
        return (reading.word("details.last_good", time=reading.time(said["as_of"])),)
    return ()


def description(reading: Reading, tile: str) -> str:
    """Return the dictionary entry of what the tile draws."""
    metric = next(iter(reading.screen.roles[tile]), None)
    return reading.screen.metric(tile, metric).description.of(reading.lang) if metric else ""
