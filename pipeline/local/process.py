"""One running process of a part: started in its own session, ended with everything below it."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.local.niceness import group_behind
from pipeline.local.part import Part
from pipeline.local.ports import is_free

# Every process we start, and every process that one starts, carries this in its environment.
MARK = "DAPING_SUPERVISED"
LOG_LIMIT_BYTES = 20_000_000
POLL_S = 0.05


class Process:
    """A part that has been started. Start it from a thread that lives as long as it should:

    the kernel ends the child when the *thread* that started it ends (PR_SET_PDEATHSIG).
    """

    def __init__(self, part: Part, home: Path) -> None:
        """Start the part; raises ConfigurationError when something it needs is missing."""
        self.part = part
        part.prepare()
        if part.port is not None and not is_free(part.port):
            raise ServiceUnavailable(f"{part.name}: port {part.port} is taken by another program")
        self.started = time.monotonic()
        self._child = _spawn(part, home)
        self.pid = self._child.pid
        if part.niceness:
            group_behind(self.pid, part.niceness)

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal, or None while it runs."""
        return self._child.poll()

    def healthy(self) -> bool:
        if self.exit_code is not None:
            return False
        return self.part.healthy is None or self.part.healthy()

    def wait_healthy(self, limit_s: float | None = None) -> None:
        """Wait for the health check; raises ServiceUnavailable with the end of the log."""
        limit = self.part.start_limit_s if limit_s is None else limit_s
        while not self.healthy():
            if self.exit_code is not None:
                raise ServiceUnavailable(
                    f"{self.part.name} ended with code {self.exit_code}; "
                    f"{self.part.log} ends with:\n{tail(self.part.log)}"
                )
            if time.monotonic() - self.started > limit:
                raise ServiceUnavailable(
                    f"{self.part.name} was not ready after {limit:.0f} s; "
                    f"{self.part.log} ends with:\n{tail(self.part.log)}"
                )
            time.sleep(POLL_S)

    def ask_to_end(self) -> None:
        """Ask the process to end in order; returns at once."""
        if self.exit_code is None:
            self._child.terminate()

    def kill(self) -> None:
        """End the process and all it started, at once, and take the body away."""
        # The group outlives its leader while workers are left in it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(5)

    def stop(self) -> None:
        """Ask, wait for the part's own limit, then end it with everything below it."""
        self.ask_to_end()
        self.wait_or_kill()

    def wait_or_kill(self) -> None:
        """Wait for the part's own limit, then end it with everything below it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(self.part.stop_limit_s)
        self.kill()


def _spawn(part: Part, home: Path) -> subprocess.Popen[bytes]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ConfigurationError("no setpriv (util-linux): python -m pipeline doctor")
    for folder in (part.log.parent, part.working):
        folder.mkdir(parents=True, exist_ok=True)
    if part.log.exists() and part.log.stat().st_size > LOG_LIMIT_BYTES:
        part.log.replace(part.log.with_suffix(".1.log"))
    environment = {**os.environ, **part.environment, MARK: str(home)}
    with part.log.open("ab") as log:
        return subprocess.Popen(
            [setpriv, "--pdeathsig", "KILL", "--", *_nice(part), *part.command()],
            cwd=part.working,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _nice(part: Part) -> tuple[str, ...]:
    return ("nice", "-n", str(part.niceness)) if part.niceness else ()


def tail(log: Path, lines: int = 5) -> str:
    """Return the last lines of a log, for a message to a person."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            text = file.read().decode(errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:])
