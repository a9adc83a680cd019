"""Single keys of a person at a terminal, without waiting for Enter and without waiting at all."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 64  # keys read in one look; a pasted text is not a day's work


class Keyboard:
    """Reads what has been typed; nothing where standard input is no terminal."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    @property
    def there(self) -> bool:
        """Say whether somebody can type."""
        return self._descriptor is not None

    def typed(self) -> str:
        """Return the keys since the last look, perhaps none; never waits."""
        if self._descriptor is None:
            return ""
        ready, _, _ = select.select([self._descriptor], [], [], 0)
        if not ready:
            return ""
        found = os.read(self._descriptor, AT_ONCE)
        if not found:  # the terminal has gone away
            self._descriptor = None
        return found.decode("utf-8", "ignore")


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Give the terminal's keys one by one while inside; Ctrl-C stays Ctrl-C."""
    if not sys.stdin.isatty():
        yield Keyboard(None)
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield Keyboard(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
