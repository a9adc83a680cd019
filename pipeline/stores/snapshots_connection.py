"""One Redis: its connection, its limits and its errors in our words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.exceptions import NoScriptError, OutOfMemoryError, RedisError, ResponseError

from pipeline.errors import ConfigurationError, Refused, ServiceUnavailable

# The screen ticks every second and must say within two ticks that Redis is silent; the longest
# single wait of a healthy one (a job's pipeline of 10,000 rows) is below 0.2 s.
CALL_TIMEOUT_S = 2.0
# On one machine or in one room a connection is made in milliseconds or not at all.
CONNECT_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Script:
    """A Lua script beside this module, sent once per server and called by its digest."""

    name: str
    source: str

    @classmethod
    def read(cls, *names: str) -> "Script":
        """Read the files of these names, joined; the last one names the script."""
        folder = Path(__file__).parent
        texts = [(folder / f"snapshots_{name}.lua").read_text("utf-8") for name in names]
        return cls(names[-1], "\n".join(texts))

    @cached_property
    def digest(self) -> str:
        return sha1(self.source.encode("utf-8"), usedforsecurity=False).hexdigest()

    def call(self, keys: Sequence[str], arguments: Sequence[str | bytes | int]) -> tuple[Any, ...]:
        """Return the command that runs it."""
        return ("EVALSHA", self.digest, len(keys), *keys, *arguments)


class Connection:
    """Runs commands, connecting on first use. Safe in threads.

    Raises ServiceUnavailable when it did not answer, Refused when it answered no.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        self.address = address_of(url)
        try:
            self._redis = redis.Redis.from_url(
                url,
                socket_timeout=timeout_s,
                socket_connect_timeout=min(timeout_s, CONNECT_TIMEOUT_S),
                socket_keepalive=True,
            )
        except ValueError:
            raise ConfigurationError(
                f"{self.address} is not a Redis URL: write redis://host:port/0"
            ) from None  # the cause would show the password

    def run(self, *command: Any) -> Any:
        """Run one command that is no script."""
        with self._errors(str(command[0])):
            return self._redis.execute_command(*command)

    def call(self, script: Script, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run a script, sending it first to a server that does not know it."""
        return self.call_all(script, [script.call(keys, arguments)])[0]

    def call_all(self, script: Script, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Run many calls of a script in one pipeline; all are tried before any error is raised."""
        with self._errors(script.name):
            answers = self._pipeline(commands)
            unknown = [i for i, a in enumerate(answers) if isinstance(a, NoScriptError)]
            if unknown:
                self._redis.execute_command("SCRIPT LOAD", script.source)
                again = self._pipeline([commands[i] for i in unknown])
                for i, answer in zip(unknown, again, strict=True):
                    answers[i] = answer
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers

    def keys(self, pattern: str) -> Iterator[bytes]:
        """Go through the keys of a glob, in steps that do not hold up others."""
        with self._errors("SCAN"):
            yield from self._redis.scan_iter(match=pattern, count=2000)

    def close(self) -> None:
        self._redis.close()

    def _pipeline(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return list(pipeline.execute(raise_on_error=False))

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (OutOfMemoryError, NoScriptError) as fault:
            raise self._unavailable(doing, fault) from fault
        except ResponseError as fault:
            raise Refused(f"Redis at {self.address} refused {doing}: {fault}") from fault
        except (RedisError, OSError) as fault:
            raise self._unavailable(doing, fault) from fault

    def _unavailable(self, doing: str, fault: Exception) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"Redis at {self.address} did not do {doing}: {fault or type(fault).__name__}; "
            "see whether it runs (python -m pipeline services status)"
        )


def address_of(url: str) -> str:
    """Return a URL without user and password, to be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
