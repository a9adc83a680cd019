"""Where names stand beside their curves: computed, so that none covers another or a line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

# By column from the left: from where to where a curve goes in it, design px above the foot.
Columns = list[tuple[float, float] | None]
COLUMN = 4  # design px of a column
LINE = 26.0  # design px a line of text takes, with what assets/notes.js keeps free around it
GAP = 5.0
STEP = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in design px; y upwards."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )


@dataclass
class Strip:
    """One strip of the chart: its scale, the curves in it and the labels already there."""

    start: int
    end: int
    foot: int
    top: int
    width: float
    height: float
    headroom: float = 0.0  # empty px above the strip that a label may use
    curves: list[Columns] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    def x(self, minute: float) -> float:
        return (minute - self.start) * self.width / max(1, self.end - self.start)

    def y(self, cents: float) -> float:
        return (cents - self.foot) * self.height / max(1, self.top - self.foot)

    def minute(self, x: float) -> float:
        return self.start + x * (self.end - self.start) / self.width

    def cents(self, y: float) -> float:
        return self.foot + y * (self.top - self.foot) / self.height

    def columns(self, first: int, values: Sequence[int]) -> Columns:
        """Return a curve by columns; None where it is not, or beyond the strip."""
        found: Columns = []
        for column in range(int(self.width) // COLUMN + 1):
            low = int(self.minute(column * COLUMN)) - first
            high = int(self.minute((column + 1) * COLUMN)) - first + 1  # the line goes on to it
            there = values[max(0, low) : max(0, high + 1)]
            if not there or min(there) > self.top or max(there) < self.foot:
                found.append(None)
            else:
                ends = max(self.foot, min(there)), min(self.top, max(there))
                found.append((self.y(ends[0]), self.y(ends[1])))
        return found

    def inside(self, box: Box) -> bool:
        high = self.height + self.headroom
        return box.left >= 0 and box.right <= self.width and box.low >= 0 and box.high <= high

    def apart(self, box: Box) -> bool:
        """Say whether a box lies inside the strip and over no other text."""
        return self.inside(box) and not any(box.meets(other) for other in self.taken)

    def free(self, box: Box) -> bool:
        """Say whether a box lies inside the strip and over nothing."""
        return self.apart(box) and not any(
            span is not None and box.low - 2 < span[1] and span[0] < box.high + 2
            for curve in self.curves
            for span in under(curve, box)
        )

    def take(self, box: Box) -> bool:
        """Claim a box when it is free."""
        if not self.free(box):
            return False
        self.taken.append(box)
        return True

    def best(self, boxes: Iterable[Box]) -> Box | None:
        """Claim the first box over nothing, else the first that is over lines alone."""
        candidates = [box for box in boxes if self.apart(box)]
        found = next(filter(self.free, candidates), candidates[0] if candidates else None)
        if found is not None:
            self.taken.append(found)
        return found

    def beside(
        self,
        curve: Columns,
        width: float,
        above: bool,
        worse: Callable[[float], float],
        between: tuple[float, float] | None = None,
    ) -> Box | None:
        """Claim the best place for a label above or below a curve; None when there is none.

        `worse(x)`: how much worse a middle x is, in px; the curve's own slope counts as well.
        `between`: the columns it must stay in.
        """
        first, last = between or (0.0, self.width)
        best: tuple[float, Box] | None = None
        middle = last - width / 2
        while middle >= first + width / 2:
            box = self._at(curve, middle, width, above)
            if box is not None:
                spans = [span for span in under(curve, box) if span is not None]
                slope = max(high for _, high in spans) - min(low for low, _ in spans)
                cost = slope + worse(middle)
                if (best is None or cost < best[0]) and self.free(box):
                    best = (cost, box)
            middle -= STEP
        if best is None:
            return None
        self.taken.append(best[1])
        return best[1]

    def _at(self, curve: Columns, middle: float, width: float, above: bool) -> Box | None:
        box = Box(middle - width / 2, middle + width / 2, 0, 0)
        there = under(curve, box)
        spans = [span for span in there if span is not None]
        if not spans or len(spans) < len(there):
            return None
        top, foot = max(high for _, high in spans), min(low for low, _ in spans)
        low = top + GAP if above else foot - GAP - LINE
        return Box(box.left, box.right, low, low + LINE)


def under(curve: Columns, box: Box) -> Columns:
    """Return the part of a curve that a box's columns cover."""
    return curve[max(0, int(box.left) // COLUMN) : int(box.right) // COLUMN + 1]
