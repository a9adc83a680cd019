"""The banner of injected faults: what was done to the demo, and how soon the wall was right."""

from typing import Any

from app import ids
from app.presenter.reading import Reading
from components import formats
from components.foot_models import Injected
from components.widgets import strips

Props = dict[str, dict[str, Any]]
SHOWN = 1  # more would cover the tiles


def props(reading: Reading) -> Props:
    """Return the newest faults; nothing where nothing was injected."""
    said = reading.frame.get("injected", ())
    shown = [model(reading, fault) for fault in said[:SHOWN]]
    more = len(said) - len(shown)
    words = reading.line("injected.more", n=formats.whole(more)) if more > 0 else ()
    return {ids.INJECTED: {"children": strips.injected(shown, words), "hidden": not said}}


def model(reading: Reading, said: dict[str, Any]) -> Injected:
    """Return one fault: what it was, and its end or that it is not over."""
    kind, messages = said["kind"], said["messages"]
    what = reading.line(f"injected.{kind}", n=formats.whole(messages))
    if messages is None and not kind.startswith("kill_"):
        what = (reading.word("injected.sending"),)
    if said["took_ms"] is None:
        return Injected(said["id"], what, (reading.word("injected.recovering"),), over=False)
    key = "injected.recovered" if kind.startswith("kill_") else "injected.accounted"
    took = formats.seconds(said["took_ms"])
    return Injected(said["id"], what, reading.line(key, s=took), over=True)
