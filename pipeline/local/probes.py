"""Health checks: each asks a server one question and waits at most a second for the answer."""

import http.client
import json
import socket
import struct
from urllib.parse import urlsplit

TIMEOUT_S = 1.0
API_VERSIONS = 18


def kafka_answers(port: int) -> bool:
    """Ask a broker for its API versions: its port opens before it serves requests."""
    body = struct.pack(">hhih", API_VERSIONS, 0, 1, -1)
    answer = _ask(port, struct.pack(">i", len(body)) + body, 10)
    return len(answer) >= 10 and struct.unpack(">ih", answer[4:10]) == (1, 0)


def redis_answers(port: int) -> bool:
    return _ask(port, b"PING\r\n", 7).startswith(b"+PONG")


def zookeeper_answers(port: int) -> bool:
    return _ask(port, b"ruok", 4) == b"imok"


def get_json(url: str) -> object | None:
    """Return the JSON at an http URL, or None when the server does not give one in time."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S)
    try:
        connection.request("GET", parts.path or "/")
        response = connection.getresponse()
        return json.loads(response.read()) if response.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def http_answers(port: int, path: str) -> bool:
    """Return whether a web server answers at all, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _ask(port: int, question: bytes, at_least: int) -> bytes:
    """Send bytes and return the answer, empty when there is none in time."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as link:
            link.sendall(question)
            while len(answer) < at_least and (chunk := link.recv(4096)):
                answer += chunk
    except OSError:
        return b""
    return answer
