"""Which source a demo runs, and what it refuses before anything is started."""

from datetime import datetime, time
from pathlib import Path

import pytest

from pipeline.commands.demo import command
from pipeline.commands.demo_source import Source, source_of
from pipeline.errors import DapingError

NOTHING: dict[str, object] = {
    **{"speed": 1.0, "real_clock": False, "seed": None, "lines": None, "months": None},
    **{"feed": None, "mapping": None, "first": None, "last": None, "at": None},
    "hold": False,
}
ROW = "536365,85123A,6,2011-11-25 08:26:00,2.55,17850,United Kingdom\n"
HEAD = "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
DAY = datetime(2011, 11, 25)  # noqa: DTZ001 - a local date


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + ROW)
    return path


def replayed(feed: Path, **options: object) -> dict[str, object]:
    return {**NOTHING, "mapping": "online_retail_2", "feed": feed, **options}


def test_a_plain_demo_simulates() -> None:
    arguments = ("simulate", "--speed", "1")
    plain = Source(arguments, "orders.demo", None, ("backfill",), simulated_run="simulated")
    assert source_of(NOTHING, None) == plain


def test_options_of_the_simulation_are_passed_on() -> None:
    given = {**NOTHING, "speed": 60.0, "seed": 7, "lines": 100}
    arguments = source_of(given, None).arguments
    assert arguments == ("simulate", "--speed", "60", "--seed", "7", "--lines", "100")
    assert source_of(given, None).past == ("backfill", "--seed", "7", "--lines", "100")
    held = source_of({**NOTHING, "hold": True}, None)
    assert held.arguments == ("simulate", "--speed", "1", "--hold")
    now = source_of({**NOTHING, "real_clock": True}, None)
    assert now.arguments == ("simulate", "--speed", "1", "--now")
    assert now.past == ("backfill", "--now")


def test_a_replay_brings_its_own_past_and_every_feed_has_a_history_of_its_own(feed: Path) -> None:
    source = source_of(replayed(feed), None)
    assert source.past is None
    assert source.database == source.topic.replace(".", "_")
    assert source_of(NOTHING, None).database == "orders_demo"


def test_a_replay_passes_its_dates_on_and_brings_its_shop(feed: Path) -> None:
    source = source_of(replayed(feed, first=DAY, at=time(8), speed=0.5), None)
    assert source.arguments[:3] == ("replay", str(feed), "--mapping")
    assert source.arguments[4:] == (
        *("--from", "2011-11-25", "--at", "08:00"),
        *("--speed", "0.5", "--stay"),
    )
    assert source.config is not None
    assert (source.config / "shop.toml").is_file()


def test_another_file_has_another_topic(feed: Path, tmp_path: Path) -> None:
    first = source_of(replayed(feed), None).topic
    feed.write_text(HEAD + ROW + ROW)
    assert first.startswith("orders.replay.online_retail_2.")
    assert source_of(replayed(feed), None).topic != first


def test_a_shop_that_is_set_comes_before_the_mappings_own(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text('[shop]\ncurrency = "GBP"\n')
    feed = feed.rename(feed.parent.parent / "orders.csv")
    assert source_of(replayed(feed), tmp_path).config == tmp_path


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"feed": None}, "--replay"),
        ({"mapping": None}, "--mapping"),
        ({"mapping": "nobody"}, "no mapping 'nobody'"),
        ({"feed": Path("absent.csv")}, "no such file"),
        ({"first": datetime(2015, 1, 1)}, "nothing lies"),  # noqa: DTZ001
        ({"first": DAY, "at": datetime(2011, 11, 24, 9)}, "--at"),  # noqa: DTZ001
        ({"seed": 7}, "--seed"),
        ({"speed": 0.0}, "--speed"),
    ],
)
def test_a_mistake_is_said_at_once(feed: Path, options: dict[str, object], said: str) -> None:
    with pytest.raises(DapingError, match=said):
        source_of({**replayed(feed), **options}, None)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"speed": 0.0}, "--speed"), ({"speed": 60.0, "real_clock": True}, "drop --speed")],
)
def test_a_mistake_of_a_simulation_too(options: dict[str, object], said: str) -> None:
    with pytest.raises(DapingError, match=said):
        source_of({**NOTHING, **options}, None)


def test_a_shops_folder_that_is_not_there_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAPING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DAPING_CONFIG", str(tmp_path / "absent"))
    with pytest.raises(DapingError, match="no such folder"):
        command.main([], standalone_mode=False)
    assert not (tmp_path / "home").exists()


def test_a_file_without_a_mapped_column_is_refused(feed: Path) -> None:
    feed.write_text("InvoiceNo,InvoiceDate\n1,2011-11-25 08:26:00\n")
    with pytest.raises(DapingError, match="no column 'UnitPrice'"):
        source_of(replayed(feed), None)


def test_a_shop_of_another_currency_is_refused_with_the_folder_to_set(
    feed: Path, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "shop.toml").write_text('[shop]\ncurrency = "EUR"\n')
    with pytest.raises(DapingError, match="online_retail"):
        source_of(replayed(feed), tmp_path / "shop")
