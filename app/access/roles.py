"""What somebody may do on the screen; each role may what the one before it may."""

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """`wall` sees what is live, `analyst` the past and the reasons too, `operator` acts."""

    WALL = 1
    ANALYST = 2
    OPERATOR = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, label: str) -> "Role | None":
        """Return the role of a name, None when there is none of that name."""
        return next((role for role in cls if role.label == label), None)


@dataclass(frozen=True)
class Viewer:
    """Who asks. `way`: local | token | session | proxy; `name`: what the proxy calls them."""

    role: Role
    way: str
    peer: str
    name: str | None = None
