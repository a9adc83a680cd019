"""The page at every size: no scroll bar on a wall, nothing cut off, nothing over another, nothing
too small to be read. What counts as a fault is in layout.js."""

from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from selenium import webdriver

from tests.e2e.drawn_site import Size, drawn_site, opened, problems, resize, settle

pytestmark = pytest.mark.browser

WALLS = (
    Size(1920, 1080),
    Size(3840, 2160),
    Size(5760, 1620),
    Size(3840, 1080),
    Size(2560, 1440),
    Size(1440, 900),
    Size(1280, 1024),
)
SHAPES = (Size(1920, 1080), Size(3840, 1080), Size(1440, 900))
ZOOMS = tuple(Size(1920, 1080, zoom) for zoom in (80, 90, 110, 125, 150))
PHONE = Size(390, 844)
SMALLEST = 18  # design px: the smallest text of a wall (tokens: --t-note)
DESIGN = (1920, 1080)
ON_A_PHONE = 13.0  # css px on 390; a phone is held at a third of an arm's length
SAMPLES = {  # what is drawn -> on which screens
    "live": (*WALLS, *ZOOMS),
    "big": (*WALLS, *ZOOMS),
    "long": WALLS,
    "degraded": WALLS,
    "no_history": SHAPES,
    "empty": SHAPES,
    "error": SHAPES,
}


def least(size: Size) -> float:
    """Return the smallest text allowed, in CSS px: 18 design px at the size's own scale."""
    if size.width < 700:
        return ON_A_PHONE
    zoom = size.zoom / 100
    return SMALLEST * min(size.width / zoom / DESIGN[0], size.height / zoom / DESIGN[1])


@pytest.fixture(scope="module")
def drawn() -> Iterator[str]:
    with drawn_site() as url:
        yield url


@pytest.fixture(autouse=True)
def size_of_the_wall(browser: webdriver.Chrome) -> Iterator[None]:
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def pick(url: str, sample: str) -> None:
    with urlopen(f"{url}/pick/{sample}", timeout=30) as answer:
        assert answer.read().decode() == sample


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_wall_of_any_size_has_room_for_what_it_says(
    browser: webdriver.Chrome, drawn: str, sample: str, lang: str
) -> None:
    pick(drawn, sample)
    resize(browser, WALLS[0])
    opened(browser, drawn, f"lang={lang}&theme={'light' if sample == 'live' else 'dark'}")
    found = {}
    for size in SAMPLES[sample]:
        resize(browser, size)
        settle(browser)
        found[str(size)] = problems(browser, least(size))
    assert {size: said for size, said in found.items() if said} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("window", ["4H", "24H"])
def test_so_has_every_window(browser: webdriver.Chrome, drawn: str, window: str, lang: str) -> None:
    pick(drawn, "live")
    resize(browser, WALLS[0])
    opened(browser, drawn, f"lang={lang}&window={window}&baseline=mom")
    assert problems(browser, least(WALLS[0])) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_analysts_screen_does_on_a_wall_and_on_a_laptop(
    browser: webdriver.Chrome, drawn: str, lang: str
) -> None:
    pick(drawn, "history")
    resize(browser, WALLS[0])
    opened(browser, drawn, f"lang={lang}&theme=light&date=2026-11-11")
    found = {}
    for size in (Size(1920, 1080), Size(1440, 900), Size(2560, 1440), Size(1280, 1024)):
        resize(browser, size)
        settle(browser)
        found[str(size)] = problems(browser, least(size))
    assert {size: said for size, said in found.items() if said} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("sample", ["live", "degraded", "big", "long", "history"])
def test_a_phone_scrolls_down_and_never_sideways(
    browser: webdriver.Chrome, drawn: str, sample: str, lang: str
) -> None:
    pick(drawn, sample)
    resize(browser, PHONE)
    past = "&date=2026-11-11" if sample == "history" else ""
    opened(browser, drawn, f"lang={lang}{past}")
    assert problems(browser, least(PHONE), wall=False) == []


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        ("document.getElementById('hero-note').style.transform = 'translateX(-8rem)'", "overlap"),
        ("document.getElementById('flow-note').style.fontSize = '1.7rem'", "too small"),
        (
            "document.querySelector('.kpi .v').style.cssText = 'width:4rem;overflow:hidden'",
            "cut off",
        ),
        ("document.body.style.cssText = 'overflow:auto;height:130vh'", "scroll"),
        ("document.querySelector('.wall').style.width = '200rem'", "scrolls sideways"),
        (
            "document.querySelector('#regions .val').style.transform = 'translateX(12rem)'",
            "outside",
        ),
        (
            "document.querySelectorAll('#flow-figure .annotation')[1].style.translate = '-4rem 0'",
            "overlap",
        ),
        (
            "document.querySelectorAll('.annotation').forEach(t => t.style.fontSize = '9px')",
            "too small",
        ),
    ],
)
def test_what_is_done_to_a_page_is_found(
    browser: webdriver.Chrome, drawn: str, harm: str, kind: str
) -> None:
    pick(drawn, "live")
    resize(browser, WALLS[0])
    opened(browser, drawn, "lang=en")
    assert problems(browser, least(WALLS[0])) == []
    browser.execute_script(harm)
    assert any(said.startswith(kind) for said in problems(browser, least(WALLS[0])))
