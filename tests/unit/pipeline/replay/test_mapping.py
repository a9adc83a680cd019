"""A mapping is refused whole: every fault at once, each with file and entry."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, Faults
from pipeline.replay.feed import read_columns, run_name
from pipeline.replay.mapping import load_mapping, mapping_path
from tests.unit.pipeline.replay.feeds import ONLINE_RETAIL, mapping_file

BROKEN = """
description = "x"
colour = "red"
[time]
column = "When"
zone = "Mars/Olympus"
[money]
price = "Price"
currency = "pounds"
[quantity]
column = "Quantity"
[order_id]
[[refund]]
Quantity = { beneath = 0 }
[fields.shoe_size]
column = "Size"
"""


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = mapping_file(tmp_path, BROKEN)
    with pytest.raises(Faults) as refused:
        load_mapping(path)
    told = "\n".join(refused.value.faults)
    for entry in (
        "[colour]",
        "[time.zone]",
        "[money.currency]",
        "[order_id]",
        "[refund.0.Quantity.beneath]",
        "[fields.shoe_size",
    ):
        assert f"{path} {entry}" in told


def test_a_missing_column_is_named_with_the_entry_that_asks_for_it(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,Country\n1,A,1,x,1,y\n")
    with pytest.raises(Faults, match=r"no column 'CustomerID', which \[user_id\] column asks for"):
        read_columns(feed, load_mapping(ONLINE_RETAIL))


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_csv_and_json_lines_are_read(tmp_path: Path, suffix: str) -> None:
    feed = tmp_path / f"feed.{suffix}"
    names = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "Country")
    if suffix == "csv":
        text = f"{','.join(names)},CustomerID\n1,A,2,2011-11-25 12:00:00,1.25,EIRE,7\n"
    else:
        text = (
            '{"InvoiceNo":"1","StockCode":"A","Quantity":2,"InvoiceDate":"2011-11-25 12:00:00",'
            '"UnitPrice":1.25,"Country":"EIRE","CustomerID":7}\n'
        )
    feed.write_text(text)
    found = read_columns(feed, load_mapping(ONLINE_RETAIL))
    assert (found["UnitPrice"], found["Quantity"]) == ([1.25], [2])


def test_an_unknown_mapping_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="online_retail_2"):
        mapping_path("nothing", None)


def test_a_run_is_named_by_content_and_shift(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("a")
    other.write_text("b")
    names = {run_name(one, ""), run_name(other, ""), run_name(one, "shift")}
    assert len(names) == 3
    assert run_name(one, "") in names
