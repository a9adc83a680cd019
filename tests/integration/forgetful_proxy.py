"""A TCP proxy that can lose one answer: the server has done what it was asked, nobody hears it."""

import socket
import threading
from contextlib import suppress

LARGE = 4_000  # bytes of a request: more than a query or a note of progress has
CALL_TIMEOUT_S = 60.0


class ForgetfulProxy:
    """Forwards to `target` (host, port) from a free port of the loopback address."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.lost = 0
        self._armed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_the_next_answer(self) -> None:
        """Swallow the answer to the next large request and hang up."""
        self._armed.set()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed by the test
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._target, 5) as server:
            client.settimeout(CALL_TIMEOUT_S)
            server.settimeout(CALL_TIMEOUT_S)
            asked = [0]
            back = threading.Thread(target=self._answers, args=(server, client, asked), daemon=True)
            back.start()
            while data := client.recv(65_536):
                asked[0] += len(data)
                server.sendall(data)

    def _answers(self, server: socket.socket, client: socket.socket, asked: list[int]) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                if asked[0] > LARGE and self._armed.is_set():
                    self._armed.clear()
                    self.lost += 1
                    break
                asked[0] = 0
                client.sendall(data)
        for end in (client, server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
