"""Errors of the pipeline, cut by what the caller does differently.

A bad *event* is data, never an exception: it travels as `events.Rejected`.
Every message names the thing, the place and the next step.
"""

from collections.abc import Sequence


class DapingError(Exception):
    """Anything the product says on purpose; a command prints it in one line and exits 1."""


class ConfigurationError(DapingError):
    """A setting, a file or an argument is wrong; nothing was started or written."""


class Faults(ConfigurationError):
    """Several faults found in one pass, each already naming its file and entry.

    >>> str(Faults("catalogue", ["cubes.toml [cube.x]: unknown key 'colour'"])).splitlines()[0]
    'catalogue: 1 fault'
    """

    def __init__(self, subject: str, faults: Sequence[str]) -> None:
        self.subject = subject
        self.faults = tuple(faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        super().__init__("\n  ".join([f"{subject}: {len(self.faults)} {noun}", *self.faults]))


class ServiceUnavailable(DapingError):
    """A service did not answer in its time limit; trying again later may work."""


class Refused(DapingError):
    """What was asked is understood and not done, because it would lose or falsify data."""


class Mismatch(DapingError):
    """Two ways to the same number disagree (`verify` exits 1)."""


class NeverRested(DapingError):
    """The feed never paused long enough to compare (`verify` exits 3)."""
