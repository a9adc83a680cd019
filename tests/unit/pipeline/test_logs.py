"""Logs: one form whoever writes, and no secret in any of them."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.settings import ScreenSettings
from pipeline import logs
from pipeline.errors import ConfigurationError
from pipeline.settings import Settings

PASSWORD, TOKEN = "p%40ss-w0rd", "an-operator-token-of-27-signs"
SECRETS = (PASSWORD, "p@ss-w0rd", TOKEN)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[..., io.StringIO]]:
    """Give a function that starts the logs of a part and returns where they go."""
    root = logging.getLogger()
    held, level = root.handlers[:], root.level

    def begin(form: str, **more: Any) -> io.StringIO:
        out = io.StringIO()
        logs.start("screen", ScreenSettings(home=tmp_path, log=form, **more), out)
        return out

    yield begin
    root.handlers[:] = held
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def talk() -> None:
    """Write what a part of ours and libraries would."""
    mine = structlog.get_logger()
    mine.info("watching", topic="orders", link="A")
    mine.debug("nobody wants to read this")
    logging.getLogger("kafka.client").warning("broker %s is %s", "b1", "away")
    try:
        raise ValueError("a bad thing")
    except ValueError:
        mine.exception("tick failed", partition=3)


def test_json_is_one_object_a_line_from_whomever(log: Callable[..., io.StringIO]) -> None:
    out = log("json")
    talk()
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(one["part"], one["level"], one["event"]) for one in said] == [
        ("screen", "info", "watching"),
        ("screen", "warning", "broker b1 is away"),
        ("screen", "error", "tick failed"),
    ]
    assert said[0]["topic"] == "orders"
    assert said[0]["at"].endswith("Z")
    assert "ValueError: a bad thing" in said[2]["exception"]


def test_people_read_lines_of_time_level_and_words(log: Callable[..., io.StringIO]) -> None:
    out = log("text")
    talk()
    first, second, *rest = out.getvalue().splitlines()
    assert first[10] == " "
    assert first[19:] == " [info     ] watching link=A topic=orders"
    assert second[19:] == " [warning  ] broker b1 is away"
    assert rest[-1] == "ValueError: a bad thing"
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged_whoever_lets_it_out(
    log: Callable[..., io.StringIO], form: str
) -> None:
    redis = f"redis://daping:{PASSWORD}@r:6379/0"
    out = log(form, redis_url=redis, operator_token=TOKEN)
    mine, theirs = structlog.get_logger(), logging.getLogger("gunicorn.error")
    mine.warning("redis unreachable", url=redis, cause=f"no answer from {redis}")
    mine.info("settings", given={"token": TOKEN, "plain": "p@ss-w0rd"})
    theirs.error("GET /?lang=en&token=%s HTTP/1.1", TOKEN)
    theirs.warning("Authorization: Bearer not-one-of-ours")
    mine.info("elsewhere", url="http://reader:somebody-elses@ch:8123/?password=query-pass")
    warnings.warn(f"deprecated: {redis}", stacklevel=1)
    try:
        raise RuntimeError(f"AUTH {PASSWORD} failed")
    except RuntimeError:
        mine.exception("failed")
    text = out.getvalue()
    assert text.count("redis unreachable") == 1
    for secret in (*SECRETS, "not-one-of-ours", "somebody-elses", "query-pass"):
        assert secret not in text
    assert "redis://daping:[hidden]@r:6379/0" in text


def test_a_server_writes_in_our_form_too(log: Callable[..., io.StringIO]) -> None:
    gunicorn, own = logging.getLogger("gunicorn.error"), io.StringIO()
    gunicorn.addHandler(logging.StreamHandler(own))
    gunicorn.propagate = False
    out = log("json")
    gunicorn.warning("worker timed out")
    assert own.getvalue() == ""
    assert json.loads(out.getvalue())["event"] == "worker timed out"


def test_a_wrong_setting_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAPING_LOG", "jsn")
    monkeypatch.setenv("DAPING_PORT", "http")
    with pytest.raises(ConfigurationError, match=r"DAPING_LOG: .*'json'; DAPING_PORT: "):
        Settings()
