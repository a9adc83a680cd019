"""The keys of the demo's terminal: faults to inject, and `verify` at any moment."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.commands.demo_faults import FaultDesk, Say
from pipeline.local.flink import CHECKOUT
from pipeline.local.process import MARK, tail
from pipeline.values.injected import FaultKind

KEYS: Mapping[str, FaultKind] = {
    "d": "duplicates",
    "l": "late",
    "p": "poison",
    "r": "refunds",
    "1": "kill_redis",
    "2": "kill_taskmanager",
    "3": "kill_kafka",
    "4": "kill_clickhouse",
}
HELP = (
    "keys: d duplicates ×10   l late orders   p broken messages   r refunds",
    "      kill -9: 1 Redis   2 TaskManager   3 Kafka   4 ClickHouse      v verify now   ? keys",
)


class DemoKeys:
    """Does what is typed. `typed()` gives the keys since the last look, at once."""

    def __init__(self, typed: Callable[[], str], desk: FaultDesk, home: Path, say: Say) -> None:
        self._typed = typed
        self._desk = desk
        self._home = home
        self._say = say
        self._verify: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Call it often; it never waits."""
        for key in self._typed():
            kind = KEYS.get(key.lower())
            if kind is not None:
                self._desk.inject(kind, secrets.token_hex(4))
            elif key.lower() == "v":
                self._begin_verify()
            elif key in "?h":
                self.help()
        self._desk.look()
        self._follow_verify()

    def help(self) -> None:
        for line in HELP:
            self._say(line)

    @property
    def _log(self) -> Path:
        return self._home / "logs" / "verify.log"

    def _begin_verify(self) -> None:
        if self._verify is not None:
            self._say("verify is still at work")
            return
        self._say("verify: pausing the simulator, comparing everything")
        environment = {**os.environ, MARK: str(self._home), "DAPING_HOME": str(self._home)}
        with self._log.open("wb") as log:
            self._verify = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "verify"],
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _follow_verify(self) -> None:
        if self._verify is None or self._verify.poll() is None:
            return
        last = tail(self._log, 1).strip()
        verdict = "verify" if self._verify.returncode == 0 else "verify FAILED"
        self._say(f"{verdict}: {last} (all of it: {self._log})")
        self._verify = None
