"""Comparison documents as docs/design.md §12 lays them down, beside the sample frames."""

from typing import Any

from app.derived import stretches
from tests.unit.app import sample_days

YOY: dict[str, Any] = {
    "kind": "yoy",
    "date": "2025-11-11",
    "name": {"zh": "2025双11", "en": "11.11 2025"},
    "start": 1762776000 // 60,  # 2025-11-10T12:00:00Z
    "seed": 2025,
    "percent": 85,
}
MOM: dict[str, Any] = {
    "kind": "mom",
    "date": "2026-06-18",
    "name": {"zh": "2026 618", "en": "6.18 2026"},
    "start": 1781697600 // 60,  # 2026-06-17T12:00:00Z
    "seed": 618,
    "percent": 61,
}
RATES = ("refund_rate",)


def comparisons(window: dict[str, Any], start: int, end: int, now: int) -> dict[str, Any]:
    """Return both comparisons of a sample window from x = `start` to `end`, cut at `now`."""
    return {said["kind"]: ready(said, window, (start, end), now) for said in (YOY, MOM)}


def ready(said: Any, window: dict[str, Any], edges: tuple[int, int], now: int) -> dict[str, Any]:
    (start, end), elapsed = edges, max(0, min(now, edges[1]) - edges[0])
    day = sample_days.flow(said["seed"], sample_days.DAY)
    values = [value * said["percent"] // 100 for value in day][start:end]
    own = window["metrics"]["sales_per_minute"]["values"][:elapsed]
    base = sum(values[:elapsed])
    begin = said["start"] + start
    return {
        "kind": said["kind"],
        "state": "ready",
        "reason": None,
        "params": {},
        "date": said["date"],
        "name": said["name"],
        "start": begin,
        "end": said["start"] + end,
        "until": begin + elapsed,
        "elapsed": elapsed,
        "source": {"generation": 7, "recounted_at": 1, "final": True, "origin": "facts"},
        "metrics": totals(window, sum(own), base, window["start"] + elapsed),
        "cubes": {},
        "flow": {"start": begin, "step": 1, "values": values},
        "stretches": stretches(values, begin, len(values)),
        "minute": minute(own, values, window["start"] + elapsed - 1),
        "lead": lead(sum(own), values, elapsed, window["start"]),
        "categories": categories(window),
        "regions": regions(window, said["percent"]),
    }


def totals(window: dict[str, Any], own: int, base: int, until: int) -> dict[str, Any]:
    """Return each total against its baseline, all moved alike but for the sum itself."""
    made = {}
    for i, (name, document) in enumerate(window["metrics"].items()):
        if document["shape"] != "total":
            continue
        mine = own if name == "gross_sales" else document["value"]
        then = base if name == "gross_sales" else mine * (84 + i) // 100
        then = mine + 3_100 if name in RATES else then
        made[name] = {
            "own": mine,
            "value": then,
            "change": change(mine, then),
            "difference": mine - then,
            "until": until,
        }
    return made


def change(own: int, base: int) -> int | None:
    if base <= 0:
        return None
    size = (2 * abs(own - base) * 1_000_000 + base) // (2 * base)
    return size if own >= base else -size


def minute(own: list[int], values: list[int], at: int) -> dict[str, Any] | None:
    if not own:
        return None
    k = len(own) - 1
    around = values[max(0, k - 7) : k + 8]
    expected = sum(around) // len(around)
    ratio = own[-1] * 1_000_000 // expected
    usual = 600_000 <= ratio <= 1_600_000
    return {
        "minute": at,
        "value": own[-1],
        "expected": expected,
        "ratio": ratio,
        "in_band": usual,
    }


def lead(own: int, values: list[int], elapsed: int, start: int) -> dict[str, Any]:
    total, j = 0, 0
    while j < len(values) and total < own:
        total, j = total + values[j], j + 1
    if total < own:
        return {"minutes": None, "direction": "ahead", "reaches": None, "beyond": True}
    direction = "ahead" if j > elapsed else "behind" if j < elapsed else "even"
    return {
        "minutes": abs(j - elapsed),
        "direction": direction,
        "reaches": start + j,
        "beyond": False,
    }


def categories(window: dict[str, Any]) -> dict[str, Any]:
    times = (1_220_000, 910_000, 1_310_000, 1_180_000, 1_090_000, 720_000)
    rows = window["metrics"]["category_minute"]["rows"]
    return {
        row["key"]: {
            "expected": row["value"] * 1_000_000 // times[i % 6],
            "ratio": times[i % 6],
        }
        for i, row in enumerate(rows)
    }


def regions(window: dict[str, Any], percent: int) -> dict[str, Any]:
    made = {}
    for i, row in enumerate(window["metrics"]["region_ranking"]["rows"]):
        then = row["value"] * (percent + (20 if i == 6 else i)) // 100
        made[row["key"]] = {
            "own": row["value"],
            "value": then,
            "change": change(row["value"], then),
        }
    return made


def without(kind: str, state: str, reason: str, **params: str) -> dict[str, Any]:
    """Return a comparison that is not there, and why."""
    known = YOY if kind == "yoy" else MOM
    words = {"date": known["date"], "name": known["name"]}
    return {"kind": kind, "state": state, "reason": reason, "params": params, **words}
