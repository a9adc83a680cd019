"""What a line lacks to become an event: data, told with its place and its value."""

_SHOWN = 40


class Unmapped(Exception):
    """A value does not fit. Raised inside the engine, caught by who reads lines or rows.

    `about`: the event's field that could not be made, else `message` or `line`; refusals are
    counted by it.
    """

    def __init__(self, detail: str, about: str = "message") -> None:
        self.detail = detail
        self.about = about
        super().__init__(detail)


def quoted(value: object) -> str:
    """Show a value of a feed, shortened."""
    text = str(value)
    if isinstance(value, str):
        text = f"'{text}'"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
