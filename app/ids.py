"""Names that the layout, the presenter and the client script share, and what a viewer chooses.

`present` gives props for components named here; the client script writes the text of every element
with `data-tick` and `data-silent` (docs/design.md §9), which the presenter leaves alone:
`CLOCK`, `SINCE`, `UNTIL` and `AGE` are those elements.
"""

from dataclasses import dataclass
from typing import Final

BASELINES: Final = ("yoy", "mom")  # the first is the default
SPECIAL: Final = "special"  # a window of history only: 20:00 on the eve to 20:00
SPECIAL_SWITCH: Final = "window-special"


@dataclass(frozen=True, slots=True)
class Choice:
    """What one viewer looks at: a trading window, a language (`zh`, `en`), a theme, a baseline.

    `baseline`: which comparison the tiles draw, of those the frame has.
    """

    window: str
    lang: str
    theme: str
    baseline: str = BASELINES[0]


# Fetching (owned by the server; the layout only places them).
TICK: Final = "tick"  # dcc.Interval
VIEW_ETAG: Final = "view-etag"  # dcc.Store

# Filled by the client script, every second: text = time or duration (data-tick).
CLOCK: Final = "clock"  # data-tick="clock"
SINCE: Final = "since"  # data-tick="since", data-instant = opening
UNTIL: Final = "until"  # data-tick="until", data-instant = close
AGE: Final = "age"  # data-tick="age", data-instant = data time
SILENT: Final = "silent"  # data-silent: shown when the server has not answered for three ticks
PAUSED: Final = "paused"  # data-paused: shown while what is drawn stands (Space)
SCENE: Final = "scene"  # data-scenes, data-names, data-held: the scene's name, when it changes

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
BASELINE: Final = "baseline"  # buttons data-choice-baseline
BASELINE_LABEL: Final = "baseline-label"
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
INJECTED: Final = "injected"  # faults that the demo was given, while there are any

LISTS: Final = (REGIONS, CATEGORIES, BRANDS, BUYERS, GENDER)  # those that may be left out
TILES: Final = (HERO, FLOW, REGIONS, CATEGORIES, BRANDS, BUYERS, GENDER)

ALERTS_PANEL: Final = "alerts-panel"  # all alerts, opened from the strip

# Figures: dcc.Graph, in design pixels, scaled by assets/figures.js.
FLOW_FIGURE: Final = "flow-figure"
BRANDS_FIGURE: Final = "brands-figure"
GENDER_FIGURE: Final = "gender-figure"

# The analyst's screen: around the tiles, shown while the wall is in history.
WALL: Final = "wall"  # data-mode = live | history
PAST_DATE_LABEL: Final = "past-date-label"
PAST_DATE: Final = "past-date"
PAST_DATA_LABEL: Final = "past-data-label"
PAST_DATA: Final = "past-data"
WALL_CLOCK: Final = "wall-clock"  # what the caption of the live clock says
BACK: Final = "back"
OPEN_HISTORY: Final = "open-history"  # in the live header; data-go = the last closed day
TOOLBAR: Final = "toolbar"  # buttons data-go, data-open, data-act
CRUMBS: Final = "crumbs"  # what is drilled into, and notes on the recount
CALENDAR: Final = "calendar"
COMPARING: Final = "comparing"  # the form of ranges and of A against B
CHANGES_PANEL: Final = "changes"
WHY_PANEL: Final = "why"
KEYS_PANEL: Final = "keys"
NOTICE: Final = "notice"  # data-words: what the page says by itself (reading, refused, copied)
STAMP: Final = "stamp"  # as-of, filter and address, on paper and on pictures only
CURSOR: Final = "cursor"  # dcc.Store: what the cursor on the chart reads out


def part(tile: str, name: str) -> str:
    """Return the id of a part of a tile."""
    return f"{tile}-{name}"


def window_switch(name: str) -> str:
    """Return the id of the button that shows a window."""
    return f"window-{name}"


def baseline_switch(kind: str) -> str:
    """Return the id of the button that compares with a baseline."""
    return f"baseline-{kind}"


def theme_switch(theme: str) -> str:
    """Return the id of the button that switches to a theme."""
    return f"theme-{theme}"
