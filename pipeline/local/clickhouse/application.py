"""The HTTP side: a WSGI application that answers as a ClickHouse server does."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

from werkzeug.wrappers import Request, Response

from pipeline.local.clickhouse.answering import Answer, answer
from pipeline.local.clickhouse.asking import Ask, read_ask
from pipeline.local.clickhouse.compression import compressed
from pipeline.local.clickhouse.engine import Engine
from pipeline.local.clickhouse.faults import TOO_MANY_QUERIES, QueryFault, fault, from_engine
from pipeline.local.clickhouse.journal import Journal
from pipeline.local.clickhouse.running import Register, Running
from pipeline.local.clickhouse.statement import killed_query

LOG = logging.getLogger(__name__)
OK_PATHS = ("/ping", "/replicas_status")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SLOTS = 16
SLOT_WAIT_S = 5.0
WORTH_PACKING = 1024


class Application:
    """Answers requests, each in a thread of the server's pool."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal
        self._register = Register(engine.kill)
        # Fewer than the server has threads: /ping must be answered while all of these are taken.
        self._slots = threading.BoundedSemaphore(SLOTS)

    def __call__(self, environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start)  # type: ignore[arg-type]

    def _respond(self, request: Request) -> Response:
        if request.headers.get("Origin") or request.host.rsplit(":", 1)[0] not in LOCAL_HOSTS:
            # A web page in a browser on this machine can send requests here.
            return Response("not for browsers\n", 403)
        if request.path in OK_PATHS or (request.path == "/" and _asks_nothing(request)):
            return Response("Ok.\n", content_type="text/html; charset=UTF-8")
        if request.path != "/":
            return Response(f"There is no handle {request.path}\n", 404)
        if request.method not in ("GET", "POST"):
            return Response("only GET and POST\n", 501)
        try:
            ask = read_ask(request)
        except QueryFault as wrong:
            return self._failed(wrong, str(uuid.uuid4()))
        return self._run(ask, request)

    def _run(self, ask: Ask, request: Request) -> Response:
        began = time.monotonic()
        stack = ExitStack()
        made = Answer(iter(()), None, True)
        try:
            killed = killed_query(ask.statement, ask.parameters)
            made = self._begin(ask, request, stack) if killed is None else self._kill(killed)
        except QueryFault as wrong:
            stack.close()
            self._note(ask, began, made, wrong.code)
            return self._failed(wrong, ask.query_id)
        except Exception as error:
            stack.close()
            LOG.exception("query %s", ask.query_id)
            return self._failed(from_engine(error), ask.query_id)
        tag = uuid.uuid4().hex[:16]
        blocks = self._finishing(ask, made, began, stack, tag)
        return self._succeeded(ask, made, blocks, tag, stack)

    def _begin(self, ask: Ask, request: Request, stack: ExitStack) -> Answer:
        """Take what running needs onto the stack, and run."""
        if not self._slots.acquire(timeout=SLOT_WAIT_S):
            raise fault(
                TOO_MANY_QUERIES, f"Too many queries: {SLOTS}", "TOO_MANY_SIMULTANEOUS_QUERIES"
            )
        stack.callback(self._slots.release)
        link, give_back = self._engine.borrow(ask.session_id, ask.session_timeout_s)
        stack.callback(give_back)
        gone = request.environ.get("waitress.client_disconnected", lambda: False)
        self._register.enter(ask.query_id, Running(link.mark, ask.insert is None, gone))
        stack.callback(self._register.leave, ask.query_id)
        return answer(link, ask)

    def _kill(self, query_id: str) -> Answer:
        line = f"waiting\t{query_id}\tdefault\t\n" if self._register.kill(query_id) else ""
        return Answer(iter((line.encode(),)), "TabSeparated", True)

    def _finishing(
        self, ask: Ask, made: Answer, began: float, stack: ExitStack, tag: str
    ) -> Iterator[bytes]:
        """Give the blocks; whatever happens to them, give back what was taken."""
        code = 0
        try:
            yield from made.blocks
        except QueryFault as broken:
            # The status is out already: this is how the interface tells of it in the body.
            code = broken.code
            text = f"{broken} (version {self._engine.version})\n"
            size = len(text.encode())
            yield f"__exception__\r\n{tag}\r\n{text}{size} {tag}\r\n__exception__\r\n".encode()
        finally:
            getattr(made.blocks, "close", lambda: None)()
            stack.close()
            self._note(ask, began, made, code)

    def _note(self, ask: Ask, began: float, made: Answer, code: int) -> None:
        took_ms = (time.monotonic() - began) * 1000
        self._journal.write(ask, took_ms, made.rows, made.written, code)

    def _succeeded(
        self, ask: Ask, made: Answer, blocks: Iterator[bytes], tag: str, stack: ExitStack
    ) -> Response:
        body: Iterable[bytes] = blocks
        if made.complete:
            body = [b"".join(blocks)]
        response = Response(body, content_type=_content_type(made.format))
        self._identify(response, ask.query_id)
        response.headers["X-ClickHouse-Summary"] = _summary(made)
        response.headers["X-ClickHouse-Exception-Tag"] = tag
        if made.format:
            response.headers["X-ClickHouse-Format"] = made.format
        large = not isinstance(body, list) or len(body[0]) >= WORTH_PACKING
        if ask.compression and large:
            packed = compressed(body, ask.compression)
            response.response = [b"".join(packed)] if made.complete else packed
            response.headers["Content-Encoding"] = ask.compression
        response.call_on_close(blocks.close)  # type: ignore[attr-defined]
        # A generator that was never begun has no end: give back also what it never held.
        response.call_on_close(stack.close)
        return response

    def _failed(self, wrong: QueryFault, query_id: str) -> Response:
        response = Response(f"{wrong} (version {self._engine.version})\n", wrong.status)
        self._identify(response, query_id)
        response.headers["X-ClickHouse-Exception-Code"] = str(wrong.code)
        return response

    def _identify(self, response: Response, query_id: str) -> None:
        plain = "".join(sign for sign in query_id if sign.isascii() and sign.isprintable())
        response.headers["X-ClickHouse-Query-Id"] = plain
        response.headers["X-ClickHouse-Timezone"] = self._engine.zone
        response.headers["X-ClickHouse-Server-Display-Name"] = "daping"


def _asks_nothing(request: Request) -> bool:
    return request.method == "GET" and "query" not in request.args and not request.content_length


def _content_type(fmt: str | None) -> str:
    if fmt is not None and fmt.startswith("JSON"):
        return "application/json; charset=UTF-8"
    texts = ("TabSeparated", "TSV", "CSV", "Values")
    plain = fmt is None or fmt.startswith(texts)
    return "text/tab-separated-values; charset=UTF-8" if plain else "application/octet-stream"


def _summary(made: Answer) -> str:
    """Return the counts so far; of an answer that is still being read they are too small."""
    counts = {
        "read_rows": max(made.read, made.written),
        "read_bytes": made.bytes,
        "written_rows": made.written,
        "written_bytes": made.written_bytes,
        "total_rows_to_read": made.read,
        "result_rows": made.rows or made.written,
        "result_bytes": made.bytes or made.written_bytes,
        "elapsed_ns": time.monotonic_ns() - made.began_ns,
    }
    return json.dumps({name: str(number) for name, number in counts.items()})
