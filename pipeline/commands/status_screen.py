"""What the screen says when `services status` asks it."""

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from prometheus_client.parser import text_string_to_metric_families

from pipeline.errors import ConfigurationError
from pipeline.settings import Settings

SCREEN_S = 2.0


@dataclass(frozen=True)
class ScreenStanding:
    """What the screen says: of the wall (its frame) and of itself (`/metrics`)."""

    state: str
    reason: str | None
    as_of_ms: int | None
    age_s: float | None
    lag: int | None
    counted: int
    duplicate: int
    refused: int
    agree: bool | None
    snapshot_age_s: float | None
    viewers: int | None
    tick_ms: int | None
    alerts: int


def screen_url(settings: Settings) -> str:
    """Return where the screen is: where the supervisor started it, or where settings say."""
    told = settings.run.get("screen")
    if told:
        return str(told)
    everywhere = settings.host in ("0.0.0.0", "::")
    return f"http://{'127.0.0.1' if everywhere else settings.host}:{settings.port}/"


def screen_standing(url: str, get: Callable[[str], bytes]) -> ScreenStanding:
    """Return what the screen at an address says; raises DapingError when none is there.

    `get` raises it when nothing answers.
    """
    frame, metrics = get(f"{url}frame.json"), get(f"{url}metrics")
    try:
        return _standing(orjson.loads(frame), metrics.decode())
    except (ValueError, LookupError, TypeError) as fault:
        raise ConfigurationError(
            f"what answers at {url} is no screen of ours: set DAPING_PORT to that of the screen"
        ) from fault


def _standing(frame: Mapping[str, Any], metrics: str) -> ScreenStanding:
    measured = {
        sample.name: sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
        if not sample.labels
    }
    said, state = frame["accounting"], frame["state"]
    viewers, tick = measured.get("daping_viewers"), measured.get("daping_tick_seconds")
    return ScreenStanding(
        state=state["name"],
        reason=state["reason"],
        as_of_ms=frame["as_of"],
        age_s=measured.get("daping_data_age_seconds"),
        lag=None if said["auditor"] is None else said["pending"],
        counted=said["counted"],
        duplicate=said["duplicate"],
        refused=said["refused"],
        agree=said["agree"],
        snapshot_age_s=measured.get("daping_snapshot_age_seconds"),
        viewers=None if viewers is None else int(viewers),
        tick_ms=None if tick is None else round(tick * 1000),
        alerts=len(frame.get("alerts", ())),
    )


def fetch(url: str) -> bytes:
    """Return what an address answers; raises ConfigurationError saying what it lacks."""
    try:
        with urllib.request.urlopen(url, timeout=SCREEN_S) as answer:
            body: bytes = answer.read()
            return body
    except urllib.error.HTTPError as fault:
        reasons = {503: "has no frame yet", 401: "wants a token", 403: "does not let us"}
        why = reasons.get(fault.code, f"answers {fault.code}")
        raise ConfigurationError(f"the screen at {url} {why}") from fault
    except (OSError, ValueError) as fault:
        raise ConfigurationError(f"no screen answers at {url}") from fault
