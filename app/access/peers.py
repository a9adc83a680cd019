"""Who is at the other end: the address itself, or the one a trusted proxy speaks for."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.access.roles import Role
from app.settings import ScreenSettings
from pipeline.errors import ConfigurationError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Any of these says that somebody else asked first.
FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_REAL_IP",
)
NAME_LIMIT = 64
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Peers:
    """The proxies that are believed, and the headers they may speak in (as WSGI names them).

    Both headers must be named: one that the proxy does not set on every request is a visitor's.
    """

    proxies: tuple[Network, ...]
    user_header: str | None
    role_header: str | None

    @classmethod
    def of(cls, settings: ScreenSettings) -> "Peers":
        """Read the settings; raises ConfigurationError for what is no address or everyone's."""
        told = (settings.trusted_proxy or "").split(",")
        proxies = tuple(network(part) for part in told if part.strip())
        user, role = settings.proxy_user_header, settings.proxy_role_header
        if user and not proxies:
            raise ConfigurationError(
                f"DAPING_PROXY_USER_HEADER={user} would be believed of nobody: "
                "set DAPING_TRUSTED_PROXY to the addresses of the proxies as well"
            )
        if role and not user:
            raise ConfigurationError(
                f"DAPING_PROXY_ROLE_HEADER={role} is the role of nobody: "
                "set DAPING_PROXY_USER_HEADER as well"
            )
        return cls(
            proxies,
            variable("DAPING_PROXY_USER_HEADER", user) if user else None,
            variable("DAPING_PROXY_ROLE_HEADER", role) if role else None,
        )

    def trusts(self, environ: Mapping[str, Any]) -> bool:
        """Say whether a request comes from a proxy that is believed."""
        return self._trusted(address(environ.get("REMOTE_ADDR")))

    def _trusted(self, peer: Address | None) -> bool:
        return peer is not None and any(peer in proxy for proxy in self.proxies)

    def asker(self, environ: Mapping[str, Any]) -> str:
        """Return the address to hold to account: the last one no trusted proxy has."""
        peer = address(environ.get("REMOTE_ADDR"))
        for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            before = address(hop.strip())
            if before is None or not self._trusted(peer):
                break
            peer = before
        return UNKNOWN if peer is None else str(peer)

    def is_local(self, environ: Mapping[str, Any]) -> bool:
        """Say whether somebody at this machine asks, by its own name and nobody else's word.

        A name that is not this machine's is a page that made its own name mean this address.
        """
        peer = address(environ.get("REMOTE_ADDR"))
        if peer is None or not peer.is_loopback or self._trusted(peer):
            return False
        if any(name in environ for name in FORWARDED):
            return False
        name = host_name(str(environ.get("HTTP_HOST", "")))
        return name == "localhost" or address(name) is not None

    def named(self, environ: Mapping[str, Any]) -> tuple[str, Role | None] | None:
        """Return who a trusted proxy says it is, and the role (None: one there is not).

        Without a header for roles everybody it names is an analyst.
        """
        name = environ.get(self.user_header, "").strip() if self.user_header else ""
        if not name or not self.trusts(environ):
            return None
        name = name.encode("latin-1", "replace").decode("utf-8", "replace")  # WSGI knows no other
        name = "".join(c for c in name if c.isprintable())[:NAME_LIMIT]
        if self.role_header is None:
            return name, Role.ANALYST
        return name, Role.named(environ.get(self.role_header, "").strip())

    def forget_hearsay(self, environ: dict[str, Any]) -> None:
        """Take away what anybody but a trusted proxy says about who is asking."""
        if not self.trusts(environ):
            for header in (self.user_header, self.role_header):
                if header:
                    environ.pop(header, None)


def network(text: str) -> Network:
    try:
        found = ipaddress.ip_network(text.strip())
    except ValueError as fault:
        raise ConfigurationError(
            f"DAPING_TRUSTED_PROXY: {fault}; give addresses or networks with a comma between "
            "them, such as 10.0.0.5,10.1.0.0/24"
        ) from fault
    if found.prefixlen == 0:
        raise ConfigurationError(
            f"DAPING_TRUSTED_PROXY={text.strip()} would believe everybody: "
            "give the addresses of the proxies alone"
        )
    return found


def variable(setting: str, header: str) -> str:
    """Return the WSGI name of a header."""
    if not header.replace("-", "").isalnum() or not header.isascii():
        raise ConfigurationError(f"{setting}={header} is no name of a header: letters, digits, -")
    return "HTTP_" + header.upper().replace("-", "_")


def address(text: object) -> Address | None:
    """Read an address; one of IPv4 inside IPv6 is the one of IPv4."""
    return _address(str(text))


@lru_cache(4096)  # every viewer asks once a second
def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    inside = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return inside or found


def host_name(host: str) -> str:
    """Return a Host header without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def neighbourhood(peer: str) -> str:
    """Return what is counted as one asker: an address, or the /64 of one of IPv6."""
    found = address(peer)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return peer
