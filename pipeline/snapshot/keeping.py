"""A snapshot's three files: the picture, the frame as it was served, and a manifest of both."""

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigurationError
from pipeline.snapshot.taking import Snapshot

PREFIX = "daping-"
PICTURE, FRAME, MANIFEST = ".png", ".frame.json", ".json"


def keep(snapshot: Snapshot, folder: Path, now_ms: int, asked: Mapping[str, object]) -> Path:
    """Write the files, the manifest last, and return its path; raises ConfigurationError.

    `asked`: what the manifest says of how it was taken (`url`, `query`, `size`).
    """
    taken = datetime.fromtimestamp(now_ms / 1000, UTC)
    name = f"{PREFIX}{taken:%Y%m%dT%H%M%S}{now_ms % 1000:03d}Z"
    said = json.loads(snapshot.frame)
    manifest = {
        "v": 1,
        "taken_at": now_ms,
        "as_of": said.get("as_of"),
        "build": said.get("build"),
        "business_date": said.get("business_date"),
        "state": said.get("state"),
        "frame_etag": snapshot.frame_etag,
        "view_etag": snapshot.view_etag,
        "numbers": snapshot.numbers,
        **asked,
        "picture": _described(name + PICTURE, snapshot.png),
        "frame": _described(name + FRAME, snapshot.frame),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / (name + PICTURE), snapshot.png)
        _write(folder / (name + FRAME), snapshot.frame)
        path = folder / (name + MANIFEST)
        _write(path, json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
    except OSError as fault:
        raise ConfigurationError(
            f"snapshots cannot be written to {folder} ({fault.strerror}): make room, or give "
            "another folder with --out"
        ) from fault
    return path


def forget_old(folder: Path, kept: int) -> int:
    """Delete all but the newest `kept` snapshots of a folder; return how many went."""
    names = sorted(path.name.removesuffix(PICTURE) for path in folder.glob(f"{PREFIX}*{PICTURE}"))
    gone = names[: max(0, len(names) - kept)]
    for name in gone:
        for ending in (MANIFEST, FRAME, PICTURE):
            (folder / (name + ending)).unlink(missing_ok=True)
    return len(gone)


def _described(name: str, content: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"file": name, "bytes": len(content), "sha256": sha256}


def _write(path: Path, content: bytes) -> None:
    """Write so that nobody meets half a file."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    os.replace(partial, path)
