"""`init` and `check --sample`, as a stranger types them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.commands import group
from pipeline.mapping.example import EXAMPLE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAPING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DAPING_CONFIG", raising=False)
    monkeypatch.delenv("DAPING_REDIS_URL", raising=False)
    assert run("init", tmp_path / "shop").exit_code == 0
    return tmp_path / "shop"


def run(*words: object) -> Result:
    return CliRunner().invoke(group, [str(word) for word in words])


def test_what_init_writes_passes_check_with_its_sample(folder: Path) -> None:
    result = run("check", "--config", folder, "--sample", folder / "orders.jsonl")
    assert result.exit_code == 0, result.output
    for said in ("no faults", "accepted    4", "skipped     1", '"amount_cents":3980', "left out"):
        assert said in result.output


def test_a_fault_of_the_screen_is_found_by_check_with_file_and_next_step(folder: Path) -> None:
    path = folder / "screen.toml"
    path.write_text(path.read_text().replace("all = 60", "heroo = 60\nflow = 0"))
    result = run("check", "--config", folder)
    assert result.exit_code != 0
    said = str(result.exception)
    assert f"{path}: limits.heroo: no tile of that name; did you mean hero?" in said
    assert f"{path}: limits.flow: 0 is no limit; write whole seconds" in said


def test_init_overwrites_nothing(folder: Path) -> None:
    (folder / "shop.toml").write_text("mine")
    result = run("init", folder)
    assert result.exit_code != 0
    assert "shop.toml" in str(result.exception)
    assert (folder / "shop.toml").read_text() == "mine"


def test_every_file_of_the_example_explains_itself() -> None:
    for path in EXAMPLE.glob("*.toml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path


def test_a_wrong_mapping_is_refused_with_the_line_that_fails_and_why(folder: Path) -> None:
    mapping = folder / "mapping.toml"
    mapping.write_text(mapping.read_text().replace('"unit_price"', '"price"'))
    result = run("check", "--config", folder, "--sample", folder / "orders.jsonl")
    assert result.exit_code == 1
    assert "rejected    4 mapping" in result.output
    assert "orders.jsonl:1, item 0: mapping: amount (line: price) is missing" in result.output
    assert '"unit_price":"19.90"' in result.output


def test_reasons_of_the_jobs_are_told_too(folder: Path) -> None:
    sample = folder / "orders.jsonl"
    line = sample.read_text().splitlines()[0]
    dollars = line.replace('"EUR"', '"USD"')
    other = line.replace("19.90", "20.00")
    sample.write_text("\n".join([line, line, dollars, other]) + "\n")
    result = run("check", "--config", folder, "--sample", sample)
    assert result.exit_code == 1
    for said in ("duplicate   3", "rejected    2 currency", "rejected    1 conflict"):
        assert said in result.output


def test_faults_of_all_files_come_at_once(folder: Path) -> None:
    mapping = folder / "mapping.toml"
    mapping.write_text(mapping.read_text().replace("[kind]", "[knd]"))
    shop = folder / "shop.toml"
    shop.write_text(shop.read_text().replace("Europe/Berlin", "Europe/Berlln"))
    result = run("check", "--config", folder)
    assert "[knd]" in str(result.exception)
    assert "Berlln" in str(result.exception)
