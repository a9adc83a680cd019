"""Every route of the screen and who may ask it: what is not here does not exist.

A new route is one line. A test holds the table against the routes the server really has.
"""

from dataclasses import dataclass

from app.access.roles import Role

GET = frozenset(("GET", "HEAD"))
POST = frozenset(("POST",))
WALL, ANALYST, OPERATOR = Role
# The header in which whoever acts says that it is meant: the page sends it with the second click.
CONFIRMED = "X-Daping-Confirmed"


@dataclass(frozen=True)
class Rule:
    """One route. A path that ends in `/` is that folder, but for the page itself.

    `past`: who may ask it with the arguments of history. `acting`: it changes what others see,
    so it must be confirmed and is written down, and refused when it cannot be.
    """

    path: str
    methods: frozenset[str]
    least: Role
    past: Role | None = None
    acting: bool = False

    def covers(self, path: str) -> bool:
        if self.path == "/" or not self.path.endswith("/"):
            return path == self.path
        return path.startswith(self.path) and not path.endswith("/")


TABLE = (
    Rule("/", GET, WALL),
    Rule("/frame.json", GET, WALL, past=ANALYST),
    Rule("/view.json", GET, WALL, past=ANALYST),
    Rule("/export.csv", GET, ANALYST),
    Rule("/export.json", GET, ANALYST),
    Rule("/changes.json", GET, ANALYST),
    Rule("/why.json", GET, ANALYST),
    Rule("/recount.json", frozenset(("POST", "DELETE")), ANALYST),
    Rule("/alerts/acknowledge.json", POST, OPERATOR, acting=True),
    Rule("/gallery", GET, OPERATOR),
    Rule("/healthz", GET, WALL),
    Rule("/readyz", GET, WALL),
    Rule("/metrics", GET, ANALYST),
    Rule("/assets/", GET, WALL),
    Rule("/_dash-component-suites/", GET, WALL),
    Rule("/_dash-layout", GET, WALL),
    Rule("/_dash-dependencies", GET, WALL),
    Rule("/_dash-update-component", POST, WALL),
    Rule("/_reload-hash", GET, WALL),
    Rule("/_favicon.ico", GET, WALL),
)

# Routes that Dash and Flask add and nobody needs: not in the table, so never reached.
CLOSED = frozenset(("/<path:path>", "/static/<path:filename>"))


def rule_of(path: str) -> Rule | None:
    """Return the rule of a path, None when there is no such route."""
    return next((rule for rule in TABLE if rule.covers(path)), None)
