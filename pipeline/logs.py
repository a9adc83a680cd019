"""Logs of every long-running part: one form, for people on a terminal or, with DAPING_LOG=json,
one JSON object a line. Secrets of the settings are in none.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from pipeline.settings import Settings

HIDDEN = "[hidden]"
# What may stand in a text of somebody else's, whether it is one of our settings or not.
_IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_IN_QUERY = re.compile(r"([?&](?:token|password)=)[^&\s\"'#]+", re.IGNORECASE)
_BEARER = re.compile(r"(\bBearer\s+)[A-Za-z0-9._~+/=-]+")
_SERVERS = ("gunicorn.error", "gunicorn.access", "werkzeug", "waitress")
# Told at every request or every rebalance; nobody reads them.
_QUIET = {"werkzeug": logging.WARNING, "waitress.queue": logging.ERROR}


class Hiding:
    """Takes secrets out of a text: those of the settings, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({s for s in secrets if s}, key=len, reverse=True)

    @classmethod
    def of(cls, settings: Settings) -> "Hiding":
        """Know the secrets of the settings; of an address only its password is one."""
        found: list[str] = []
        for name in type(settings).model_fields:
            value = getattr(settings, name)
            if not isinstance(value, SecretStr):
                continue
            text = value.get_secret_value()
            if "://" in text:
                password = urlsplit(text).password
                found += [password, unquote(password)] if password else []
            else:
                found.append(text)
        return cls(found)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in (_IN_URL, _IN_QUERY, _BEARER):
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return text


def start(part: str, settings: Settings, stream: TextIO | None = None) -> None:
    """Send all logs of this process, those of libraries too, to `stream` (stderr) in one form."""
    out = sys.stderr if stream is None else stream
    hide = Hiding.of(settings)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    ends = _for_machines(part, hide) if settings.log == "json" else _for_people(out, hide)
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _SERVERS:  # a server's own handlers would write in another form
        logger = logging.getLogger(name)
        files = [one for one in logger.handlers if isinstance(one, logging.FileHandler)]
        logger.handlers[:] = files  # a file was asked for; its form is the server's
        logger.propagate = not files
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _for_people(out: TextIO, hide: Hiding) -> list[Processor]:
    console = structlog.dev.ConsoleRenderer(
        colors=out.isatty(),
        pad_event_to=0,
        exception_formatter=structlog.dev.plain_traceback,
    )
    stamp = structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False)
    return [stamp, _hidden(console, hide)]


def _for_machines(part: str, hide: Hiding) -> list[Processor]:
    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"at": event.pop("timestamp"), "part": part, **event}

    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        named,
        _hidden(structlog.processors.JSONRenderer(ensure_ascii=False), hide),
    ]


def _hidden(render: Callable[..., Any], hide: Hiding) -> Processor:
    """Hide in the text as it is written: whatever brought a secret there."""

    def hidden(logger: WrappedLogger, name: str, event: EventDict) -> str:
        return hide(str(render(logger, name, event)))

    return hidden
