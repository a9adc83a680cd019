"""Where a setting comes from."""

from pathlib import Path

import pytest

from pipeline.settings import Settings


def test_the_shop_of_a_running_demo_is_that_of_commands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAPING_CONFIG", raising=False)
    assert Settings(home=tmp_path).shop_folder is None
    (tmp_path / "run.json").write_text('{"config": "/shop"}')
    assert Settings(home=tmp_path).shop_folder == Path("/shop")
    assert Settings(home=tmp_path, config=tmp_path).shop_folder == tmp_path
