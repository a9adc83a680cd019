"""The page's scripts meet in one namespace: two functions of one name would replace each other."""

import re
from collections import Counter
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[3] / "assets"
GIVEN = re.compile(r"Object\.assign\((?:namespace\.)?daping(?: \|\| \{\})?, \{([^}]*)\}\)")


def given() -> Counter[str]:
    """Return how many scripts give each name."""
    names: Counter[str] = Counter()
    for path in sorted(ASSETS.glob("*.js")):
        for said in GIVEN.findall(path.read_text(encoding="utf-8")):
            names.update(part.partition(":")[0].strip() for part in said.split(",") if part.strip())
    return names


def test_no_two_scripts_give_one_name() -> None:
    assert len(given()) > 40
    assert [name for name, times in given().items() if times > 1] == []


def test_what_the_scripts_call_is_given() -> None:
    called = {
        name
        for path in ASSETS.glob("*.js")
        for name in re.findall(r"\bdaping\.(\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert called - set(given()) == set()
