"""Where a value stands in a foreign message, as `mapping.toml` says it."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


def _steps(written: object) -> object:
    """Split a dotted path; a list is taken as it is, for names that have dots in them."""
    steps = written.split(".") if isinstance(written, str) else written
    if not isinstance(steps, (list, tuple)) or not steps:
        raise ValueError('is no path; write "order.id", or ["name.with.dots", "id"]')
    if not all(isinstance(step, str) and step for step in steps):
        raise ValueError("has an empty step; write the names with one dot between them")
    return tuple(steps)


Path = Annotated[tuple[str, ...], BeforeValidator(_steps)]


def shown(path: tuple[str, ...]) -> str:
    """Write a path as people do."""
    return ".".join(path)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Strict):
    """Where a value stands: `path` begins at the message (or row), `line_path` at a line of it."""

    path: Path | None = None
    line_path: Path | None = None

    @property
    def of_line(self) -> bool:
        return self.line_path is not None

    @property
    def steps(self) -> tuple[str, ...]:
        return self.path or self.line_path or ()

    def __str__(self) -> str:
        return shown(self.steps)


class Origin(Place):
    """A value that must have a place."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.line_path is None):
            raise ValueError("has no place, or two; give either path or line_path")
        return self
