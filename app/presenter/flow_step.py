"""The main chart in steps of several minutes: the same drawing on a coarser grid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app import comparing
from app.limits import Band
from components.models import Curve, Flow


def coarser(model: Flow, step: int, usual: Band) -> Flow:
    """Return a chart whose x are steps; its values are already of whole steps, in order.

    `model` is in minutes but for its values. Baselines are folded into steps of their own minutes.
    """
    if step == 1:
        return model
    whole = [(x // step, text, strong) for x, text, strong in model.ticks if x % step == 0]
    return replace(
        model,
        start=model.start // step,
        end=-(-model.end // step),
        first=model.first // step,
        now=None if model.now is None else model.now // step,
        ticks=whole,
        edges=tuple(x // step for x in model.edges),
        bursts=[replace(burst, x=burst.x // step) for burst in model.bursts],
        near=max(1, model.near // step),
        clock_texts=Steps(model.clock_texts, step),
        baseline=folded(model.baseline, step, usual),
        other=folded(model.other, step, usual),
        lead=model.lead
        and replace(model.lead, start=model.lead.start // step, end=model.lead.end // step),
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
    """x in steps -> HH:MM, made when asked for."""

    def __init__(self, clocks: Any, step: int) -> None:
        super().__init__()
        self._clocks, self._step = clocks, step

    def get(self, x: int, default: Any = "") -> Any:
        return self._clocks.get(x * self._step, default)
