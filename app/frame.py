"""The frame: everything the screen shows at one tick, as one JSON document (docs/design.md §8).

Integers only: cents, epoch minutes UTC, epoch ms UTC. Pure: what is known comes in, the document
goes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import accounting, injected
from app.accounting import Tally
from app.day import Day
from app.freshness import Health, State
from app.stages import Pulse, stages
from app.windows import WindowPlan, window_document
from pipeline.catalogue.model import Catalogue
from pipeline.values.injected import InjectedFault
from pipeline.values.streams import Active, AdapterState, AuditorState, SourceState

VERSION = 1


@dataclass(frozen=True)
class Judged:
    """What one tick found out before any window is computed."""

    active: Active | None
    source: SourceState | None
    auditor: AuditorState | None
    tallies: tuple[Tally, ...]
    agree: bool | None
    health: Health
    pulse: Pulse
    injected: tuple[InjectedFault, ...] = ()
    adapter: AdapterState | None = None


def build_frame(
    catalogue: Catalogue, build: str, judged: Judged, day: Day, windows: Mapping[str, WindowPlan]
) -> dict[str, Any]:
    """Build the frame from what is known; `windows` in the order of the catalogue."""
    documents = {
        name: window_document(catalogue, plan, judged.health) for name, plan in windows.items()
    }
    shop = catalogue.shop
    active = judged.active
    return {
        "v": VERSION,
        "mode": "live",
        "build": build,
        "as_of": judged.health.as_of,
        "state": documents[shop.default_window]["state"],
        "zone": shop.zone,
        "currency": {
            "code": shop.currency,
            "symbol": shop.currency_symbol,
            "exponent": shop.currency_exponent,
        },
        "source": _source(judged.source),
        "link": active.stream.link if active else None,
        "generation": active.stream.generation if active else None,
        "switch_no": active.switch_no if active else None,
        "business_date": day.business_date.isoformat(),
        "promotion": day.promotion,
        "default_window": shop.default_window,
        "accounting": accounting.document(
            judged.tallies, judged.auditor, judged.agree, judged.adapter
        ),
        "stages": stages(judged.pulse),
        "injected": injected.documents(judged.injected, judged.pulse.real_now),
        "windows": documents,
    }


def _source(source: SourceState | None) -> dict[str, object] | None:
    if source is None:
        return None
    return {
        "kind": source.kind,
        "name": source.name,
        "anchor_real_ms": source.anchor_real_ms,
        "anchor_ms": source.anchor_ms,
        "speed": source.speed,
        "seed": source.seed,
        "heartbeat_real_ms": source.heartbeat_real_ms,
    }


def with_fault(frame: dict[str, Any], detail: str) -> dict[str, Any]:
    """Return the frame with its numbers, every state saying that the screen could not renew it."""

    def faulty(state: Mapping[str, Any]) -> dict[str, object]:
        params = {"detail": detail}
        return State("error", state["as_of"], "screen_fault", params).document()

    windows = {
        name: {
            **window,
            "state": faulty(window["state"]),
            "tiles": {
                tile: {**content, "state": faulty(content["state"])}
                for tile, content in window["tiles"].items()
            },
        }
        for name, window in frame["windows"].items()
    }
    return {**frame, "state": faulty(frame["state"]), "windows": windows}


def timeless(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the frame without the instants that move although nothing happened; for its ETag."""
    source = frame.get("source")
    return {
        **frame,
        "source": source and {k: v for k, v in source.items() if k != "heartbeat_real_ms"},
        "stages": [{**stage, "heard_at": None} for stage in frame.get("stages", ())],
    }
