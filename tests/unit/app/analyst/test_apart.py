"""Frames made in a process of its own are those made here."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.analyst.apart import Apart, Recipe
from app.analyst.asking import Ask
from app.analyst.desk import Progress
from app.analyst.making import Fragments
from app.ids import Choice
from app.settings import ScreenSettings

ASK = Ask(date(2026, 6, 18), None, "28H")
LIVE = {"as_of": None, "business_date": "2026-11-11", "source": None, "windows": {"left": "out"}}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    settings = ScreenSettings(home=tmp_path_factory.mktemp("home"))
    return Recipe(settings.model_dump(), "b1", b"secret")


@pytest.fixture(scope="module")
def apart(recipe: Recipe) -> Iterator[Apart]:
    apart = Apart(recipe)
    yield apart
    apart.stop()


def process_of(apart: Apart) -> int:
    process = apart._process
    assert process is not None
    assert process.pid is not None
    return process.pid


def test_a_frame_and_its_drawing_are_the_same_as_made_here(apart: Apart, recipe: Recipe) -> None:
    here = recipe.maker()
    mine, theirs = (maker.frame(ASK, LIVE, Progress()) for maker in (here, apart))
    assert mine.etag == theirs.etag
    frame = orjson.loads(theirs.body)
    assert frame["state"]["reason"] == "no_clickhouse"
    assert frame["business_date"] == "2026-06-18"
    choice = Choice("28H", "en", "light")
    drawn = [maker.draw(theirs.body, choice) for maker in (here, apart)]
    assert read(drawn[0][0]) == read(drawn[1][0])


def read(fragments: Fragments) -> Any:
    """Return what fragments say, whatever order their attributes come in."""
    return {
        name: {prop: orjson.loads(value) for prop, value in props.items()}
        for name, props in fragments.items()
    }


def test_a_process_that_is_killed_is_started_again(apart: Apart) -> None:
    apart.frame(ASK, LIVE, Progress())
    first = process_of(apart)
    os.kill(first, signal.SIGKILL)
    assert orjson.loads(apart.frame(ASK, LIVE, Progress()).body)["mode"] == "history"
    assert process_of(apart) != first


def test_what_goes_wrong_there_is_raised_here_and_the_next_one_works(apart: Apart) -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        apart.draw(b"{}", Choice("28H", "en", "light"))
    assert apart.frame(ASK, LIVE, Progress()).body


def test_it_gives_way_to_the_wall_and_ends_when_it_is_told(recipe: Recipe) -> None:
    apart = Apart(recipe)
    apart.frame(ASK, LIVE, Progress())
    number = process_of(apart)
    assert os.getpriority(os.PRIO_PROCESS, number) > os.getpriority(os.PRIO_PROCESS, 0)
    apart.stop()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{number}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
