"""What is asked for is understood exactly, or refused by the name of the argument."""

from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import pytest

from app.analyst.asking import Ask, is_history, read_ask, refuse_strangers
from app.analyst.periods import check_inside
from app.answers import BadArgument
from tests.unit.app.analyst.archive import CATALOGUE, TIME

EAST = ("fuzhou", "hangzhou", "hefei", "jinan", "nanjing", "ningbo", "shanghai", "suzhou")


def ask(query: str) -> Ask:
    found: Any = parse_qs(query, keep_blank_values=True)
    refuse_strangers(found, ("since",))
    made = read_ask(CATALOGUE, found)
    check_inside(TIME, made)
    return made


def test_a_date_alone_asks_for_the_default_window_and_baseline() -> None:
    made = ask("date=2026-06-18")
    assert (made.window, made.baseline, made.step, made.kinds) == ("28H", "yoy", 1, ("yoy", "mom"))


def test_a_permalink_says_everything_and_asks_for_the_same_again() -> None:
    query = (
        "date=2026-06-18&window=24H&baseline=mom&weekday=1&at=2026-06-18T12:00&step=10"
        "&cursor=30&drill=region:east&drill=category:phones&gen=12&as_of=1781755260000"
    )
    made = ask(query)
    said = made.normalised()
    assert said["drill"] == ["region:east", "category:phones"]
    assert ask(urlencode(said, doseq=True)) == made
    ranged = ask(
        "from=2026-06-01T00:00&to=2026-06-02T24:00&yoy_from=2025-06-01T00:00"
        "&yoy_to=2025-06-03T00:00"
    )
    assert ask(urlencode(ranged.normalised(), doseq=True)) == ranged


def test_a_level_is_filtered_by_its_leaves_and_a_leaf_narrows_it() -> None:
    assert ask("date=2026-06-18&drill=region:east").only == (("warehouse", EAST),)
    both = ask("date=2026-06-18&drill=region:east&drill=warehouse:hefei&drill=brand:Any Brand")
    assert both.only == (("brand", ("Any Brand",)), ("warehouse", ("hefei",)))


def test_another_date_takes_the_place_of_both_baselines() -> None:
    assert ask("date=2026-06-18&versus=2025-11-11").kinds == ("versus",)


@pytest.mark.parametrize(
    ("to", "step", "made"),
    [("06-02", 1, 1), ("06-03", 1, 1), ("06-04", 1, 10), ("06-09", 10, 60), ("07-02", 1, 60)],
)
def test_a_long_range_is_never_finer_than_can_be_seen(to: str, step: int, made: int) -> None:
    found = ask(f"from=2026-06-01T00:00&to=2026-{to}T00:00&step={step}")
    assert (found.window, found.step) == ("range", made)


WRONG = {
    "date": [
        "date=2026-02-29", "date=", "date=20260618", "date=2026-06-18&date=2026-06-19",
        "date=1969-12-31", "date=2101-01-01", "date=9999999999999", "date=2026-06-18'--",
        "date=%EF%BC%92026-06-18", "date[]=2026-06-18", "window=4H&at=2026-06-18T10:00",
        "date=2026-06-18%00", "date=../../etc/passwd", "date=2026-06-18%0A",
    ],
    "from": ["date=2026-06-18&from=2026-06-18T00:00&to=2026-06-18T10:00", "to=2026-06-18T10:00",
             "from=yesterday&to=2026-06-18T10:00", "from=2026-06-18&to=2026-06-19"],
    "to": ["from=2026-06-18T10:00", "from=2026-06-18T10:00&to=2026-06-18T10:00",
           "from=2026-06-18T10:00&to=2026-06-17T10:00", "from=2026-06-01T00:00&to=2026-07-02T00:01",
           "from=2026-06-18T10:00&to=2026-06-18T25:00",
           "from=2026-06-18T10:00&to=2026-06-18T24:01"],
    "window": ["date=2026-06-18&window=99H", "date=2026-06-18&window=range",
               "from=2026-06-18T00:00&to=2026-06-18T10:00&window=28H",
               "date=2026-06-18&window=28H' OR 1=1"],
    "baseline": ["date=2026-06-18&baseline=versus", "date=2026-06-18&baseline=yoy&baseline=mom"],
    "weekday": ["date=2026-06-18&weekday=2", "date=2026-06-18&weekday=true"],
    "versus": ["date=2026-06-18&versus=x", "date=2026-06-18&versus=2026-13-01"],
    "yoy_from": ["date=2026-06-18&yoy_from=2025-06-01T00:00&yoy_to=2025-06-02T00:00",
                 "from=2026-06-18T00:00&to=2026-06-18T10:00&yoy_to=2025-06-02T00:00"],
    "mom_to": ["from=2026-06-18T00:00&to=2026-06-18T10:00&mom_from=2026-05-01T00:00"],
    "at": ["date=2026-06-18&at=2026-06-17T19:59", "date=2026-06-18&at=2026-06-19T00:00",
           "date=2026-06-18&at=12:00", "date=2026-06-18&at=2026-06-18T12:00Z"],
    "step": ["date=2026-06-18&step=5", "date=2026-06-18&step=0", "date=2026-06-18&step=-1",
             "date=2026-06-18&step=1e1"],
    "cursor": ["date=2026-06-18&cursor=1680", "date=2026-06-18&cursor=-1",
               "date=2026-06-18&cursor=99999999999999999999", "date=2026-06-18&cursor=1.5",
               "date=2026-06-18&cursor=%D9%A3"],
    "drill": ["date=2026-06-18&drill=east", "date=2026-06-18&drill=user:u_1",
              "date=2026-06-18&drill=guest:guest", "date=2026-06-18&drill=region:atlantis",
              "date=2026-06-18&drill=region:east&drill=region:west",
              "date=2026-06-18&drill=region:east&drill=warehouse:foshan",
              "date=2026-06-18&drill=category:", "date=2026-06-18&drill=category:a%00b",
              "date=2026-06-18&drill=category:" + "x" * 129,
              "date=2026-06-18" + "".join(f"&drill=category:c{i}" for i in range(9)),
              "date=2026-06-18&drill=sku:1'; DROP TABLE events --"],
    "gen": ["date=2026-06-18&gen=x", "date=2026-06-18&gen=-1", "date=2026-06-18&gen=" + "9" * 16],
    "as_of": ["date=2026-06-18&as_of=now"],
    "colour": ["date=2026-06-18&colour=red"],
}  # fmt: skip
CASES = [(argument, query) for argument, queries in WRONG.items() for query in queries]


@pytest.mark.parametrize(("argument", "query"), CASES)
def test_what_is_malformed_unknown_or_contradictory_is_named(argument: str, query: str) -> None:
    with pytest.raises(BadArgument) as fault:
        ask(query)
    assert fault.value.argument.removesuffix("[]") in {argument, f"{argument}[]"}
    assert fault.value.allowed


def test_any_key_of_a_leaf_is_a_key_whatever_it_looks_like() -> None:
    key = "x' OR '1'='1; DROP TABLE events --"
    assert ask(f"date=2026-06-18&drill=category:{quote(key)}").only == (("category", (key,)),)


def test_only_the_arguments_of_history_make_a_request_one_of_history() -> None:
    assert not is_history({"window": ["28H"], "baseline": ["mom"]})
    assert is_history({"at": ["2026-06-18T12:00"]})
