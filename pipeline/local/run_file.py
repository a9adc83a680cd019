"""`run.json`: what runs for a home, and where. Commands and tests find the parts by it."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.local.supervisor import Supervisor


def write_run_file(path: Path, facts: Mapping[str, object], supervisor: Supervisor) -> None:
    """Write the facts (endpoints, `topic`, `ports`, ...) the pids and how often each part died.

    Replaced in one step, so that no reader sees half a file; readable by its owner only.
    """
    parts = supervisor.supervised
    document = {
        **facts,
        "supervisor": os.getpid(),
        "pids": {name: one.process.pid for name, one in parts.items() if one.process},
        "states": {name: one.state.value for name, one in parts.items()},
        "parts": {
            name: {
                "port": one.part.port,
                "log": str(one.part.log),
                "log_from": one.log_from,
                "restarts": one.restarts,
                "trouble": one.trouble,
                "trouble_ms": one.trouble_ms,
            }
            for name, one in parts.items()
        },
    }
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(document, indent=1))
    fresh.replace(path)


def read_run_file(path: Path) -> dict[str, object]:
    """Return what runs, empty when nothing does."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}
