"""The alerts of the gallery's frames: one of a warehouse, and what its trouble raises."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.alerts.documents import documents
from app.alerts.judging import Alert
from app.gallery.market import LACK, leaves
from pipeline.catalogue.model import Catalogue
from pipeline.trading.zone import MINUTE_MS

JUDGED = 42  # keys


def alerts(catalogue: Catalogue, state: str, as_of: int) -> dict[str, Any]:
    """Return the frame's `alerts` and `alerting`; rules a shop has switched off are left out."""
    quiet = state in ("loading", "empty", "lost", "error")
    raised = () if quiet else raised_in(catalogue, state, as_of)
    judged = 0 if state in ("loading", "lost") else JUDGED
    return {
        "alerts": documents(catalogue, raised),
        "alerting": {"judged": judged, "log": None},
    }


def raised_in(catalogue: Catalogue, state: str, as_of: int) -> Iterator[Alert]:
    minute = as_of // MINUTE_MS - 1
    since = (minute + 1) * MINUTE_MS

    def alert(rule: str, key: str | None = None) -> Alert:
        return Alert(f"{rule}-{key}", rule, key, since, minute, None, None, None, None, 1)

    for key in leaves(catalogue)[:1]:
        low = replace(alert("warehouse_low", key), ratio=570_000, limit=600_000, minutes=5)
        yield low.acknowledged(since, "operator") if state == "stale" else low
    if state == "stale":
        yield replace(alert("data_stale"), limit=120)
    if state == "degraded":
        yield replace(alert("rollup_gap"), value=-LACK)
