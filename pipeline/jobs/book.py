"""The book of generations, `DAPING_HOME/generations.json`: what outlives a Redis that forgot.

The archive job of a link has a page of its own beside the link's: its own numbers.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigurationError, Refused
from pipeline.values.streams import GenerationMeta, LinkGeneration


@dataclass(frozen=True, slots=True)
class Page:
    """One link: its last number, the active generation's meta and life, and those put away.

    `retired` maps a generation that is no longer read to the real instant (epoch ms) of that.
    """

    last: int = 0
    active: GenerationMeta | None = None
    life: str | None = None
    retired: tuple[tuple[int, int], ...] = ()


def archive_page(link: str) -> str:
    """Return the name of the page of a link's archive job."""
    return f"archive:{link}"


TURN_LOOK_S = 0.2


class BeingStarted(Refused):
    """Somebody else is beginning a generation of the link just now."""


class Book:
    """Reads and replaces the file as a whole.

    One writer of a page at a time is enough (submit or watch); pages do not disturb each other.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "generations.json"

    def page(self, link: str) -> Page:
        """Return a link's page, at first an empty one; raises ConfigurationError (unreadable)."""
        given = self._read().get(link)
        if given is None:
            return Page()
        try:
            meta = given["active"]
            return Page(
                last=given["last"],
                active=None if meta is None else _meta(meta),
                life=given["life"],
                retired=tuple((int(number), int(at)) for number, at in given["retired"]),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise self._unreadable(fault) from fault

    def take_number(self, link: str, known: tuple[int, ...]) -> int:
        """Return a number never used before and remember it."""
        page = self.page(link)
        number = max((page.last, *known)) + 1
        self.write(link, replace(page, last=number))
        return number

    @contextlib.contextmanager
    def turn(self, link: str, patience_s: float = 0.0) -> Iterator[None]:
        """Hold the right to begin a generation of a link: `submit` and `watch` have it in turn.

        Raises BeingStarted when another still has it after `patience_s`; a process that dies gives
        it back.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + patience_s
        with self._path.with_suffix(f".{link}.turn").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise BeingStarted(
                            f"a generation of link {link} is being started already; wait for that "
                            "one (its `submit` or `watch` says how far it is)"
                        ) from None
                time.sleep(TURN_LOOK_S)
            yield

    def write(self, link: str, page: Page) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Held for a few milliseconds; the kernel lets go of it with a process that dies.
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            pages = {**self._read(), link: asdict(page)}
            beside = self._path.with_suffix(".new")
            with beside.open("w") as file:
                json.dump(pages, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        try:
            return dict(json.loads(self._path.read_text()))
        except ValueError as fault:
            raise self._unreadable(fault) from fault

    def _unreadable(self, fault: Exception) -> ConfigurationError:
        return ConfigurationError(
            f"{self._path} is not readable ({fault}); delete it, Redis knows the numbers too"
        )


def _meta(given: dict[str, Any]) -> GenerationMeta:
    return GenerationMeta(
        stream=LinkGeneration(**given["stream"]),
        plan=given["plan"],
        topic=given["topic"],
        started_real_ms=given["started_real_ms"],
        first={int(p): offset for p, offset in given["first"].items()},
        target={int(p): offset for p, offset in given["target"].items()},
        cells_from_minute=given["cells_from_minute"],
        parallelism=given.get("parallelism", 0),
    )
