"""User ids as they leave the server: enough to recognise oneself, too little to be one. Pure.

What is shown of two users may be the same, so each row also has an id that differs: a keyed hash,
since ids are few enough that whoever knew the way could try them all.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.catalogue.model import BucketKind, Catalogue

DOTS = "••••"
LONG = 9  # from this length on an id keeps four characters in front and two behind
MIDDLE = 6  # a shorter one keeps one in front
LEAST = 5  # a shorter one keeps only its first


def masked(user: str) -> str:
    """Return a user id as it may be shown.

    >>> masked("u_2513946780"), masked("u_000127"), masked("anna")
    ('u_25••••80', 'u_••••27', 'a••••')
    >>> masked("17850")
    '1••••50'
    """
    if len(user) < LEAST:
        return user[: 1 if len(user) > 1 else 0] + DOTS
    front = 4 if len(user) >= LONG else 2 if len(user) >= MIDDLE else 1
    return user[:front] + DOTS + user[-2:]


@dataclass(frozen=True)
class UserMask:
    """`secret`: of this process, kept nowhere."""

    secret: bytes = field(repr=False)

    def of(self, catalogue: Catalogue, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value documents with every user's key masked, and an `id` beside it."""
        return {
            name: self._mask(document)
            if catalogue.cubes[catalogue.metrics[name].cube].bucket is BucketKind.SEGMENT
            and document["shape"] == "ranking"
            else document
            for name, document in metrics.items()
        }

    def row_id(self, user: str) -> str:
        """Return a name for a user's row that says nothing of the user, 12 hex digits."""
        return hashlib.blake2b(user.encode(), key=self.secret, digest_size=6).hexdigest()

    def _mask(self, ranking: Mapping[str, Any]) -> dict[str, Any]:
        rows = [
            {**row, "key": masked(row["key"]), "id": self.row_id(row["key"])}
            for row in ranking["rows"]
        ]
        return {**ranking, "rows": rows}
