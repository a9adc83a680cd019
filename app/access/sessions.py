"""What a browser keeps instead of the token: role and end, signed.

The key is kept in DAPING_HOME, so that a wall survives a restart of the server. The signature
covers the token of the role as well: a changed token ends its sessions.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.access.roles import Role
from app.access.tokens import Tokens
from pipeline.errors import ConfigurationError

KEY_FILE = "screen.key"
LIFE_S = 30 * 86_400
RENEW_S = 86_400  # a session in use is renewed once a day, so a wall that hangs there never ends
SHAPE = re.compile(r"(wall|analyst|operator)\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})\Z")
KEY = re.compile(r"[0-9a-f]{64}\n\Z")


@dataclass(frozen=True)
class Session:
    """A session that holds; `until` in epoch seconds."""

    role: Role
    until: int

    def is_worn(self, now_s: int) -> bool:
        return self.until - now_s < LIFE_S - RENEW_S


@dataclass(frozen=True, repr=False)
class Sessions:
    """Signs and reads sessions."""

    key: bytes
    tokens: Tokens

    def issue(self, role: Role, now_s: int) -> str:
        """Return the value of a new session."""
        told = f"{role.label}.{now_s + LIFE_S}"
        return f"{told}.{self._signature(role, told)}"

    def read(self, value: str, now_s: int) -> Session | None:
        """Return the session of a value, None when it is not ours, over, or of no token now."""
        found = SHAPE.match(value)
        if found is None:
            return None
        role, until = Role[found[1].upper()], int(found[2])
        if role not in self.tokens.held:
            return None
        signature = self._signature(role, f"{found[1]}.{found[2]}")
        if not hmac.compare_digest(signature, found[3]) or until <= now_s:
            return None
        return Session(role, until)

    def _signature(self, role: Role, told: str) -> str:
        token = self.tokens.held[role].encode()
        key = hmac.digest(self.key, token, hashlib.sha256)
        digest = hmac.digest(key, told.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def kept_key(home: Path) -> bytes:
    """Return the key of a home, made with its first use; raises ConfigurationError."""
    path = home / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="ascii", errors="replace")
        mode = path.stat().st_mode
    except OSError as fault:
        raise ConfigurationError(
            f"{path}: {fault.strerror}; it holds the key that sessions are signed with: "
            "let DAPING_HOME be a folder that can be written to"
        ) from fault
    if mode & 0o077:
        raise ConfigurationError(f"{path} can be read by others: chmod 600 {path}")
    if not KEY.match(text):
        raise ConfigurationError(f"{path} is not a key: delete it, a new one ends all sessions")
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """Write a new key; of two servers that begin at once the first one's stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secrets.token_hex(32)}\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
