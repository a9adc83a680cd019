"""A headless Chromium, told what to do over a pipe.

A pipe and not a port: a debugging port lets every program of this machine drive the browser. What
the protocol needs of us is JSON between NUL bytes on the file descriptors 3 and 4.
"""

import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import contextmanager, suppress
from typing import Any

from pipeline.errors import ConfigurationError, ServiceUnavailable

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-first-run",
    "--remote-debugging-pipe",
)
CALL_S = 30.0  # a picture of a large screen takes seconds on a busy machine
END_S = 5.0
CHUNK = 1 << 16
# 3 and 4 are the pipe; what the browser prints goes to stderr.
ON_A_PIPE = 'exec "$@" 3<&0 4>&1 </dev/null >&2'

Event = Callable[[str, Mapping[str, Any]], None]


def find_chromium() -> str:
    """Return where the browser is; raises ConfigurationError saying how to get one."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise ConfigurationError(
            "no Chromium on this machine: apt-get install -y --no-install-recommends chromium"
        )
    return found


class Refusal(ServiceUnavailable):
    """The browser is gone, did not answer in time, or could not do what it was told."""


class Chromium:
    """A running browser with one page. `on_event(method, params)` is called by its own thread."""

    def __init__(self, process: "subprocess.Popen[bytes]", on_event: Event | None = None) -> None:
        self.process = process
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._answers: dict[int, Future[dict[str, Any]]] = {}
        self._sending = threading.Lock()
        self._session = ""
        threading.Thread(target=self._listen, name="chromium", daemon=True).start()

    def open_page(self) -> None:
        """Make the page that `call` speaks to."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def call(self, method: str, timeout_s: float = CALL_S, **params: Any) -> dict[str, Any]:
        """Do one thing and return its result; raises Refusal."""
        number, answer = next(self._numbers), Future[dict[str, Any]]()
        self._answers[number] = answer
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        try:
            self._send(message)
            said = answer.result(timeout_s)
        except NotInTime as fault:
            raise Refusal(f"Chromium did not do {method} within {timeout_s:g} s") from fault
        except OSError as fault:
            raise Refusal(f"Chromium ended before {method} ({fault})") from fault
        finally:
            self._answers.pop(number, None)
        if "error" in said:
            raise Refusal(f"Chromium could not do {method}: {said['error']['message']}")
        return dict(said["result"])

    def evaluate(self, expression: str, timeout_s: float = CALL_S) -> Any:
        """Return the value of a JavaScript expression, awaited; raises Refusal."""
        said = self.call(
            "Runtime.evaluate",
            timeout_s,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in said:
            thrown = said["exceptionDetails"]
            raise Refusal(f"the page could not tell: {thrown.get('exception', thrown)}")
        return said["result"].get("value")

    def _send(self, message: Mapping[str, Any]) -> None:
        stream = self.process.stdin
        if stream is None:
            raise OSError("no pipe")
        with self._sending:
            stream.write(json.dumps(message).encode() + b"\0")
            stream.flush()

    def _listen(self) -> None:
        pending = bytearray()
        while chunk := self._read():
            pending += chunk
            *whole, rest = pending.split(b"\0")
            pending = bytearray(rest)
            for one in whole:
                self._hear(json.loads(one))
        for answer in list(self._answers.values()):
            if not answer.done():
                answer.set_exception(OSError("its pipe was closed"))

    def _read(self) -> bytes:
        stream = self.process.stdout
        return b"" if stream is None else os.read(stream.fileno(), CHUNK)

    def _hear(self, message: Mapping[str, Any]) -> None:
        if "id" in message:
            answer = self._answers.get(message["id"])
            if answer is not None and not answer.done():
                answer.set_result(dict(message))
        elif self._on_event is not None:
            self._on_event(message["method"], message.get("params", {}))


@contextmanager
def running_chromium(
    size: tuple[int, int], on_event: Event | None = None, *more: str
) -> Iterator[Chromium]:
    """Run a browser with a page of exactly this size; it and its folder are gone afterwards."""
    program = find_chromium()
    with tempfile.TemporaryDirectory(prefix="daping-chromium-", ignore_cleanup_errors=True) as home:
        arguments = [*ARGUMENTS, f"--user-data-dir={home}", *more]
        if os.geteuid() == 0:  # Chromium does not run as root with its sandbox
            arguments.append("--no-sandbox")
        process = subprocess.Popen(
            ["sh", "-c", ON_A_PIPE, "sh", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            chromium = Chromium(process, on_event)
            chromium.open_page()
            width, height = size
            chromium.call(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=1,
                mobile=False,
            )
            yield chromium
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """A closed pipe ends Chromium; what does not end is killed, with what it started."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, 9)
    process.wait()
