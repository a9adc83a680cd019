"""What a ranking or share of the frame must say: which keys, in which order. Pure.

Rules: docs/design.md §8. Shares no code with what the screen ranks with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.catalogue.model import Metric

Hold = Callable[[str, object, object], None]
Values = Mapping[str, int]


@dataclass(frozen=True)
class Ranked:
    """Holds one metric. `values` by key of its level, of the keys with a line; `leaves` by leaf.

    `before`: the values of the minute before, of a ranking of a minute inside the window.
    """

    metric: Metric
    values: Values
    leaves: Values
    before: Values | None = None

    def compare(self, hold: Hold, said: Mapping[str, Any]) -> None:
        """Hold each row to its key's sum, and all rows to those that belong there."""
        name, rows = f"metric {self.metric.name}", said["rows"]
        for row in rows:
            hold(f"{name} {row['key']}", self.values.get(row["key"], 0), row["value"])
            for child in row.get("children", ()):
                place = f"{name} {row['key']} {child['key']}"
                hold(place, self.leaves.get(child["key"], 0), child["value"])
        hold(f"{name} total", sum(self.values.values()), said["total"])
        if self.metric.shape == "share":
            hold(f"{name} keys", sorted(self.values), sorted(row["key"] for row in rows))
            return
        order = _order(self.values)
        shown = order[: self.metric.limit or None]
        hold(f"{name} order", shown, [row["key"] for row in rows])
        hold(f"{name} ranks", list(range(1, len(shown) + 1)), [row["rank"] for row in rows])
        hold(f"{name} count", len(self.values), said["count"])
        below = [child["key"] for row in rows for child in row.get("children", ())]
        if below:
            hold(f"{name} leaves", sorted(self.leaves), sorted(below))
        if self.metric.scope == "minute":
            places = _order(self.before or {})
            moves = [places.index(k) - at if k in places else None for at, k in enumerate(order)]
            hold(f"{name} moves", moves[: len(shown)], [row["move"] for row in rows])


def _order(values: Values) -> list[str]:
    return sorted(values, key=lambda key: (-values[key], key))
