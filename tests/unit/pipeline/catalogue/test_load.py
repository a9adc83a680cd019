"""The packaged catalogue and a shop's own folder over it."""

from pathlib import Path

import pytest

import pipeline
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue, Unit
from pipeline.errors import Faults

METRIC = """
[metric.net_units]
expression = "paid_quantity - refund_quantity"
unit = "count"
label = { zh = "净件数", en = "Net units" }
description = { zh = "支付件数减退款件数。", en = "Units paid less units refunded." }
"""
CUBE = """
[cube.sku]
bucket = "minute"
dimension = "sku"
measures = ["paid_amount"]
[dimension.sku]
field = "sku"
label = { zh = "商品", en = "Item" }
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def overlay(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_defaults_have_no_faults_and_every_name_exists(catalogue: Catalogue) -> None:
    for metric in catalogue.metrics.values():
        cube = catalogue.cubes[metric.cube]
        assert set(metric.numerator.terms) <= set(cube.measures)
        assert metric.dimension is None or metric.dimension in catalogue.dimensions
        assert set(metric.beside) <= set(catalogue.metrics)
    for cube in catalogue.cubes.values():
        assert cube.dimension in catalogue.dimensions


def test_warehouses_roll_up_to_seven_regions_of_one_nation(catalogue: Catalogue) -> None:
    regions = [m.parent for m in catalogue.dimensions["warehouse"].members.values()]
    counts = {region: regions.count(region) for region in regions if region != UNKNOWN}
    assert counts == {
        "east": 8, "south": 5, "north": 5, "central": 4,
        "southwest": 4, "northwest": 3, "northeast": 3,
    }  # fmt: skip


def test_every_dimension_with_members_knows_the_unknown_key(catalogue: Catalogue) -> None:
    for name in ("category", "brand", "gender", "province", "warehouse", "region"):
        assert UNKNOWN in catalogue.dimensions[name].members


def test_windows_are_read_from_days_and_clock_times(catalogue: Catalogue) -> None:
    spans = {w.name: (w.start, w.end) for w in catalogue.windows.values()}
    assert spans == {"4H": (-240, 0), "24H": (0, 1440), "28H": (-240, 1440)}


def test_distinct_buyers_have_one_cube_per_window(catalogue: Catalogue) -> None:
    made = {c.window for c in catalogue.cubes.values() if c.bucket is BucketKind.WINDOW}
    assert made == set(catalogue.windows)


def test_a_metric_may_refer_to_metrics(catalogue: Catalogue) -> None:
    assert catalogue.metrics["net_sales"].numerator.terms == {
        "paid_amount": 1,
        "refund_amount": -1,
    }
    assert catalogue.metrics["average_order"].unit is Unit.MONEY
    assert catalogue.metrics["refund_rate"].unit is Unit.RATE


def test_a_metric_is_added_in_toml_and_leaves_the_plan_alone(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    own = load_catalogue(overlay(tmp_path, catalogue=METRIC))
    assert own.metrics["net_units"].numerator.terms == {"paid_quantity": 1, "refund_quantity": -1}
    assert own.plan == catalogue.plan


def test_a_cube_is_added_in_toml_and_changes_the_plan(tmp_path: Path, catalogue: Catalogue) -> None:
    own = load_catalogue(overlay(tmp_path, catalogue=CUBE))
    assert own.cubes["sku"].bucket is BucketKind.MINUTE
    assert own.plan != catalogue.plan


@pytest.mark.parametrize(
    "change",
    [
        "[measure.refund_quantity]\npriced = false\n",
        "[measure.orders]\nfirst_line_only = false\n",
        '[measure.lines]\nkind = "any"\n',
        "[cube.users]\nkeep = 7\n",
        "[cube.buyers]\nhash_buckets = 8\n",
        '[cube.users]\nlabel_field = "brand"\n',
        '[cube.gender]\nmeasures = ["paid_amount", "paid_quantity"]\n',
        '[dimension.warehouse]\nfield = "sku"\n',
    ],
)
def test_what_the_jobs_state_means_changes_the_plan(
    change: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    assert load_catalogue(overlay(tmp_path, catalogue=change)).plan != catalogue.plan


def test_words_leave_the_plan_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    change = '[measure.orders]\nlabel = { zh = "单", en = "Order count" }\n'
    assert load_catalogue(overlay(tmp_path, catalogue=change)).plan == catalogue.plan


def test_an_entry_is_overridden_key_by_key(tmp_path: Path, catalogue: Catalogue) -> None:
    own = load_catalogue(overlay(tmp_path, catalogue="[metric.brand_by_units]\nlimit = 5\n"))
    assert own.metrics["brand_by_units"].limit == 5
    assert own.metrics["brand_by_units"].label == catalogue.metrics["brand_by_units"].label


def test_the_members_of_a_dimension_are_replaced_by_a_csv(tmp_path: Path) -> None:
    (tmp_path / "dimensions").mkdir()
    (tmp_path / "dimensions" / "brand.csv").write_text("key,zh,en\na,甲,A\n", encoding="utf-8")
    assert set(load_catalogue(tmp_path).dimensions["brand"].members) == {"a", UNKNOWN}


def test_the_replays_shop_has_its_own_zone_currency_and_window(catalogue: Catalogue) -> None:
    folder = Path(pipeline.__file__).parent / "replay" / "shops" / "online_retail"
    own = load_catalogue(folder)
    assert (own.shop.zone, own.shop.currency, own.shop.default_window) == (
        "Europe/London",
        "GBP",
        "24H",
    )
    assert own.metrics["buyers"].cube == "buyers_24H"
    assert own.plan != catalogue.plan


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Faults, match="no such folder"):
        load_catalogue(tmp_path / "nowhere")
