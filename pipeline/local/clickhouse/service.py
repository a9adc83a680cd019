"""The embedded ClickHouse as a part of the supervisor; it needs nobody, and nobody waits for it."""

import sys

from pipeline.local.flink import CHECKOUT
from pipeline.local.layout import Layout
from pipeline.local.part import Part
from pipeline.local.probes import http_answers
from pipeline.local.profiles import Profile

# History may wait a little; but the wall's first look is compared with two days of it.
BEHIND = 2


def clickhouse_server(layout: Layout, profile: Profile, port: int) -> Part:
    """Describe the server; its data stays under the home between starts."""
    return Part(
        name="clickhouse",
        command=lambda: (
            *(sys.executable, "-m", "pipeline.local.clickhouse"),
            *("--port", str(port), "--path", str(layout.clickhouse)),
            *("--memory-mib", str(profile.clickhouse_mib)),
        ),
        log=layout.logs / "clickhouse.log",
        working=layout.clickhouse,
        healthy=lambda: http_answers(port, "/ping"),
        port=port,
        environment={"PYTHONPATH": str(CHECKOUT)},
        niceness=BEHIND,
    )
