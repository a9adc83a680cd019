import hashlib
import json
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.snapshot.keeping import forget_old, keep
from pipeline.snapshot.taking import Snapshot

FRAME = json.dumps({"as_of": 5, "build": "b", "business_date": "2026-11-11", "state": {}}).encode()
SNAPSHOT = Snapshot(b"png", FRAME, "f1", "v1", 90)


def test_the_manifest_names_both_files_and_their_hashes(tmp_path: Path) -> None:
    path = keep(SNAPSHOT, tmp_path, 1_000, {"query": "lang=zh"})
    said = json.loads(path.read_text())
    assert (said["as_of"], said["build"], said["frame_etag"], said["query"]) == (
        *(5, "b", "f1"),
        "lang=zh",
    )
    for name in ("picture", "frame"):
        content = (tmp_path / said[name]["file"]).read_bytes()
        assert said[name]["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_oldest_go_whole_and_nothing_else_does(tmp_path: Path) -> None:
    other = tmp_path / "mine.png"
    other.write_bytes(b"")
    paths = [keep(SNAPSHOT, tmp_path, ms, {}) for ms in (1_000, 2_000, 3_000)]
    assert forget_old(tmp_path, 2) == 1
    left = {path.name.partition(".")[0] for path in tmp_path.iterdir()}
    assert left == {"mine", *(path.stem for path in paths[1:])}
    assert len(list(tmp_path.iterdir())) == 7


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="--out"):
        keep(SNAPSHOT, tmp_path / "file" / "folder", 1_000, {})
