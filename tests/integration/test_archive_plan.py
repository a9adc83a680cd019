"""The plan of the archive job: rows are only ever added, and nothing gathers them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.jobs.specification import ArchiveSpec, ArchiveTarget
from pipeline.local.flink_files import flink_environment, link_jars
from pipeline.local.layout import Layout
from pipeline.sql.archive import archive_sql
from pipeline.sql.source import SourceOptions
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.streams import LinkGeneration

pytestmark = pytest.mark.services  # a JVM, no services
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "archive_job.plan"
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
    trading = TradingTime(Zone(catalogue.shop.zone), catalogue.windows)
    spec = ArchiveSpec(
        stream=LinkGeneration("A", 1),
        topic="orders",
        sql=archive_sql("CNY", SourceOptions("broker:9092", "orders", "g", {0: 0})),
        target=ArchiveTarget("http://127.0.0.1:1", "daping", catalogue, trading),
        rest="http://127.0.0.1:1",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.jobs.archive", "--explain"],
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


def test_one_tag_step_then_only_inserts_reach_the_sink(plan: str) -> None:
    nodes = NODE.findall(plan)
    names = [node for node, _ in nodes]
    assert names.count("OverAggregate") == 1
    assert names.count("PythonCalc") == 1
    assert not any(name.endswith("GroupAggregate") for name in names)
    assert {kinds for _, kinds in nodes} <= {"I", "NONE"}
    # Between the tag step and the sink nothing is shared out again: offsets stay in order.
    assert "Exchange" not in names[: names.index("OverAggregate")]
