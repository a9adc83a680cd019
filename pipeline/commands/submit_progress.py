"""Telling how far a job has come in what it must have read: a line for every tenth."""

import click


class Progress:
    """Prints a line whenever a tenth of the way is done."""

    def __init__(self, what: str = "offsets") -> None:
        self._what = what
        self._whole = 0
        self._tenths = -1

    def __call__(self, rest: int) -> None:
        self._whole = max(self._whole, rest)
        tenths = 10 * (self._whole - rest) // self._whole
        if tenths > self._tenths:
            self._tenths = tenths
            click.echo(f"{10 * tenths} %: {rest} {self._what} to go")
