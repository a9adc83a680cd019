import pytest
from click.testing import CliRunner

from pipeline.commands.snapshot import Size, Span, command, screen_address
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings


@pytest.mark.parametrize("text", ["1920", "1920x", "10x10", "9999x100", "ax b"])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    said = CliRunner().invoke(command, ["--size", text])
    assert (said.exit_code, "is not like 1920x1080" in said.output) == (2, True)


def test_sizes_and_spans_are_read() -> None:
    assert Size().convert("3840x2160", None, None) == (3840, 2160)
    assert [Span().convert(text, None, None) for text in ("30s", "10m", "1h")] == [30, 600, 3600]


@pytest.mark.parametrize("url", ["ftp://x/", "127.0.0.1:8050", "http://a/?x=1", "http://u:p@a/"])
def test_what_is_no_address_of_a_screen_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="--query"):
        screen_address(url, Settings())


def test_the_screen_that_runs_here_is_the_default() -> None:
    assert screen_address(None, Settings(port=9000)) == "http://127.0.0.1:9000/"
