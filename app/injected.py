"""The injected faults a wall shows: those it has not recovered from, and the latest others. Pure.

A demo's own doing: a wall without one has none.
"""

from collections.abc import Sequence

from pipeline.values.injected import InjectedFault

SHOWN_MS = 60_000  # after its recovery a fault stands there for so long
GIVEN_UP_MS = 600_000  # a demo that was stopped in the middle never says the end of it


def documents(faults: Sequence[InjectedFault], real_now: int) -> list[dict[str, object]]:
    """Return the frame's `injected`, newest first; instants are epoch ms of the real clock."""
    return [
        {
            "id": fault.id,
            "kind": fault.kind,
            "began_at": fault.began_ms,
            "messages": fault.messages,
            "took_ms": fault.took_ms,
        }
        for fault in reversed(faults)
        if 0 <= real_now - _until(fault) < (GIVEN_UP_MS if fault.took_ms is None else SHOWN_MS)
    ]


def _until(fault: InjectedFault) -> int:
    return fault.began_ms + (fault.took_ms or 0)
