"""The main chart in steps of several minutes: the same drawing on a coarser grid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app import comparing
from app.limits import Band
from components.flow_models import Curve, Flow


def coarser(model: Flow, step: int, usual: Band) -> Flow:
    """Return a chart whose x are steps; its values are already of whole steps, in order.

    `model` is in minutes but for its values. Baselines are folded into steps of their own minutes.
    Steps begin with the window, whatever minute of the day a promotion opens at.
    """
    if step == 1:
        return model
    origin = model.start

    def place(x: int) -> int:
        return origin // step + (x - origin) // step

    whole = [(place(x), text, strong) for x, text, strong in model.ticks if not (x - origin) % step]
    return replace(
        model,
        start=place(origin),
        end=place(model.end + step - 1),
        first=place(model.first),
        now=None if model.now is None else place(model.now),
        ticks=whole,
        edges=tuple(place(x) for x in model.edges),
        bursts=[replace(burst, x=place(burst.x)) for burst in model.bursts],
        near=max(1, model.near // step),
        clock_texts=Steps(model.clock_texts, step, origin),
        baseline=folded(model.baseline, step, usual),
        other=folded(model.other, step, usual),
        lead=model.lead
        and replace(model.lead, start=place(model.lead.start), end=place(model.lead.end)),
    )


def folded(curve: Curve | None, step: int, usual: Band) -> Curve | None:
    """Return a baseline in steps: each the sum of its minutes, with the band around it."""
    if curve is None or not curve.sums:
        return curve
    last = len(curve.sums) - 1
    sums = [curve.sums[min(i + step - 1, last)] for i in range(0, len(curve.sums), step)]
    values = differences(sums)
    bands = [comparing.band(value, usual) for value in values]
    return replace(
        curve,
        first=curve.first // step,
        smooth=values,
        low=[low for low, _ in bands],
        high=[high for _, high in bands],
        sums=sums,
        edges=tuple(sorted({edge // step for edge in curve.edges})),
    )


def differences(sums: Sequence[int]) -> list[int]:
    return [after - before for before, after in zip((0, *sums), sums, strict=False)]


class Steps(dict[int, str]):
    """x in steps -> HH:MM, made when asked for; `origin`: the minute at which the first begins."""

    def __init__(self, clocks: Any, step: int, origin: int) -> None:
        super().__init__()
        self._clocks, self._step, self._origin = clocks, step, origin

    def get(self, x: int, default: Any = "") -> Any:
        after = x - self._origin // self._step
        return self._clocks.get(self._origin + after * self._step, default)
