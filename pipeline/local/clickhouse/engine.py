"""The engine of one folder: lends connections, keeps those of sessions, kills what runs on one."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.local.clickhouse.faults import SESSION_LOCKED, fault
from pipeline.local.clickhouse.link import Link, quoted

SPARE_LINKS = 8
MOST_SESSIONS = 128
THREADS = 2


@dataclass
class Session:
    """The connection of one client's session, and when it was last used (monotonic seconds)."""

    link: Link | None = None
    busy: bool = False
    expires: float = field(default=0.0)


class Engine:
    """Opens the folder; raises RuntimeError when its files cannot be read."""

    def __init__(self, path: Path, memory_mib: int) -> None:
        if "?" in str(path):
            raise ConfigurationError(f"{path}: chDB cannot open a folder with a ? in its name")
        limit = memory_mib << 20
        query_limit = limit * 3 // 4
        self._place = (
            f"{path}?max_server_memory_usage={limit}&max_memory_usage={query_limit}"
            f"&max_threads={THREADS}"
        )
        self._lock = threading.Lock()
        self._spare: list[Link] = []
        self._sessions: dict[str, Session] = {}
        self._control = Link(self._place)
        self._control_lock = threading.Lock()
        version, zone = self._control.query("SELECT version(), timezone()")[0].data.split()
        self.version, self.zone = version.decode(), zone.decode()

    def borrow(self, session_id: str | None, timeout_s: float) -> tuple[Link, Callable[[], None]]:
        """Lend a connection, and the call that gives it back; a session has its own."""
        if session_id is None:
            with self._lock:
                link = self._spare.pop() if self._spare else None
            link = link or Link(self._place)
            return link, lambda: self._take_back(link)
        session = self._enter(session_id)
        try:
            link = session.link = session.link or Link(self._place)
        except BaseException:
            session.busy = False
            raise
        return link, lambda: self._leave(session, timeout_s)

    def kill(self, mark: str) -> None:
        """End what runs on the connection with this mark; returns before it has ended."""
        with self._control_lock:
            self._control.query(f"KILL QUERY WHERE Settings['log_comment'] = {quoted(mark)} ASYNC")

    def close(self) -> None:
        """Close every connection that is not lent."""
        with self._lock:
            idle = [one.link for one in self._sessions.values() if one.link and not one.busy]
            links = [*self._spare, *idle, self._control]
            self._spare, self._sessions = [], {}
        for link in links:
            link.close()

    def _enter(self, session_id: str) -> Session:
        with self._lock:
            self._expire()
            session = self._sessions.setdefault(session_id, Session())
            if session.busy:
                raise fault(
                    SESSION_LOCKED, "Session is locked by another query", "SESSION_IS_LOCKED"
                )
            session.busy = True
            return session

    def _leave(self, session: Session, timeout_s: float) -> None:
        with self._lock:
            spoilt = session.link if session.link and session.link.spoilt else None
            if spoilt:
                session.link = None
            session.busy, session.expires = False, time.monotonic() + timeout_s
        if spoilt:
            spoilt.close()

    def _take_back(self, link: Link) -> None:
        with self._lock:
            keep = not link.spoilt and len(self._spare) < SPARE_LINKS
            if keep:
                self._spare.append(link)
        if not keep:
            link.close()

    def _expire(self) -> None:
        """Drop sessions that are over, the oldest ones too when there are too many."""
        now = time.monotonic()
        idle = sorted((one.expires, name) for name, one in self._sessions.items() if not one.busy)
        surplus = len(self._sessions) - MOST_SESSIONS
        for number, (expires, name) in enumerate(idle):
            if expires < now or number < surplus:
                session = self._sessions.pop(name)
                if session.link is not None:
                    session.link.close()
