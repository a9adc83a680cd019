import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.local.flink_files import distribution
from pipeline.local.loopback import CLASS, OVERLAY, on_loopback, write_overlay


@pytest.fixture(scope="module")
def flink_python() -> Path:
    return next(distribution().glob("opt/flink-python-*.jar"))


@pytest.fixture(scope="module")
def shipped(flink_python: Path) -> bytes:
    with zipfile.ZipFile(flink_python) as jar:
        return jar.read(CLASS)


def test_the_port_alone_is_no_longer_asked_for(shipped: bytes) -> None:
    patched = on_loopback(shipped)
    assert b"forAddress" not in shipped
    assert b"forAddress" in patched
    assert b"(Ljava/net/SocketAddress;)" in patched
    assert len(patched) > len(shipped)


def test_a_class_that_was_laid_over_already_is_refused(shipped: bytes) -> None:
    with pytest.raises(ConfigurationError, match="not the one this overlay is for"):
        on_loopback(on_loopback(shipped))


def test_the_overlay_comes_first_on_the_class_path(flink_python: Path, tmp_path: Path) -> None:
    write_overlay(flink_python, tmp_path)
    assert min([OVERLAY, flink_python.name]) == OVERLAY
    with zipfile.ZipFile(tmp_path / OVERLAY) as overlay:
        assert overlay.namelist() == [CLASS]
