"""The whole demo as a person starts it, in a temporary home, with a hand on every process."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]


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

    def wait_live(self, limit_s: float = 120.0) -> dict[str, Any]:
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

    def kill(self, name: str) -> None:
        """kill -9 of one supervised process and of what it started."""
        self.note_processes()
        pid = int(self.run["pids"][name])
        for one in [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]:
            one.send_signal(signal.SIGKILL)

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

    def verify(self) -> None:
        """Assert that oracle, Kafka, Redis and frame are equal to the cent."""
        done = self.command("verify", "--timeout", "180")
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:] + self.tail()

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
