"""From what a person asked for to a run: a new one, or the one that is going on."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.catalogue.model import Shop
from pipeline.clock import Clock, ScaledClock
from pipeline.errors import ConfigurationError
from pipeline.simulator.orders import MINUTE_MS
from pipeline.simulator.rates import Rates
from pipeline.simulator.run_folder import SavedRun, load_run
from pipeline.simulator.run_plan import RunPlan
from pipeline.simulator.shape import CLOSE, OPENING

DEFAULT_START = "2026-11-11 16:48"
DEFAULT_SEED = 1111
DEFAULT_LINES = 200_000
LONGEST_GAP_MS = 7 * 86_400_000


@dataclass(frozen=True)
class Asked:
    """The options; None was not given. `rates` holds only the rates given."""

    run: str
    topic: str
    rates: dict[str, float]
    speed: float | None = None
    seed: int | None = None
    lines: int | None = None
    start: str | None = None
    real_clock: bool = False
    prefill: bool = True


def instant_of(text: str, zone: str) -> int:
    """Return epoch ms of a local time such as "2026-11-11 16:48"; raises ConfigurationError."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"{text!r} is no time; write it as {DEFAULT_START!r}") from None
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def begin(asked: Asked, shop: Shop, real: Clock) -> SavedRun:
    """Return a new run. It begins at the opening, 20:00 of the eve, or at once without prefill."""
    if asked.real_clock and asked.start is not None:
        raise ConfigurationError("--start and --now exclude each other")
    if asked.real_clock and asked.speed not in (None, 1.0):
        raise ConfigurationError("--now is the real clock, which runs at speed 1: drop --speed")
    now = real.now_ms()
    start = now if asked.real_clock else instant_of(asked.start or DEFAULT_START, shop.zone)
    midnight = _midnight(start, shop.zone)
    plan = RunPlan(
        run=asked.run,
        topic=asked.topic,
        seed=DEFAULT_SEED if asked.seed is None else asked.seed,
        lines=DEFAULT_LINES if asked.lines is None else asked.lines,
        midnight=midnight,
        first=midnight + OPENING if asked.prefill else start // MINUTE_MS,
        start_ms=start,
        rates=Rates(**asked.rates),
    )
    clock = ScaledClock(now, start, 1.0 if asked.speed is None else asked.speed)
    return SavedRun(plan, clock, asked.real_clock)


def go_on(asked: Asked, saved: SavedRun, last_ms: int, shop: Shop, real: Clock) -> SavedRun:
    """Return the run as it goes on after `last_ms`, the arrival of its last event.

    Its clock is where it would be had it never stopped; when that is past the close of its day,
    it goes on from where it stopped, so that tomorrow's demo still shows the promotion.
    """
    _refuse_another_plan(asked, saved, shop)
    now = real.now_ms()
    if saved.real_clock:
        if now - last_ms > LONGEST_GAP_MS:
            raise ConfigurationError(
                f"run {saved.plan.run} stopped over a week ago: give --run NAME and --topic NAME"
            )
        return replace(saved, clock=ScaledClock(now, now, 1.0))
    at = saved.clock.at_real(now)
    if at > (saved.plan.midnight + CLOSE) * MINUTE_MS:
        at = last_ms
    speed = saved.clock.speed if asked.speed is None else asked.speed
    return replace(saved, clock=ScaledClock(now, max(at, last_ms), speed))


def open_run(asked: Asked, folder: Path, last_ms: int | None, shop: Shop, real: Clock) -> SavedRun:
    """Return the folder's run, going on, or a new one."""
    saved = load_run(folder)
    if saved is None:
        return begin(asked, shop, real)
    return go_on(asked, saved, saved.plan.start_ms if last_ms is None else last_ms, shop, real)


def _refuse_another_plan(asked: Asked, saved: SavedRun, shop: Shop) -> None:
    plan = saved.plan
    start = None if asked.start is None else instant_of(asked.start, shop.zone)
    wanted = {"topic": asked.topic, "seed": asked.seed, "lines": asked.lines, "start_ms": start}
    differing = [
        f"--{name.removesuffix('_ms')} was {getattr(plan, name)}"
        for name, value in wanted.items()
        if value is not None and value != getattr(plan, name)
    ]
    for rate in fields(Rates):
        given = asked.rates.get(rate.name)
        if given is not None and given != getattr(plan.rates, rate.name):
            differing.append(f"--{rate.name} was {getattr(plan.rates, rate.name)}")
    if asked.real_clock != saved.real_clock:
        differing.append("--now was " + ("given" if saved.real_clock else "not given"))
    if differing:
        raise ConfigurationError(
            f"run {plan.run} is going on with other options ({', '.join(differing)}): give the "
            "same ones, or --run NAME and --topic NAME for another run"
        )


def _midnight(ms: int, zone: str) -> int:
    """Return the epoch minute of 00:00 local of the date an instant is in."""
    local = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(start.timestamp()) // 60
