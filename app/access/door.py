"""Who is let in: by being at this machine, by a proxy's word, a token, or a session."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Request

from app.access.audit import AuditLog
from app.access.hiding import GIVEN
from app.access.peers import Peers, neighbourhood
from app.access.roles import Role, Viewer
from app.access.sessions import Session, Sessions, kept_key
from app.access.tokens import Tokens
from app.access.wrong_tokens import WrongTokens
from app.settings import ScreenSettings
from pipeline.clock import Clock

BEARER = "Bearer "


class NotLetIn(Exception):
    """Why not: the key of a word in screen.toml; `wait_s` until it is worth asking again."""

    def __init__(self, why: str, wait_s: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


@dataclass(frozen=True, repr=False)
class Door:
    """Looks at who asks. A loopback address with a proxy's headers is not this machine."""

    tokens: Tokens
    peers: Peers
    sessions: Sessions | None  # None while no token is set
    audit: AuditLog
    clock: Clock
    cookie: str
    wrong: WrongTokens = field(default_factory=WrongTokens)

    @classmethod
    def of(cls, settings: ScreenSettings, clock: Clock) -> "Door":
        """Read the settings; raises ConfigurationError."""
        tokens = Tokens.of(settings)
        sessions = Sessions(kept_key(settings.home), tokens) if tokens.held else None
        audit = AuditLog(settings.home, clock)
        # Cookies know no ports: two screens of one machine would end each other's sessions.
        cookie = f"daping_{settings.port}"
        return cls(tokens, Peers.of(settings), sessions, audit, clock, cookie)

    def viewer(self, request: Request) -> tuple[Viewer, Session | None]:
        """Return who asks, and their session if that is what let them in; raises NotLetIn."""
        asker = self.peers.asker(request.environ)
        if self.peers.is_local(request.environ):
            return Viewer(Role.OPERATOR, "local", asker), None
        named = self.peers.named(request.environ)
        self.peers.forget_hearsay(request.environ)
        if named is not None:
            name, role = named
            if role is None:
                raise NotLetIn("no_role")
            return Viewer(role, "proxy", asker, name), None
        given = request.headers.get("Authorization", "")
        if given.startswith(BEARER):
            return Viewer(self.role_of(given.removeprefix(BEARER), asker), "token", asker), None
        session = self._session(request)
        if session is None:
            raise NotLetIn("no_token" if self.tokens.held else "this_machine")
        return Viewer(session.role, "session", asker), session

    def exchange(self, request: Request, given: Sequence[str]) -> Viewer:
        """Return whose token came with an address; raises NotLetIn."""
        asker = self.peers.asker(request.environ)
        if not self.tokens.held and self.peers.is_local(request.environ):
            return Viewer(Role.OPERATOR, "local", asker)
        return Viewer(self.role_of(given[0] if len(given) == 1 else "", asker), "token", asker)

    def role_of(self, token: str, asker: str) -> Role:
        """Return the role of a token; raises NotLetIn, after a few wrong ones without looking."""
        if not self.tokens.held:
            raise NotLetIn("this_machine")
        now, near = self.clock.now_ms(), neighbourhood(asker)
        wait = self.wrong.wait_s(near, now)
        if wait:
            raise NotLetIn("too_often", wait)
        role = self.tokens.role_of(token)
        if role is None:
            self.wrong.add(near, now)
            raise NotLetIn("wrong_token")
        return role

    def _session(self, request: Request) -> Session | None:
        value = request.cookies.get(self.cookie)
        if value is None or self.sessions is None:
            return None
        return self.sessions.read(value, self.now_s())

    def now_s(self) -> int:
        return self.clock.now_ms() // 1000

    def by_https(self, request: Request) -> bool:
        """Say whether the browser spoke https, to us or to a proxy that is believed."""
        told = self.peers.trusts(request.environ) and request.headers.get("X-Forwarded-Proto")
        return request.is_secure or told == "https"

    def from_this_site(self, request: Request, viewer: Viewer) -> bool:
        """Say whether a request that changes something was sent by a page of ours.

        A program says neither where it comes from; a browser with a session always does.
        """
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if origin is None and site is None:
            return viewer.way in ("local", "token")
        host = request.host
        if self.peers.trusts(request.environ):
            host = request.headers.get("X-Forwarded-Host", host)
        foreign = origin is not None and urlsplit(origin).netloc != host
        return not foreign and site in (None, "same-origin", "none")


def taken(request: Request) -> list[str]:
    """Return the tokens that came with the address, and forget them."""
    given: list[str] = request.environ.pop(GIVEN, [])
    return given
