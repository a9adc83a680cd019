"""What pages are made of, packed: scripts, styles and Dash's documents, as brotli or gzip.

A file is packed once and kept: the same few files are all a page asks for. What Dash names by its
content (`?m=`, a fingerprint) a browser may keep for good.
"""

import gzip
from collections.abc import Callable
from threading import Lock

import brotli
from flask import Flask, Response, request

FOLDERS = ("/assets/", "/_dash-component-suites/")
PAGES = ("/", "/_dash-layout", "/_dash-dependencies")
KINDS = frozenset(("application/json", "text/css", "text/html", "text/javascript"))
LEAST = 500  # bytes; below it a packet is a packet
LEVEL = 9  # brotli's: 1.2 MB of script take a tenth of a second, once
FOR_GOOD = "max-age=31536000, immutable"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=LEVEL),
    "gzip": lambda data: gzip.compress(data, 6),
}


class Packed:
    """Files packed, by address, encoding and the file's own ETag."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[str, bytes]] = {}
        self._lock = Lock()  # two pages that open at once do not pack a file twice

    def of(self, path: str, encoding: str, tag: str, data: Callable[[], bytes]) -> bytes:
        """Return a file packed; `tag` says whether what is kept is still it."""
        with self._lock:
            kept = self._kept.get((path, encoding))
            if kept is None or kept[0] != tag:
                kept = self._kept[path, encoding] = (tag, PACKERS[encoding](data()))
            return kept[1]


def install(server: Flask) -> None:
    """Pack what is answered; the documents of the wall come packed already."""
    packed = Packed()

    def pack(response: Response) -> Response:
        is_file = request.path.startswith(FOLDERS)
        if response.status_code != 200 or not (is_file or request.path in PAGES):
            return response
        if is_file and "m" in request.args:
            response.headers["Cache-Control"] = FOR_GOOD
        encoding = wanted()
        if response.mimetype not in KINDS or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if encoding is None or (response.content_length or LEAST) < LEAST:
            return response
        response.direct_passthrough = False
        if is_file:
            tag = response.get_etag()[0] or str(response.content_length)
            data = packed.of(request.path, encoding, tag, response.get_data)
            response.set_etag(tag, weak=True)  # of the file, however it travels
        else:
            data = PACKERS["gzip" if encoding == "gzip" else "br"](response.get_data())
        response.set_data(data)
        response.headers["Content-Encoding"] = encoding
        return response

    server.after_request(pack)


def wanted() -> str | None:
    """Return the best encoding the asker takes, of ours."""
    accepted = request.accept_encodings
    return next((name for name in PACKERS if accepted[name] > 0), None)
