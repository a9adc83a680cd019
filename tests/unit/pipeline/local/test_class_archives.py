"""Class archives: used only when they fit what is there, made only when asked."""

import os
from pathlib import Path

import pytest

from pipeline.local.class_archives import MAKING, archive_options, forget_older


@pytest.fixture
def jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(MAKING, raising=False)
    jar = tmp_path / "one.jar"
    jar.write_bytes(b"classes")
    return jar


def archive_of(options: tuple[str, ...]) -> Path:
    return Path(options[0].partition("=")[2])


def make(jar: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(MAKING, "1")
    options = archive_options(jar.parent, "kafka", str(jar))
    monkeypatch.delenv(MAKING)
    assert options[0].startswith("-XX:ArchiveClassesAtExit=")
    archive_of(options).write_bytes(b"archive")
    return archive_of(options)


def test_without_an_archive_a_part_starts_as_ever(jar: Path) -> None:
    assert archive_options(jar.parent, "kafka", str(jar)) == ()


def test_an_archive_that_was_made_is_used(jar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(jar, monkeypatch)
    options = archive_options(jar.parent, "kafka", str(jar))
    assert options[0] == f"-XX:SharedArchiveFile={made}"


def test_an_archive_of_other_jars_is_not_used(jar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(jar, monkeypatch)
    os.utime(jar, ns=(1, 1))
    assert archive_options(jar.parent, "kafka", str(jar)) == ()


def test_of_each_part_the_newest_stay(tmp_path: Path) -> None:
    folder = tmp_path / "archives"
    folder.mkdir()
    for age, name in enumerate(("a-1.jsa", "a-2.jsa", "b-1.jsa", "a-3.jsa", "a-1.checkpoint")):
        (folder / name).write_bytes(b"")
        os.utime(folder / name, ns=(-age + 10, -age + 10))
    (folder / ".made").write_bytes(b"")
    forget_older(tmp_path, kept=2)
    assert sorted(file.name for file in folder.iterdir()) == [
        ".made", "a-1.checkpoint", "a-1.jsa", "a-2.jsa", "b-1.jsa",
    ]  # fmt: skip
