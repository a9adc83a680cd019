import dataclasses
from pathlib import Path

import pytest

from app.screen import PACKAGED, load_screen, plain
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import ConfigurationError
from tests.unit.app.sample_catalogue import catalogue


def test_the_packaged_screen_fits_the_packaged_catalogue() -> None:
    roles = load_screen(load_catalogue()).roles["hero"]
    assert roles == {"total": "gross_sales", "flow": "sales_per_minute"}


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "screen.toml"
    path.write_text(
        'kpis = ["gone"]\ncolour = 1\n[tiles.hero]\ntotal = "nothing"\n'
        '[words.a]\nb = { zh = "x" }\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_screen(catalogue(), path)
    for part in ("colour", "tiles.hero.total", "'gone'", "words.a.b: no en"):
        assert part in str(caught.value)


def test_a_metric_missing_from_the_catalogue_is_refused() -> None:
    metrics = dict(catalogue().metrics)
    del metrics["net_sales"]
    with pytest.raises(ConfigurationError, match="net_sales"):
        load_screen(dataclasses.replace(catalogue(), metrics=metrics), PACKAGED)


def test_plain_text_has_no_markup() -> None:
    assert plain("<i>a & b</i>\n") == "ia  b/i"


def test_a_shop_says_its_own_metric_and_words(tmp_path: Path) -> None:
    (tmp_path / "screen.toml").write_text(
        '[tiles.regions]\nranking = "province_ranking"\n[words.regions.title]\nen = "Countries"\n'
    )
    screen = load_screen(load_catalogue(), config=tmp_path)
    assert screen.roles["regions"] == {"ranking": "province_ranking"}
    assert screen.word("en", "regions.title") == "Countries"
    assert screen.word("zh", "regions.title") == "区域排行"


def test_a_shop_can_name_nothing_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "screen.toml").write_text(
        'kpis = "net"\n[tiles.weather]\ntotal = "net_sales"\n[words.regions]\nname = "x"\n'
    )
    with pytest.raises(ConfigurationError) as caught:
        load_screen(load_catalogue(), config=tmp_path)
    for part in ("kpis: not of the kind", "tiles.weather: unknown", "words.regions.name: unknown"):
        assert part in str(caught.value)
