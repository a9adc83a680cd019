"""Run axe-core on the page that is open, and name what it finds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium import webdriver

SOURCE = Path(__file__).with_name("vendor") / "axe.min.js"
GRAVE = ("serious", "critical")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PLACES = 4
RUN = """const done = arguments[arguments.length - 1];
    const failed = (fault) => [{id: String(fault), impact: 'critical', help: '', nodes: []}];
    const only = {runOnly: {type: 'tag', values: arguments[0]}, resultTypes: ['violations']};
    axe.run(arguments[1], only)
        .then((found) => done(found.violations), (fault) => done(failed(fault)));
    """


@dataclass(frozen=True)
class Fault:
    """One rule that is broken: how gravely, and where."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.impact} {self.rule}: {self.help}: {'; '.join(self.places)}"


def faults(browser: webdriver.Chrome, within: str = "html") -> list[Fault]:
    """Return every rule that the page breaks, or a part of it."""
    if not browser.execute_script("return Boolean(window.axe)"):
        browser.execute_script(SOURCE.read_text(encoding="utf-8"))
    browser.set_script_timeout(60)
    return [fault(said) for said in browser.execute_async_script(RUN, TAGS, within)]


def fault(said: dict[str, Any]) -> Fault:
    nodes = said["nodes"]
    places = [f"{node['target'][-1]} ({summary(node)})" for node in nodes[:PLACES]]
    more = [f"and {len(nodes) - PLACES} more"] if len(nodes) > PLACES else []
    return Fault(said["id"], said["impact"], said["help"], (*places, *more))


def summary(node: dict[str, Any]) -> str:
    return " ".join(str(node.get("failureSummary", "")).split())[:160]


def grave(found: list[Fault]) -> list[str]:
    """Return the serious and critical ones, in words."""
    return [str(one) for one in found if one.impact in GRAVE]
