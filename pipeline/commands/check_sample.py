"""What `check --sample` says: of the orders, of the tiles, of the generation."""

from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.jobs.book import Book
from pipeline.mapping.left_out import left_out_dimensions
from pipeline.mapping.model import Mapping
from pipeline.mapping.sample import Sampled, sample
from pipeline.settings import Settings
from pipeline.stores.snapshots import RedisSnapshots

_SHOWN = 600


def sample_report(
    settings: Settings, catalogue: Catalogue, mapping: Mapping, file: Path
) -> tuple[list[str], bool]:
    """Return the lines to print, and whether every order line was taken."""
    with file.open("rb") as messages:
        found = sample(mapping, catalogue.shop.currency, messages)
    if not found.messages:
        raise ConfigurationError(f"{file} holds no messages")
    lines = ["", *sums(found), *example(found), *failures(found, file)]
    unmapped = left_out_dimensions(catalogue, mapping)
    lines.append(
        f"left out    {', '.join(unmapped)}: not in this feed"
        if unmapped
        else "left out    nothing"
    )
    lines.append(f"generation  {generation(settings, catalogue)}")
    return lines, not found.rejected


def sums(found: Sampled) -> list[str]:
    rejected = [f"rejected    {n} {reason}" for reason, n in found.rejected.most_common()]
    said = [
        f"sample      {found.messages} messages, {found.lines} lines",
        f"accepted    {found.accepted}",
        *rejected,
    ]
    if found.duplicates:
        said.append(f"duplicate   {found.duplicates}: same event_id and payload")
    if found.skipped:
        said.append(f"skipped     {found.skipped} by [[skip]]")
    return said


def example(found: Sampled) -> list[str]:
    if found.example is None:
        return ["example     none: no line became an event"]
    number, message, event = found.example
    return [
        f"example     line {number} of the sample",
        f"  from      {cut(message)}",
        f"  to        {event}",
    ]


def failures(found: Sampled, file: Path) -> list[str]:
    said = []
    for (reason, _), failure in found.failures.items():
        item = "" if failure.index is None else f", item {failure.index}"
        said += [
            f"{file.name}:{failure.number}{item}: {reason}: {failure.detail}",
            f"  {cut(failure.message)}",
        ]
    return said


def generation(settings: Settings, catalogue: Catalogue) -> str:
    """Say whether the live job must begin a new generation to count by these settings."""
    active = Book(settings.home).page(settings.link).active
    try:
        snapshots = RedisSnapshots(settings.endpoint("redis_url"), catalogue)
        reading = snapshots.active()
        active = snapshots.meta(reading.stream) or active if reading else active
    except (ServiceUnavailable, ConfigurationError):
        pass  # the book knows it too
    if active is None:
        return "none runs yet: submit live begins the first"
    if active.plan == catalogue.plan:
        return f"{active.stream} counts by this plan: none is needed"
    return f"{active.stream} counts by plan {active.plan}: submit live begins a new one"


def cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
