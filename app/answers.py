"""The answers every route gives: a document, a reason, a word on what was asked wrongly."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson
from flask import Request, Response, request

from app.published import Document


class BadArgument(Exception):
    """A query argument with a value that is not one of `allowed`."""

    def __init__(self, argument: str, allowed: Sequence[str]) -> None:
        super().__init__(argument)
        self.argument = argument
        self.allowed = tuple(allowed)


def refusal(fault: BadArgument) -> Response:
    """Return 400 naming the argument and what it may be."""
    body = {"argument": fault.argument, "allowed": fault.allowed}
    return Response(orjson.dumps(body), 400, mimetype="application/json")


def same_origin(asked: Request) -> bool:
    """Say whether a request comes from this site's own pages, or from no page at all."""
    origin = asked.headers.get("Origin")
    site = asked.headers.get("Sec-Fetch-Site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != asked.host
    return not foreign and site in ("same-origin", "none")


def reason(status: int, code: str) -> Response:
    return Response(orjson.dumps({"reason": code}), status, mimetype="application/json")


def send(document: Document) -> Response:
    """Send a document: 304 when the asker has it, packed when it may be.

    The ETag is a weak one: it is that of the values, whatever their stages' instants.
    """
    response = Response(mimetype="application/json")
    response.headers["X-Generated-At"] = str(document.generated_at)
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(document.etag, weak=True)
    if request.if_none_match.contains_weak(document.etag):
        response.status_code = 304
        return response
    if request.accept_encodings["gzip"] > 0:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(document.packed)
    else:
        response.set_data(document.body)
    return response
