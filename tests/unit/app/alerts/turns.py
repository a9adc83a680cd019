"""Turns of a poller in which only the data's age and the auditor are judged."""

from app.alerts.alerting import Turn
from app.alerts.checks import Checks
from tests.unit.app.alerts.days import TODAY, table

NOW = (TODAY.start + 50) * 60_000


def turn(age_ms: int, agree: bool = True) -> Turn:
    """Return a turn in which nothing but the data's age and the auditor is judged."""
    return Turn(
        link="A",
        until=TODAY.start + 50,
        now_ms=NOW,
        cells=table({}, TODAY.start),
        bounds=TODAY,
        cells_from=0,
        whole=True,
        bases={},
        checks=Checks(
            age_ms,
            1.0,
            {"comparable": False},
            {"agree": agree, "counted": 12, "auditor": {"counted": 13}},
        ),
    )
