"""The plan Flink makes of the live job: insert-only in, absolute updates out, one aggregate."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Client:
    """PyFlink's client without a cluster."""

    layout: Layout
    spec: LiveSpec

    def run(self, option: str) -> tuple[int, str, str]:
        """Return its exit code, what it printed and what it complained of."""
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.jobs.live", option],
            input=self.spec.dumps(),
            env={**os.environ, **flink_environment(self.layout)},
            cwd=GOLDEN.parents[2],
            capture_output=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    home = tmp_path_factory.mktemp("home")
    installed = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    (home / "jars").mkdir()
    for folder in ("flink", "broker"):  # its plans are its own
        (home / "jars" / folder).symlink_to((installed / folder).resolve())
    layout = Layout(home)
    link_jars(layout)
    layout.flink_conf.mkdir(parents=True)
    (layout.flink_conf / "config.yaml").write_text("parallelism.default: 1\n")
    catalogue = load_catalogue()
    zone = Zone(catalogue.shop.zone).transitions(2000, 2040)
    sql = live_sql(catalogue, zone, SourceOptions("broker:9092", "orders", "g", {0: 0}))
    stream = LinkGeneration("A", 1)
    spec = LiveSpec(stream, sql, catalogue, "redis://127.0.0.1:1", "http://127.0.0.1:1", 2)
    return Client(layout, spec)


@pytest.fixture(scope="module")
def plan(client: Client) -> str:
    code, text, told = client.run("--explain")
    assert code == 0, told[-2000:]
    return text[text.index("== Optimized Physical Plan ==") : text.index("== Optimized Exec")]


def test_a_plan_is_kept_and_a_broken_one_made_anew(client: Client) -> None:
    _, _, told = client.run("--rehearse")  # no job comes after it
    assert "EOFError" in told, told[-2000:]
    assert "planning anew" not in told
    (kept,) = (client.layout.jars / "plans").glob("*.json")
    whole = kept.read_text()
    kept.write_text(whole[: len(whole) // 2])
    _, _, told = client.run("--rehearse")
    assert f"{kept} is of no use, planning anew" in told
    assert kept.read_text() == whole


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
