"""What a line lacks to become an event: data, told with its place and its value."""

_SHOWN = 40


class Unmapped(Exception):
    """A value does not fit. Raised inside the engine, caught by who reads lines or rows."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


def quoted(value: object) -> str:
    """Show a value of a feed, shortened."""
    text = str(value)
    if isinstance(value, str):
        text = f"'{text}'"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
