"""Names of the keys in Redis. One generation lies in one cluster slot: the braces are literal."""

import re
from dataclasses import dataclass

from pipeline.values.streams import LinkGeneration

ACTIVE = "daping:active"
SOURCE = "daping:source"
_GLOB_SIGNS = re.compile(r"([*?\[\]^\\])")


def adapter_key(link: str) -> str:
    return f"daping:adapted:{link}"


def auditor_key(link: str) -> str:
    return f"daping:auditor:{link}"


def job_key(link: str) -> str:
    return f"daping:job:{link}"


def meta_pattern(link: str) -> str:
    """Return the glob of the metas of all generations of a link."""
    return f"daping:{{{_quoted(link)}:*}}:meta"


@dataclass(frozen=True, slots=True)
class GenerationKeys:
    """The keys of one generation."""

    prefix: str

    @classmethod
    def of(cls, stream: LinkGeneration) -> "GenerationKeys":
        return cls(f"daping:{{{stream}}}:")

    @property
    def pattern(self) -> str:
        """The glob of all keys of the generation."""
        return f"{_quoted(self.prefix)}*"

    @property
    def life(self) -> str:
        return f"{self.prefix}life"

    @property
    def seq(self) -> str:
        return f"{self.prefix}seq"

    @property
    def meta(self) -> str:
        return f"{self.prefix}meta"

    @property
    def all_cells(self) -> str:
        return f"{self.prefix}cells:"

    def cells(self, member: str) -> str:
        return f"{self.prefix}cells:{member}"

    def ranked(self, member: str) -> str:
        return f"{self.prefix}ranked:{member}"

    def floor(self, member: str) -> str:
        return f"{self.prefix}floor:{member}"

    def changed(self, day: str) -> str:
        return f"{self.prefix}changed:{day}"


def member_of(cube: str, bucket: int) -> str:
    """Return how a bucket is listed in the changed set of its day."""
    return f"{cube}:{bucket}"


def place_of(member: str) -> tuple[str, int]:
    """Read what `member_of` wrote."""
    cube, _, bucket = member.rpartition(":")
    return cube, int(bucket)


def _quoted(text: str) -> str:
    return _GLOB_SIGNS.sub(r"\\\1", text)
