"""The pause that `verify` asks for, by two files in the run's folder.

`pause` (written by who asks): {"token": text, "until_real_ms": int}. `paused` (our answer, once
everything sent has been acknowledged): {"token": text, "at_ms": int, "messages": int}. Past its
time limit a request counts as gone, so that a crashed asker cannot stop the run for ever.
"""

from pathlib import Path

import orjson

from pipeline.simulator.run_folder import write_whole


def asked_to_pause(folder: Path, real_ms: int) -> str | None:
    """Return the token of a request that still holds at `real_ms` (real clock, epoch ms)."""
    try:
        asked = orjson.loads((folder / "pause").read_bytes())
        return str(asked["token"]) if int(asked["until_real_ms"]) > real_ms else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no request, or one half written: the next tick looks again


def acknowledge(folder: Path, token: str, at_ms: int, messages: int) -> None:
    write_whole(folder / "paused", {"token": token, "at_ms": at_ms, "messages": messages})


def forget_pause(folder: Path) -> None:
    (folder / "paused").unlink(missing_ok=True)
