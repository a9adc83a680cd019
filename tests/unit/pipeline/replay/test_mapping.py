"""The mapping of a file: found by name, refused where rows cannot have what it asks for."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, Faults
from pipeline.mapping.load import load_mapping
from pipeline.replay.feed import read_columns, run_name
from pipeline.replay.mapping import mapping_name, mapping_path, refuse_unfit, shop_folder
from tests.unit.pipeline.replay.feeds import ONLINE_RETAIL, mapping_file

FOR_MESSAGES = """
[feed]
lines = "items"
[time]
path = "at.utc"
[money]
line_path = "price"
[quantity]
constant = 1
[order_id]
path = "id"
[currency]
constant = "GBP"
"""


def test_a_mapping_of_messages_is_refused_for_a_file(tmp_path: Path) -> None:
    path = mapping_file(tmp_path, FOR_MESSAGES)
    with pytest.raises(Faults) as refused:
        refuse_unfit(path, load_mapping(path))
    told = "\n".join(refused.value.faults)
    for entry in ("[money]: a row", "[time]: a column", "[feed] lines", "[time] zone"):
        assert f"{path} {entry}" in told


def test_the_packaged_mapping_lies_in_its_shop() -> None:
    assert mapping_name(ONLINE_RETAIL) == "online_retail_2"
    assert mapping_path("online_retail_2", None) == ONLINE_RETAIL
    assert shop_folder(ONLINE_RETAIL) == ONLINE_RETAIL.parent


def test_a_missing_column_is_named_with_the_entry_that_asks_for_it(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,Country\n1,A,1,x,1,y\n")
    with pytest.raises(Faults, match=r"no column 'CustomerID', which \[fields.user_id\] asks for"):
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
