"""Our own commands and the screen as parts, so that the supervisor looks after them too."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.errors import ConfigurationError
from pipeline.local.flink import CHECKOUT
from pipeline.local.layout import Layout
from pipeline.local.part import Part, Restart, Stage
from pipeline.local.probes import http_answers

SUBMIT_LIMIT_S = 180.0
SUBMIT_PATIENCE_S = 120.0
BACKFILL = "backfill"
# The way of the first number comes first while everything starts.
BEHIND = 10
# What is not needed for the first numbers and what they are compared with leaves them the cores.
FIRST_LOOK_S = 12.0
AUDIT_AFTER_S = 5.0
WATCH_AFTER_S = 30.0
PAST, PAST_ARCHIVE = "past", "past-archive"


def refuse_unsafe_screen() -> None:
    """Raise ConfigurationError when the screen would not start as it is set.

    Asked of the screen itself, which is not ours to import, before anything else starts.
    """
    told = subprocess.run(
        (sys.executable, "-m", "app.access"),
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode != 0:
        raise ConfigurationError(told.stderr.strip().splitlines()[-1])


@dataclass(frozen=True)
class Programs:
    """Describes the programs of one run; all of them get the same environment."""

    layout: Layout
    environment: Mapping[str, str]

    def source(self, *arguments: str) -> Part:
        """`simulate ...` or `replay ...`: goes on until it has nothing more to send."""
        return replace(self._command("source", arguments, needs=("kafka",)), niceness=BEHIND)

    def submit(self) -> Part:
        return self._command(
            "submit",
            # It loads PyFlink while the services start, and waits for them itself.
            ("submit", "live", "--at-once", "--patience", f"{SUBMIT_PATIENCE_S:g}"),
            needs=(),
            run_limit_s=SUBMIT_LIMIT_S,
        )

    def archive(self) -> Part:
        """Submits the archive job, once the live job has what it needs; `watch` keeps it alive."""
        part = self._command(
            "submit-archive",
            ("submit", "archive", "--behind-live", "--patience", f"{SUBMIT_PATIENCE_S:g}"),
            # A link has one archive job at a time: that of the past comes first.
            needs=("kafka", "redis", "jobmanager", "clickhouse", "submit", PAST_ARCHIVE),
            run_limit_s=2 * SUBMIT_LIMIT_S,
        )
        return replace(part, niceness=BEHIND, waits_s=FIRST_LOOK_S)

    def past(self, *arguments: str) -> Part:
        """`replay ... --past`: sends what lies before the day, once that one has its job."""
        part = self._command(PAST, arguments, needs=("kafka", "submit"))
        return replace(part, niceness=BEHIND, ends=True)

    def past_archive(self, topic: str) -> Part:
        """Takes the past into the archive and ends."""
        words = ("submit", "archive", "--topic", topic, "--drain")
        part = self._command(
            PAST_ARCHIVE,
            (*words, "--behind-live", "--patience", f"{SUBMIT_PATIENCE_S:g}"),
            needs=("jobmanager", "clickhouse", PAST),
        )
        return replace(part, niceness=BEHIND, ends=True)

    def backfill(self, *arguments: str) -> Part:
        """`backfill ...`: the simulated shop's past; it ends when all of it is there.

        The days the wall is compared with are waited for; behind them it steps back by itself.
        """
        return self._command(BACKFILL, (*arguments, "--behind-live"), needs=("clickhouse",))

    def close(self, past_topic: str | None) -> Part:
        """Counts finished days again and closes them, those of the past too."""
        past = ("--past-topic", past_topic) if past_topic else ()
        part = self._command(
            "close",
            ("close", "--follow", *past),
            needs=("clickhouse", "submit"),
            restart=Restart.ALWAYS,
        )
        return replace(part, niceness=BEHIND, waits_s=FIRST_LOOK_S)

    def watch(self) -> Part:
        part = self._command(
            "watch", ("watch",), needs=("kafka", "redis", "jobmanager"), restart=Restart.ALWAYS
        )
        return replace(part, waits_s=WATCH_AFTER_S)

    def audit(self) -> Part:
        audit = self._command(
            "audit", ("audit",), needs=("kafka", "submit"), restart=Restart.ALWAYS
        )
        return replace(audit, niceness=BEHIND, waits_s=AUDIT_AFTER_S)

    def screen(self, host: str, port: int) -> Part:
        """The web server; it needs nobody, since it shows what is missing."""
        server = ["-w", "1", "-k", "gthread", "--threads", "16", "--log-level", "warning"]
        server += ["--worker-connections", "4000", "--keep-alive", "10"]
        return Part(
            name="screen",
            command=lambda: (
                *(sys.executable, "-m", "gunicorn", *server),
                *("-b", f"{host}:{port}", "app.wsgi:server"),
            ),
            log=self.layout.logs / "screen.log",
            working=self.layout.home,
            healthy=lambda: http_answers(port, "/healthz"),
            port=port,
            stage=Stage.COMMAND,
            environment=self._environment({"DAPING_HOST": host, "DAPING_PORT": str(port)}),
        )

    def _command(
        self,
        name: str,
        arguments: tuple[str, ...],
        needs: tuple[str, ...],
        restart: Restart = Restart.ON_FAILURE,
        run_limit_s: float | None = None,
    ) -> Part:
        return Part(
            name=name,
            command=lambda: (sys.executable, "-m", "pipeline", *arguments),
            log=self.layout.logs / f"{name}.log",
            working=self.layout.home,
            needs=needs,
            stage=Stage.COMMAND,
            environment=self._environment({}),
            restart=restart,
            run_limit_s=run_limit_s,
            ends=run_limit_s is not None,
        )

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {**self.environment, **more, "PYTHONPATH": str(CHECKOUT)}
