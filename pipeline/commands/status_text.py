"""`services status` for people: one screen, readable at 80 columns."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.commands.status import Status
from pipeline.local.standing import PartStanding
from pipeline.values.streams import JobState

NOTHING = "—"
LONGEST = 200
DOT = " · "
GOOD, BAD = "green", "red"
STYLES = {"up": GOOD, "done": GOOD, "live": GOOD, "RUNNING": GOOD, "starting": "yellow"}
QUIET = {"waiting": "white", "stopped": "white", "loading": "yellow", "empty": "yellow"}
START = (
    "to start: make demo (everything, simulated orders), "
    "or python -m pipeline services up (Kafka, Redis, Flink, ClickHouse)"
)
COLUMNS = (
    ("part", "left"),
    ("state", "left"),
    ("pid", "right"),
    ("port", "right"),
    ("up", "right"),
    ("memory", "right"),
    ("restarts", "right"),
)


def write(status: Status, console: Console) -> None:
    """Print it all."""
    console.print(_head(status), soft_wrap=True)
    if status.parts:
        console.print(_table(status.parts))
    told = [*_wall(status), *_orders(status)]
    if told:
        console.print()
        console.print(_lines(told))
    wrong = list(_wrong(status))
    if wrong:
        console.print()
        console.print(_lines(wrong, "red"))


def _head(status: Status) -> Text:
    if status.supervisor is None:
        text = f"nothing runs for {status.home}"
        if status.left_behind:
            text += " (an earlier supervisor was killed; the next start ends what it left)"
        return Text(f"{text}\n{START}")
    what, pid = status.supervisor
    facts = [f"{what}, pid {pid}, {status.home}", f"topic {status.topic}"]
    facts += [f"{name} {value}" for name, value in status.run.items() if value]
    return Text(DOT.join(facts))


def _table(parts: tuple[PartStanding, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_footer=True, padding=(0, 2, 0, 0))
    memory = sum(part.memory or 0 for part in parts)
    for name, side in COLUMNS:
        footer = {"part": "together", "memory": _bytes(memory)}.get(name, "")
        table.add_column(name, footer, justify="right" if side == "right" else "left", no_wrap=True)
    for part in parts:
        table.add_row(
            part.name,
            Text(part.state, _style(part.state)),
            _number(part.pid),
            _number(part.port),
            NOTHING if part.up_s is None else _span(part.up_s),
            NOTHING if part.memory is None else _bytes(part.memory),
            Text(str(part.restarts), "yellow" if part.restarts else ""),
        )
    return table


def _wall(status: Status) -> Iterator[tuple[str, str | Text]]:
    screen = status.screen
    if screen is None:
        return
    said = Text(screen.state, _style(screen.state))
    said.append(f" ({screen.reason})" if screen.reason else "")
    age = "no data yet" if screen.age_s is None else f"data {_span(screen.age_s)} old"
    lag = "lag unknown" if screen.lag is None else f"lag {screen.lag:,}"
    said.append(DOT + DOT.join((age, lag, f"alerts {screen.alerts}")))
    yield "wall", said
    viewers = NOTHING if screen.viewers is None else str(screen.viewers)
    tick = NOTHING if screen.tick_ms is None else f"{screen.tick_ms} ms"
    read = NOTHING if screen.snapshot_age_s is None else f"{_span(screen.snapshot_age_s)} ago"
    yield (
        "screen",
        DOT.join((status.screen_url, f"viewers {viewers}", f"tick {tick}", f"Redis read {read}")),
    )
    agree = {True: "auditor agrees", False: "auditor DISAGREES", None: "auditor: no word yet"}
    yield (
        "messages",
        DOT.join(
            (
                f"{screen.counted:,} counted",
                f"{screen.duplicate:,} duplicate",
                f"{screen.refused:,} refused",
                agree[screen.agree],
            )
        ),
    )


def _orders(status: Status) -> Iterator[tuple[str, str | Text]]:
    if status.job is not None:
        yield "live job", _job(status.job, status.generation, status.now_ms)
    if status.archive is not None:
        at = status.archive
        behind = "" if at.behind is None else f", {at.behind:,} behind"
        yield "archive", f"{at.taken:,} messages taken{behind}{DOT}{at.closed_days:,} days closed"
    if status.source is not None:
        source = status.source
        speed = "standing" if source.speed == 0 else f"{source.speed:g}× speed"
        heard = _span((status.now_ms - source.heartbeat_real_ms) / 1000)
        yield "source", DOT.join((f"{source.kind}: {source.name}", speed, f"heard {heard} ago"))
    if status.auditor is not None:
        heard = _span((status.now_ms - status.auditor.measured_real_ms) / 1000)
        yield "auditor", f"{status.auditor.topic}{DOT}heard {heard} ago"
    if status.adapter is not None:
        parts = status.adapter.partitions
        names = ("lines", "events", "refused", "skipped")
        sums = [f"{sum(getattr(p, name) for p in parts):,} {name}" for name in names]
        heard = _span((status.now_ms - status.adapter.measured_real_ms) / 1000)
        yield "adapter", DOT.join((status.adapter.foreign, *sums, f"heard {heard} ago"))


def _job(job: JobState, generation: str | None, now_ms: int) -> Text:
    said = Text(job.status, _style(job.status))
    told = _span((now_ms - job.measured_real_ms) / 1000)
    checkpoint = "no checkpoint yet"
    if job.checkpoint_age_ms is not None:
        age = (now_ms - job.measured_real_ms + job.checkpoint_age_ms) / 1000
        checkpoint = f"checkpoint {_span(age)} ago"
    shown = "no generation on the wall" if generation is None else f"generation {generation}"
    said.append(DOT + DOT.join((shown, f"restarts {job.restarts}", checkpoint, f"told {told} ago")))
    return said


def _wrong(status: Status) -> Iterator[tuple[str, str]]:
    """Yield everything that went wrong, the last of each part, with where to read more."""
    for part in status.parts:
        if part.trouble is not None:
            when = ""
            if part.trouble_ms is not None:
                when = f"{_span((status.now_ms - part.trouble_ms) / 1000)} ago: "
            yield part.name, f"{when}{_shortened(part.trouble)}"
    if status.job is not None and status.job.last_exception:
        yield "live job", f"last exception: {_shortened(status.job.last_exception)}"
    screened = any(part.name == "screen" for part in status.parts)
    for name, why in status.faults.items():
        if screened or name != "screen":  # one that nobody started is no trouble
            yield name, _shortened(why)


def _shortened(text: str) -> str:
    """Return at most three lines of a terminal; the log has all of it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _lines(told: list[tuple[str, str | Text]] | list[tuple[str, str]], style: str = "") -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style=style)
    table.add_column(overflow="fold")
    for name, text in told:
        table.add_row(name, text if isinstance(text, Text) else Text(text))
    return table


def _style(state: str) -> str:
    return STYLES.get(state) or QUIET.get(state) or BAD


def _number(value: int | None) -> str:
    return NOTHING if value is None else str(value)


def _span(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{max(0.0, seconds):.1f} s" if seconds < 9.95 else f"{whole} s"
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes = rest // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _bytes(size: int) -> str:
    mib = size / 1024**2
    return f"{mib / 1024:.1f} GiB" if mib >= 1000 else f"{mib:.0f} MiB"
