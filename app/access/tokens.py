"""The tokens that let somebody in, one a role."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.access.roles import Role
from app.settings import ScreenSettings
from pipeline.errors import ConfigurationError

# What stands in a link as it is, and cannot be guessed at the pace the door allows.
SHAPE = re.compile(r"[A-Za-z0-9._~-]{20,200}\Z")
NAMES = {
    Role.WALL: "DAPING_WALL_TOKEN",
    Role.ANALYST: "DAPING_VIEW_TOKEN",
    Role.OPERATOR: "DAPING_OPERATOR_TOKEN",
}
MAKE_ONE = "python -c 'import secrets; print(secrets.token_urlsafe(24))'"


@dataclass(frozen=True, repr=False)
class Tokens:
    """The tokens that are set."""

    held: Mapping[Role, str]

    @classmethod
    def of(cls, settings: ScreenSettings) -> "Tokens":
        """Read them; raises ConfigurationError for one that is too short or used twice."""
        given = {
            Role.WALL: settings.wall_token,
            Role.ANALYST: settings.view_token,
            Role.OPERATOR: settings.operator_token,
        }
        held = {r: secret.get_secret_value() for r, secret in given.items() if secret is not None}
        owners: dict[str, Role] = {}
        for role, token in held.items():
            if not SHAPE.match(token):
                raise ConfigurationError(
                    f"{NAMES[role]} must be 20 to 200 of A-Z a-z 0-9 . _ ~ -: make one with "
                    f"{MAKE_ONE}, or leave it out"
                )
            if token in owners:
                raise ConfigurationError(
                    f"{NAMES[owners[token]]} and {NAMES[role]} are the same, so nobody could say "
                    f"who has which role: make another with {MAKE_ONE}"
                )
            owners[token] = role
        return cls(held)

    def role_of(self, given: str) -> Role | None:
        """Return whose token this is. All are compared, each in constant time."""
        found = None
        for role, token in self.held.items():
            if hmac.compare_digest(token.encode(), given.encode(errors="replace")):
                found = role
        return found
