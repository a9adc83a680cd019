import dataclasses
from pathlib import Path

import pytest

from app.screen import PACKAGED, load_screen, plain
from pipeline.catalogue.load import load_catalogue
from pipeline.errors import ConfigurationError
from pipeline.rollup.comparing import BAND
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


def test_a_shop_says_from_which_age_on_a_tile_is_old_and_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / "screen.toml").write_text(
        "[limits]\nall = 600\nhero = 30\n[bands]\nusual = [0.75, 2]\n"
    )
    screen = load_screen(load_catalogue(), config=tmp_path)
    assert screen.band == (750_000, 2_000_000)
    assert screen.limits.seconds("hero", [60]) == 30
    assert screen.limits.seconds("flow", [60, 60]) == 600
    assert screen.limits.seconds("gender", [720]) == 720  # it says so itself: steps of ten minutes
    packaged = load_screen(load_catalogue())
    assert packaged.band == BAND
    assert packaged.limits.seconds("hero", [60]) == 60


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[limits]\nheroo = 30", "limits.heroo: no tile of that name; did you mean hero?"),
        ("[limits]\nhero = 0", "limits.hero: 0 is no limit; write whole seconds from 1 to 86,400"),
        ("[limits]\nhero = true", "limits.hero: True is no limit"),
        ("[limits]\nall = 12.5", "limits.all: not of the kind it is in the packaged file"),
        ("[bands]\nusual = [1.6, 0.6]", "bands.usual: [1.6, 0.6] is no band; write two numbers"),
        ("[bands]\nusual = [0.6]", "bands.usual: [0.6] is no band"),
        ("[bands]\nusual = [0.6, nan]", "bands.usual: [0.6, NaN] is no band"),
        ("[bands]\nusual = [0.12345678, 2]", "is no band"),
        ("[bands]\nusual = ['a', 2]", "bands.usual: [a, 2] is no band"),
        ("[bands]\nunusual = [0.6, 2]", "bands.unusual: unknown entry; did you mean usual?"),
        ("bands = 7", "bands: not of the kind"),
        ("[tiles.hero]\ntotal = 'net_sale'", "tiles.hero.total: the catalogue has no metric"),
        ("[tiles.hero]\ntotal = 'net_sale'", "did you mean net_sales?"),
    ],
)
def test_a_wrong_limit_or_band_is_named_with_what_to_write(
    tmp_path: Path, written: str, told: str
) -> None:
    path = tmp_path / "screen.toml"
    path.write_text(written)
    with pytest.raises(ConfigurationError) as caught:
        load_screen(load_catalogue(), config=tmp_path)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
