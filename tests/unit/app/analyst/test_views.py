"""History is drawn by the wall's own presenter, and only what changed travels."""

import gzip
import json

import pytest

from tests.unit.app.analyst.archive import TIME, Archive, day_of, lines_of
from tests.unit.app.analyst.site import Site, as_live

DATE = "date=2026-06-18"


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Archive(lines_of("2026-06-18", "2025-06-18", minutes=400)))


@pytest.mark.parametrize("manner", ["lang=zh&theme=dark", "lang=en&theme=light"])
@pytest.mark.parametrize(
    "query",
    [
        DATE,
        f"{DATE}&window=4H&baseline=mom",
        f"{DATE}&step=10",
        f"{DATE}&step=60&cursor=300",
        f"{DATE}&at=2026-06-17T20:30",
        f"{DATE}&drill=region:east&drill=brand:nobody",
        f"{DATE}&versus=2025-06-18",
        f"{DATE}&versus=2024-01-01",
        "date=2026-06-19",
        "date=2020-01-01",
        "from=2026-06-17T21:00&to=2026-06-17T22:30",
        "from=2026-06-10T00:00&to=2026-06-20T00:00&step=1",
    ],
)
def test_whatever_is_asked_can_be_drawn(site: Site, query: str, manner: str) -> None:
    answer = site.get(f"/view.json?{query}&{manner}")
    assert answer.status_code == 200, answer.data
    assert len(answer.json["props"]) > 30


def test_a_history_that_is_away_can_be_drawn() -> None:
    archive = Archive([])
    archive.away = True
    for site in (Site(archive), Site(None)):
        assert site.get(f"/view.json?{DATE}&lang=en").status_code == 200


def test_an_archive_that_lacks_minutes_can_be_drawn() -> None:
    until = TIME.bounds("28H", day_of("2026-06-18")).start + 100
    archive = Archive(lines_of("2026-06-18", minutes=200), until=until)
    archive.held = []
    assert Site(archive).get(f"/view.json?{DATE}&lang=en").status_code == 200


def test_only_what_changed_since_travels(site: Site) -> None:
    first = site.get(f"/view.json?{DATE}&lang=en").json
    same = site.get(f"/view.json?{DATE}&lang=en&since={first['etag']}").json
    other = site.get(f"/view.json?{DATE}&lang=en&baseline=mom&since={first['etag']}").json
    assert (same["etag"], same["props"]) == (first["etag"], {})
    assert 0 < len(other["props"]) < len(first["props"])


def test_who_has_it_is_told_so_and_it_is_packed(site: Site) -> None:
    answer = site.get(f"/view.json?{DATE}", Accept_Encoding="gzip")
    assert json.loads(gzip.decompress(answer.data))["choice"]["window"] == "28H"
    again = site.get(f"/view.json?{DATE}", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_the_clock_beside_history_is_the_walls(site: Site) -> None:
    frame = as_live(site.frame(DATE))
    frame["source"] = {
        "kind": "simulated", "name": "demo", "anchor_real_ms": 5, "anchor_ms": 7, "speed": 60,
        "seed": 1, "heartbeat_real_ms": 9,
    }  # fmt: skip
    site.show(frame)
    said = site.get(f"/view.json?{DATE}&lang=en").json
    assert (said["clock"]["anchor_ms"], said["clock"]["speed"]) == (7, 60)
    assert said["mode"] == "history"


def test_the_wall_is_not_moved_by_who_looks_back(site: Site) -> None:
    for path in ("/view.json?window=4H", "/frame.json"):
        assert site.client.get(path).json == {"reason": "no_frame"}
