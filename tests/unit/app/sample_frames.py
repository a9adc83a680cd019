"""Frames as docs/design.md §8 lays them down, made from a seed: a promotion day at 16:48."""

import pickle
from functools import cache
from typing import Any

from app.derived import tile_values
from app.screen import load_screen
from tests.unit.app import sample_comparisons
from tests.unit.app.sample_catalogue import BRANDS, CATEGORIES, REGIONS, catalogue
from tests.unit.app.sample_days import DAY, NOW, flow

BUSINESS_DATE = "2026-11-11"
OPENING = 1794312000 // 60  # 2026-11-10T12:00:00Z = 20:00 in Shanghai
WINDOWS = {"4H": (0, 240), "24H": (240, 1680), "28H": (0, 1680)}


def state(name: str = "live", reason: str | None = None, **params: int) -> dict[str, Any]:
    return {"name": name, "as_of": as_of(), "reason": reason, "params": params}


def as_of() -> int:
    return (OPENING + NOW) * 60_000 + 6_000


def frame(said: dict[str, Any] | None = None, seed: int = 1111) -> dict[str, Any]:
    """Return a frame whose tiles are all in the state `said`; the caller may change it."""
    made: dict[str, Any] = pickle.loads(_kept(pickle.dumps(said), seed))
    return made


@cache
def _kept(said: bytes, seed: int) -> bytes:
    return pickle.dumps(_frame(pickle.loads(said), seed))


def _frame(said: dict[str, Any] | None, seed: int) -> dict[str, Any]:
    at = as_of()
    counts: dict[str, Any] = {
        "consumed": 1_240_181,
        "counted": 1_227_330,
        "duplicate": 12_110,
        "rejected": {"unparseable": 512, "too_late": 180, "conflict": 49},
        "pending": 0,
    }
    refused = sum(counts["rejected"].values())
    return {
        "v": 1,
        "build": "sample",
        "as_of": at,
        "state": said or state(),
        "zone": "Asia/Shanghai",
        "currency": {"code": "CNY", "symbol": "¥", "exponent": 2},
        "source": {
            "kind": "simulated",
            "name": "demo",
            "anchor_real_ms": at,
            "anchor_ms": at,
            "speed": 60,
            "seed": 1111,
            "heartbeat_real_ms": at,
        },
        "link": "A",
        "generation": 3,
        "switch_no": 1,
        "business_date": BUSINESS_DATE,
        "promotion": {
            "name": {"zh": "双11", "en": "11.11"},
            "opening": OPENING,
            "close": OPENING + DAY,
        },
        "default_window": "28H",
        "accounting": {
            "partitions": [],
            **counts,
            "refused": refused,
            "auditor": dict(counts),
            "agree": True,
        },
        "stages": [
            stage("source", 300),
            stage("kafka", 800),
            stage("flink", 4100),
            stage("redis", 200),
            stage("screen", 1000),
        ],
        "windows": {n: window(*edges, said or state(), seed) for n, edges in WINDOWS.items()},
    }


def stage(name: str, age: int, state: str = "live", **more: Any) -> dict[str, Any]:
    blank = {"lag": None, "restarts": None, "reason": None, "detail": None}
    return {"id": name, "state": state, "heard_at": as_of() - age, **blank, **more}


