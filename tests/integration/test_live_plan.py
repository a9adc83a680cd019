"""The plan Flink makes of the live job: insert-only in, absolute updates out, one aggregate."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.jobs.specification import LiveSpec
from pipeline.local.flink_files import flink_environment, link_jars
from pipeline.local.layout import Layout
from pipeline.sql.flink import live_sql
from pipeline.sql.source import SourceOptions
from pipeline.trading.zone import Zone
from pipeline.values.streams import LinkGeneration

pytestmark = pytest.mark.services  # a JVM, no services
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "live_job.plan"
NODE = re.compile(r"([A-Z]\w+)\(.*changelogMode=\[([A-Z,]+)\]")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("home")
    jars = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    (home / "jars").symlink_to(jars.resolve())
    layout = Layout(home)
    link_jars(layout)
    layout.flink_conf.mkdir(parents=True)
    (layout.flink_conf / "config.yaml").write_text("parallelism.default: 1\n")
    catalogue = load_catalogue()
    zone = Zone(catalogue.shop.zone).transitions(2000, 2040)
    sql = live_sql(catalogue, zone, SourceOptions("broker:9092", "orders", "g", {0: 0}))
    stream = LinkGeneration("A", 1)
    spec = LiveSpec(stream, sql, catalogue, "redis://127.0.0.1:1", "http://127.0.0.1:1", 2)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.jobs.live", "--explain"],
        input=spec.dumps(),
        env={**os.environ, **flink_environment(layout)},
        cwd=GOLDEN.parents[2],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    text = done.stdout.decode()
    return text[text.index("== Optimized Physical Plan ==") : text.index("== Optimized Exec")]


def test_the_nodes_and_their_row_kinds_are_the_golden_ones(plan: str) -> None:
    found = "".join(f"{node} [{kinds}]\n" for node, kinds in NODE.findall(plan))
    if os.environ.get("DAPING_GOLDEN") == "write":
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()


def test_one_tag_step_one_aggregate_and_only_absolute_updates_reach_the_sink(plan: str) -> None:
    nodes = NODE.findall(plan)
    names = [node for node, _ in nodes]
    aggregates = [name for name in names if name.endswith("GroupAggregate")]
    assert names.count("OverAggregate") == 1
    # One aggregate, whose local half sums before the exchange.
    assert aggregates == ["GlobalGroupAggregate", "LocalGroupAggregate"]
    after = names.index("GlobalGroupAggregate")
    assert {kinds for _, kinds in nodes[: after + 1]} <= {"I,UA", "NONE"}
    assert {kinds for _, kinds in nodes[after + 1 :]} == {"I"}
    assert "PythonCalc" in names[:after]
    assert "Exchange" not in names[:after]
