"""The screen's own settings, and which binds are allowed.

On loopback the screen is open and read-only. Any other bind needs a token: sales are nobody
else's business, so a screen that would answer a network without one does not start.
"""

import hmac
import ipaddress

from pydantic import SecretStr

from pipeline.errors import ConfigurationError
from pipeline.settings import Settings

POLL_SECONDS = 0.5
TICK_MS = 1000
HEARTBEAT_LIMIT_MS = 3 * TICK_MS


class ScreenSettings(Settings):
    """What the pipeline reads, and who may look at the screen.

    `development` adds what only its makers need: the gallery of all tiles in all states.
    """

    view_token: SecretStr | None = None
    development: bool = False

    def refuse_open_bind(self) -> None:
        """Raise ConfigurationError when the bind would show the screen to a network unasked."""
        if self.view_token is None and not is_loopback(self.host):
            raise ConfigurationError(
                f"DAPING_HOST={self.host} would show the screen to a network: set "
                "DAPING_VIEW_TOKEN as well, or leave DAPING_HOST out (127.0.0.1)"
            )

    def may_view(self, peer: str | None, authorization: str | None) -> bool:
        """Say whether a request may be answered: from loopback, or with the token as Bearer.

        gunicorn can be told another bind than DAPING_HOST, so the peer is asked as well.
        """
        if peer is not None and is_loopback(peer):
            return True
        if self.view_token is None:
            return False
        expected = f"Bearer {self.view_token.get_secret_value()}"
        return hmac.compare_digest((authorization or "").encode(), expected.encode())


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine only; a name other than `localhost` is not believed."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
