"""Every kind of faulty mapping is refused at load, with file, entry, reason and next step."""

from pathlib import Path

import pytest

from pipeline.catalogue.load import load_catalogue
from pipeline.errors import Faults
from pipeline.mapping.load import load_feed

BROKEN = Path(__file__).parents[3] / "broken_mappings"
KINDS = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())
SHOP = load_catalogue().shop


def test_there_are_more_than_twenty_kinds() -> None:
    assert len(KINDS) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_said_with_its_place_reason_and_next_step(kind: str) -> None:
    expected = (BROKEN / f"{kind}.expected").read_text(encoding="utf-8").splitlines()
    with pytest.raises(Faults) as refused:
        load_feed(BROKEN / kind / "mapping.toml", SHOP)
    assert list(refused.value.faults) == expected
    assert all(": " in line and "; " in line for line in expected)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        '[order_id]\npath = ""\n[time]\nformat = "x"\n[money]\npath = "a"\ncolour = "red"\n'
        '[quantity]\nconstant = 0\n[currency]\nconstant = "CNY"\n[fields.size]\npath = "b"\n'
    )
    with pytest.raises(Faults) as refused:
        load_feed(path, SHOP)
    told = "\n".join(refused.value.faults)
    for entry in ("[order_id]", "[time]", "[money]", "[quantity]", "[fields.size]"):
        assert f"mapping.toml {entry}" in told
