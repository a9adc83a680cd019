"""Every kind of fault is refused with its place, reason and next step: one by one, together."""

import shutil
from pathlib import Path

import pytest

from pipeline.commands.check import check
from pipeline.errors import Faults

BROKEN = Path(__file__).parents[3] / "broken"
KINDS = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())
# These cannot share a folder with the others: unreadable, or the zone or the numbering clash.
ALONE = {"not_toml", "unknown_zone", "promotion_twice"}


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(Faults) as refused:
        check(folder)
    return list(refused.value.faults)


def expected(kind: str) -> list[str]:
    return (BROKEN / f"{kind}.expected").read_text(encoding="utf-8").splitlines()


def test_there_are_at_least_twenty_kinds() -> None:
    assert len(KINDS) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_said_with_its_place_reason_and_next_step(kind: str) -> None:
    assert faults_of(BROKEN / kind) == expected(kind)
    assert all(": " in line and "; " in line for line in expected(kind))


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    together = [kind for kind in KINDS if kind not in ALONE]
    shop: list[str] = []
    for kind in together:
        for path in (p for p in (BROKEN / kind).rglob("*") if p.is_file()):
            target = tmp_path / path.relative_to(BROKEN / kind)
            target.parent.mkdir(exist_ok=True)
            if path.suffix == ".csv":
                shutil.copy(path, target)
                continue
            text = path.read_text(encoding="utf-8")
            if path.name == "shop.toml" and text.startswith("[shop]\n"):
                own, _, text = text.removeprefix("[shop]\n").partition("\n\n")
                shop.append(own.strip())
            with target.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
    windows = (tmp_path / "shop.toml").read_text(encoding="utf-8")
    (tmp_path / "shop.toml").write_text("[shop]\n" + "\n".join(shop) + "\n" + windows, "utf-8")

    said = {line.split("; ")[0] for line in faults_of(tmp_path)}

    wanted = {line.split("; ")[0] for kind in together for line in expected(kind)}
    assert wanted <= said
