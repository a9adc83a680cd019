"""Names that the layout, the presenter and the client script share, and what a viewer chooses.

`present` gives props for components named here; the client script writes the text of every element
with `data-tick` and `data-silent` (docs/design.md §9), which the presenter leaves alone:
`CLOCK`, `SINCE`, `UNTIL` and `AGE` are those elements.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Choice:
    """What one viewer looks at: a trading window, a language (`zh`, `en`), a theme."""

    window: str
    lang: str
    theme: str


# Fetching (owned by the server; the layout only places them).
TICK: Final = "tick"  # dcc.Interval
VIEW_ETAG: Final = "view-etag"  # dcc.Store

# Filled by the client script, every second: text = time or duration (data-tick).
CLOCK: Final = "clock"  # data-tick="clock"
SINCE: Final = "since"  # data-tick="since", data-instant = opening
UNTIL: Final = "until"  # data-tick="until", data-instant = close
AGE: Final = "age"  # data-tick="age", data-instant = data time
SILENT: Final = "silent"  # data-silent: shown when the server has not answered for three ticks

# Header.
MARK: Final = "mark"  # scope line, or whose orders these are when they are not real ones
TITLE: Final = "title"
DATE: Final = "date"
SINCE_LABEL: Final = "since-label"
UNTIL_LABEL: Final = "until-label"
FRESH: Final = "fresh"  # data time and its age; amber when stale
FRESH_LABEL: Final = "fresh-label"
DATA_TIME: Final = "data-time"
PERIOD: Final = "period"  # buttons data-choice-window
PERIOD_LABEL: Final = "period-label"
LINK: Final = "link"
TOOLS: Final = "tools"  # buttons data-choice-lang, data-choice-theme

# Tiles; a tile's parts are `<tile>-title`, `-note`, `-right`, `-chip`, `-body`.
HERO: Final = "hero"
KPIS: Final = "kpis"
FLOW: Final = "flow"
REGIONS: Final = "regions"
CATEGORIES: Final = "categories"
BRANDS: Final = "brands"
BUYERS: Final = "buyers"
GENDER: Final = "gender"
ALERTS: Final = "alerts"
PIPELINE: Final = "pipeline"

TILES: Final = (HERO, FLOW, REGIONS, CATEGORIES, BRANDS, BUYERS, GENDER)

# Figures: dcc.Graph, in design pixels, scaled by assets/figures.js.
FLOW_FIGURE: Final = "flow-figure"
BRANDS_FIGURE: Final = "brands-figure"
GENDER_FIGURE: Final = "gender-figure"


def part(tile: str, name: str) -> str:
    """Return the id of a part of a tile."""
    return f"{tile}-{name}"


def theme_switch(theme: str) -> str:
    """Return the id of the button that switches to a theme."""
    return f"theme-{theme}"