def window(start: int, end: int, said: dict[str, Any], seed: int) -> dict[str, Any]:
    values = flow(seed)[start : min(end, NOW)]
    total = sum(values) + 1_234_567
    made = metrics(values, OPENING + start, total)
    drawn = {
        "start": OPENING + start,
        "end": OPENING + end,
        "state": said,
        "metrics": made,
        "cubes": {"guests": {"guest": {"paid_amount": total // 31, "orders": 9_120}}},
        "tiles": tiles(made, said),
        "checks": {
            "rollup": {
                "leaves": 32,
                "tops": 7,
                "sum": total,
                "whole": total,
                "comparable": True,
                "equal": True,
            }
        },
    }
    drawn["comparisons"] = sample_comparisons.comparisons(drawn, start, end, NOW)
    return drawn


def tiles(made: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return every tile of the screen in the state `said`."""
    return {
        tile: {
            "state": said,
            "metrics": list(roles.values()),
            "values": tile_values(tile, {role: made[name] for role, name in roles.items()}),
        }
        for tile, roles in load_screen(catalogue()).roles.items()
    }


def metrics(values: list[int], start: int, total: int) -> dict[str, Any]:
    orders = total // 21340
    series = {"shape": "series", "start": start, "step": 1, "complete": len(values)}
    last = values[-1] if values else 0
    return {
        "gross_sales": whole(total),
        "orders": whole(orders),
        "paid_units": whole(orders * 193 // 100),
        "buyers": whole(orders * 39 // 100),
        "average_order": whole(total // max(orders, 1), total, orders),
        "refund_rate": whole(21_800, total * 218 // 10_000, total),
        "refund_amount": whole(total * 218 // 10_000),
        "net_sales": whole(total * 9_782 // 10_000),
        "sales_per_minute": {**series, "values": values, "running": 11_234},
        "orders_per_minute": {
            **series,
            "values": [v // 21340 for v in values],
            "running": 52,
        },
        "region_ranking": ranking(list(REGIONS), total, houses=True),
        "category_minute": ranking(list(CATEGORIES), last, minute=start + len(values) - 1),
        "brand_by_amount": ranking(BRANDS[:10], total // 4),
        "brand_by_units": ranking(list(reversed(BRANDS))[:10], total // 90_000),
        "top_users": buyers(total),
        "gender_share": share(total),
        "gender_volume": volume(values, start),
    }


def whole(value: int, numerator: int | None = None, denominator: int | None = None) -> Any:
    ratio = {} if denominator is None else {"numerator": numerator, "denominator": denominator}
    return {"shape": "total", "value": value, **ratio}


def ranking(
    keys: list[str], total: int, minute: int | None = None, houses: bool = False
) -> dict[str, Any]:
    weights = [1 / (i + 1.6) for i in range(len(keys))]
    rows: list[dict[str, Any]] = [
        {
            "key": key,
            "rank": i + 1,
            "value": int(total * weight / sum(weights)),
            "move": (0, 1, -1, 0, 2)[i % 5] if minute else None,
            "beside": {},
            "label": None,
            "children": warehouses(key, total) if houses else [],
        }
        for i, (key, weight) in enumerate(zip(keys, weights, strict=True))
    ]
    count = {"total": total, "count": len(keys), "proven": True}
    return {"shape": "ranking", "minute": minute, "rows": rows, **count}


def warehouses(region: str, total: int) -> list[dict[str, Any]]:
    count = REGIONS[region][2] - (1 if region == "northeast" else 0)
    return [{"key": f"{region}_{i}", "value": total // 40} for i in range(1, count + 1)]


def buyers(total: int) -> dict[str, Any]:
    made = ranking([f"u_{25 + i * 7:02x}••••{80 - i * 5}" for i in range(10)], total // 4000)
    for i, row in enumerate(made["rows"]):
        row["id"] = f"{i:012x}"
        row["beside"] = {"orders": 62 - i * 3}
        row["label"] = "zhejiang" if i % 3 else "guangdong"
    return made


def share(total: int) -> dict[str, Any]:
    parts = {"F": total * 55 // 100, "M": total * 41 // 100, "U": total * 3 // 100}
    parts["unknown"] = total - sum(parts.values())
    rows = [{"key": key, "value": value} for key, value in parts.items()]
    return {"shape": "share", "rows": rows, "total": total}


def volume(values: list[int], start: int) -> dict[str, Any]:
    tens = [sum(values[i : i + 10]) // 11_000 for i in range(0, len(values) - 9, 10)]
    weights = {"F": 55, "M": 41, "U": 3, "unknown": 1}
    series = {key: [t * w // 100 for t in tens] for key, w in weights.items()}
    running = {key: (tens[-1] * w // 150 if tens else 0) for key, w in weights.items()}
    place = {"start": start, "step": 10, "complete": len(tens)}
    return {"shape": "series", **place, "values": series, "running": running}
