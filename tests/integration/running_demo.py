"""The whole demo as a person starts it, in a temporary home, with a hand on every process."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
# What `verify` holds to each other.
WAYS = {"ledger", "kafka", "redis", "clickhouse", "frame"}


@dataclass
class RunningDemo:
    """`python -m pipeline demo` with its own DAPING_HOME; end it with `stop`."""

    home: Path
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]
    log: Path
    seen: set[int] = field(default_factory=set)

    @classmethod
    def start(cls, home: Path, jars: Path, port: int, *options: str) -> "RunningDemo":
        """Start it; returns at once. `jars` is the folder an installation has filled."""
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "jars").exists():
            (home / "jars").symlink_to(jars)
        given = {k: v for k, v in os.environ.items() if not k.startswith("DAPING_")}
        environment = {**given, "DAPING_HOME": str(home), "DAPING_PROFILE": "laptop"}
        log = home / "demo.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "pipeline", "demo", "--no-open"),
                    *("--port", str(port)),
                    *options,
                ],
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        return cls(home, process, environment, log)

    @property
    def run(self) -> dict[str, Any]:
        """What run.json says now; empty while there is none."""
        try:
            return dict(json.loads((self.home / "run.json").read_text()))
        except (OSError, ValueError):
            return {}

    def get(self, path: str) -> Any:
        """Return a JSON document of the screen, or None while it has none."""
        url = str(self.run.get("screen", "")).rstrip("/")
        if not url:
            return None
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=5) as answer:
                return json.loads(answer.read())
        except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError):
            return None

    def frame(self) -> dict[str, Any] | None:
        frame = self.get("/frame.json")
        return frame if isinstance(frame, dict) else None

    def wait_live(self, limit_s: float = 400.0) -> dict[str, Any]:
        """Wait until the default window's hero is live; returns the frame."""
        until = time.monotonic() + limit_s
        hero = None
        while time.monotonic() < until:
            self.note_processes()
            frame = self.frame()
            if frame is not None:
                hero = frame["windows"][frame["default_window"]]["tiles"]["hero"]["state"]
                if hero["name"] == "live":
                    return frame
            assert self.process.poll() is None, self.tail()
            time.sleep(0.5)
        raise AssertionError(f"not live after {limit_s:.0f} s, hero {hero}:\n{self.tail()}")

    def wait(self, what: str, holds: Callable[[], bool], limit_s: float = 400.0) -> None:
        """Wait until something holds, while the demo runs; fails saying what did not."""
        until = time.monotonic() + limit_s
        while not holds():
            assert self.process.poll() is None, self.tail()
            assert time.monotonic() < until, f"{what}: not within {limit_s:.0f} s\n{self.tail()}"
            time.sleep(0.25)

    def wait_compared(self, limit_s: float = 400.0) -> None:
        """Wait until the archive job is submitted and every window has both its baselines."""
        self.wait("archive", lambda: self.state("submit-archive") == "done", limit_s)
        self.wait("comparisons", lambda: set(self.compared().values()) == {"ready"}, limit_s)

    def compared(self) -> dict[str, str]:
        """Return the state of every comparison on the wall; empty while there is no wall."""
        frame = self.frame() or {"windows": {}}
        return {
            f"{name} {kind}": said["state"]
            for name, window in frame["windows"].items()
            for kind, said in window["comparisons"].items()
        }

    def counted(self) -> int:
        """Return how many lines the wall has counted; they only grow. 0 while there is no wall."""
        frame = self.frame()
        return 0 if frame is None else int(frame["accounting"]["counted"])

    def wait_counted(self, before: int, limit_s: float = 400.0) -> int:
        """Wait until the wall has counted more lines than `before`; returns how many."""
        found = [before]

        def more() -> bool:
            found.append(self.counted())
            return found[-1] > before

        self.wait("new orders on the wall", more, limit_s)
        return found[-1]

    def state(self, name: str) -> str:
        """Return what the supervisor says of a part: `up`, `done`, ..."""
        return str(self.run.get("states", {}).get(name))

    def archived(self) -> int:
        """Return the sum of the archive's positions over plain HTTP; 0 without an answer."""
        run = self.run
        asked = {"database": run["database"], "param_topic": run["topic"]}
        query = b"SELECT sum(position) FROM archive_progress FINAL WHERE topic = {topic:String}"
        url = f"{run['clickhouse_url']}/?{urllib.parse.urlencode(asked)}"
        try:
            with urllib.request.urlopen(url, query, timeout=10) as answer:
                return int(answer.read())
        except OSError:
            return 0

    def command(self, *words: str, limit_s: float = 240.0) -> "subprocess.CompletedProcess[str]":
        """Run `python -m pipeline ...` beside the demo."""
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )

    def verify(self) -> list[dict[str, Any]]:
        """Assert that all five ways are equal to the cent; returns the rows of the comparison."""
        report = self.home / "verify.json"
        report.unlink(missing_ok=True)
        done = self.command("verify", "--timeout", "240", "--json", str(report), limit_s=420)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:] + self.tail()
        rows: list[dict[str, Any]] = json.loads(report.read_text())["rows"]
        assert {way for row in rows for way in row["values"]} >= WAYS
        return rows

    def said(self, part: str) -> str:
        """Return the log of a part."""
        log = self.home / "logs" / f"{part}.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def note_processes(self) -> None:
        """Remember every process of this run, so that a test can see that none is left."""
        if self.process.poll() is None:
            tree = psutil.Process(self.process.pid)
            self.seen |= {one.pid for one in tree.children(recursive=True)}

    def left(self) -> list[str]:
        """Return the command lines of our processes that still live (zombies do not count)."""
        alive = []
        for one in psutil.process_iter(["environ", "status", "cmdline", "pid"]):
            ours = (one.info["environ"] or {}).get("DAPING_HOME") == str(self.home)
            if ours and one.info["status"] != psutil.STATUS_ZOMBIE and one.pid != os.getpid():
                alive.append(" ".join(one.info["cmdline"] or [str(one.pid)])[:120])
        return alive

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self, limit_s: float = 40.0) -> int:
        """Ctrl-C, as a person would; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(limit_s)
        finally:
            if self.process.poll() is None:
                self.process.kill()
