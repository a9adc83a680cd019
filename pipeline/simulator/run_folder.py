"""A run's folder: its plan and its clock, so that the next start goes on with both."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from pipeline.clock import ScaledClock
from pipeline.errors import ConfigurationError
from pipeline.simulator.rates import Rates
from pipeline.simulator.run_plan import RunPlan
from pipeline.values.streams import SourceState


@dataclass(frozen=True)
class SavedRun:
    """What `run.json` holds. `real_clock`: the run follows the machine's clock."""

    plan: RunPlan
    clock: ScaledClock
    real_clock: bool

    def state(self, sent: int, prefilled: bool) -> SourceState:
        """Return what the run tells of itself; `sent`: messages in its ledger."""
        return SourceState(
            kind="simulated",
            name=self.plan.run,
            anchor_real_ms=self.clock.anchor_real_ms,
            anchor_ms=self.clock.anchor_ms,
            speed=self.clock.speed,
            heartbeat_real_ms=self.clock.real.now_ms(),
            seed=self.plan.seed,
            sent=sent,
            prefill_done=prefilled,
        )


def write_whole(path: Path, document: dict[str, object]) -> None:
    """Replace a small JSON file in one step, on the disk before this returns."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def save_run(folder: Path, saved: SavedRun) -> None:
    clock = {name: getattr(saved.clock, name) for name in ("anchor_real_ms", "anchor_ms", "speed")}
    document = {"plan": asdict(saved.plan), "clock": clock, "real_clock": saved.real_clock}
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "run.json", document)


def load_run(folder: Path) -> SavedRun | None:
    """Return the run of a folder, None when there is none yet; raises ConfigurationError."""
    path = folder / "run.json"
    if not path.exists():
        return None
    try:
        document = orjson.loads(path.read_bytes())
        plan = document["plan"]
        plan["rates"] = Rates(**plan["rates"])
        clock = ScaledClock(**document["clock"])
        return SavedRun(RunPlan(**plan), clock, bool(document["real_clock"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigurationError(
            f"{path} is not what simulate writes ({fault}): give --run NAME and --topic NAME "
            "to begin another run"
        ) from fault
