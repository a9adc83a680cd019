"""A frame in history as docs/design.md §12 lays it down: the sample day, closed and recounted."""

from datetime import date
from typing import Any

from tests.unit.app import sample_frames

EPOCH = date(1970, 1, 1)
RECOUNTED = 1794538800000  # 2026-11-13 11:00 in Shanghai
RUNS = (("2025-10-11", "2026-03-14"), ("2026-03-17", "2026-11-11"))


def days(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def frame(**said: Any) -> dict[str, Any]:
    """Return a history frame; `said` goes over its `history`, `ask` over what was asked."""
    made = sample_frames.frame()
    window = made["windows"]["28H"]
    ask = {"date": "2026-11-11", "window": "28H", "baseline": "yoy", "step": "1"}
    history = {
        "ask": {**ask, **said.pop("ask", {})},
        "link": "A",
        "generation": 41,
        "final": True,
        "recounted_at": RECOUNTED,
        "cause": "close",
        "origin": "facts",
        "as_of": window["end"] * 60_000,
        "until": window["end"],
        "lines": 123_456,
        "queries": 3,
        "read_ms": 412,
        "days": {
            "first": RUNS[0][0],
            "last": RUNS[-1][1],
            "closed": [[days(first), days(last)] for first, last in RUNS],
        },
        "promotions": [
            promotion("2026-11-12", "双12", "12.12", live=True),
            promotion("2026-11-11", "双11", "11.11"),
            promotion("2026-06-18", "618", "6.18"),
            promotion("2025-11-11", "双11", "11.11"),
        ],
        "since_link": None,
        "live_difference": {"paid_amount": 0, "orders": 0},
        "filter": [],
        **said,
    }
    return {**made, "mode": "history", "history": history, "stages": []}


def promotion(day: str, zh: str, en: str, live: bool = False) -> dict[str, Any]:
    year = day[:4]
    return {"date": day, "name": {"zh": f"{zh} {year}", "en": f"{en} {year}"}, "live": live}
