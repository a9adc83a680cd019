"""The doctor names everything missing at once."""

from pathlib import Path

import pytest

from pipeline.commands.doctor import refuse_missing
from pipeline.errors import Refused
from pipeline.local.layout import Layout
from pipeline.local.machine import Finding, examine, install_line

ALL = frozenset({"kafka", "redis", "flink"})


def test_a_bare_machine_hears_everything_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    findings = examine(Layout(tmp_path), ALL, tests=True)
    missing = {found.name for found in findings if not found.fine}
    named = {"Java", "redis-server", "setpriv", "broker jars", "flink jars", "mvn", "chromium"}
    assert named < missing
    line = install_line(findings)
    assert line is not None
    assert "redis-server" in line
    assert "maven" in line
    with pytest.raises(Refused, match=r"install with .about [0-9]+ MB."):
        refuse_missing(findings)


def test_parts_given_from_outside_are_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    names = {found.name for found in examine(Layout(tmp_path), frozenset())}
    assert names.isdisjoint({"Java", "redis-server", "broker jars", "flink jars"})


def test_a_torn_jar_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "jars" / "flink"
    folder.mkdir(parents=True)
    (folder / "flink-sql-connector-kafka-1.jar").write_bytes(b"PK half")
    found = {one.name: one for one in examine(Layout(tmp_path), frozenset({"flink"}))}
    assert not found["flink jars"].fine
    assert "flink-sql-connector-kafka-1.jar is not whole" in found["flink jars"].seen


def test_missing_fonts_are_said_but_stop_nobody() -> None:
    refuse_missing([Finding("Chinese fonts", False, "none", ("fonts-noto-cjk",), needed=False)])
