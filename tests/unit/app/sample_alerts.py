"""Alerts as the frame says them, beside the sample frames."""

from typing import Any

from app.alerts.documents import documents
from app.alerts.judging import MINUTE_MS, Alert
from tests.unit.app import sample_frames
from tests.unit.app.sample_catalogue import catalogue
from tests.unit.app.sample_days import NOW

AT = sample_frames.OPENING + NOW


def alert(rule: str, key: str | None, ago: int, **more: Any) -> Alert:
    """Return an alert raised some minutes before the frame's; `more` are its numbers."""
    blank: dict[str, Any] = dict.fromkeys(("value", "expected", "ratio", "limit"))
    minute = AT - 1 - ago
    name = f"{rule}:{key or ''}:{minute}"
    since = (minute + 1) * MINUTE_MS
    return Alert(name, rule, key, since, minute, **{**blank, "minutes": 5, **more})


LOW = alert("warehouse_low", "northeast_2", 7, value=91, expected=160, ratio=568_750, limit=600_000)
SALES = alert(
    "sales_out_of_band",
    None,
    4,
    value=5_120_000_00,
    expected=9_310_000_00,
    ratio=549_946,
    limit=600_000,
)
REFUNDS = alert("refund_rate_high", None, 31, value=231_400, limit=200_000, minutes=30)


def frame(*alerts: Alert, judged: int = 37, log: str | None = None) -> dict[str, Any]:
    """Return the sample frame with alerts."""
    said = documents(catalogue(), alerts)
    return {
        **sample_frames.frame(),
        "alerts": said,
        "alerting": {"judged": judged, "log": log},
    }
