"""Local time as integer arithmetic: the zone's transitions compiled into a CASE.

Flink's own zone functions go through strings and session settings; these expressions give what
`pipeline.trading` gives, minute for minute.
"""

from collections.abc import Sequence

from pipeline.catalogue.model import WindowDefinition

DAY = 1440  # minutes of a local clock day

Transitions = Sequence[tuple[int, int]]


def local_minute(event_ms: str, transitions: Transitions) -> str:
    """Return the local minute (local epoch day * 1440 + minute of day) of an instant in epoch ms.

    `transitions`: (instant in epoch ms, offset in ms from then on), ascending; the first offset
    also holds before its instant.
    """
    changes = _real_changes(transitions)
    if len(changes) == 1:
        return f"(({event_ms} + {changes[0][1]}) / 60000)"
    whens = " ".join(
        f"WHEN {event_ms} >= {instant} THEN {offset}" for instant, offset in reversed(changes[1:])
    )
    return f"(({event_ms} + CASE {whens} ELSE {changes[0][1]} END) / 60000)"


def segment_edges(windows: Sequence[WindowDefinition]) -> tuple[int, ...]:
    """Return the minutes of day at which a segment begins: 0 and every edge of every window."""
    edges = {edge % DAY for window in windows for edge in (window.start, window.end)}
    return tuple(sorted({0, *edges}))


def segment_number(minute: str, edges: Sequence[int]) -> str:
    """Return local epoch day * segments per day + index, from a local minute."""
    if len(edges) == 1:
        return f"({minute} / {DAY})"
    whens = " ".join(
        f"WHEN MOD({minute}, {DAY}) >= {edge} THEN {index}"
        for index, edge in reversed(list(enumerate(edges)))
        if index
    )
    return f"({minute} / {DAY} * {len(edges)} + CASE {whens} ELSE 0 END)"


def business_days(minute: str, window: WindowDefinition) -> tuple[tuple[str, str], ...]:
    """Return (epoch day of the business date, condition) pairs: the dates whose window holds it.

    Where the condition does not hold, the minute is in no such window. A window longer than a day
    holds a minute for several dates at once.
    """
    most = -(-(window.end - window.start) // DAY)
    latest = f"(({minute} - {window.start}) / {DAY})"
    return tuple(
        (
            f"({latest} - {back})" if back else latest,
            f"{minute} < ({latest} - {back}) * {DAY} + {window.end}"
            if back
            else f"{minute} < {latest} * {DAY} + {window.end}",
        )
        for back in range(most)
    )


def _real_changes(transitions: Transitions) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for instant, offset in transitions:
        if not kept or kept[-1][1] != offset:
            kept.append((instant, offset))
    return kept
