"""Refusing to start a screen that would show itself to whoever asks."""

from app.access.peers import Peers
from app.access.tokens import MAKE_ONE, Tokens
from app.settings import ScreenSettings, is_loopback
from pipeline.errors import ConfigurationError


def refuse_unsafe(settings: ScreenSettings) -> None:
    """Raise ConfigurationError, in one line with what to do, when a setting lets in too many."""
    tokens, peers = Tokens.of(settings), Peers.of(settings)
    if not is_loopback(settings.host) and not (tokens.held or peers.user_header):
        raise ConfigurationError(
            f"DAPING_HOST={settings.host} would show the screen to a network: set "
            f"DAPING_VIEW_TOKEN as well ({MAKE_ONE}), or DAPING_TRUSTED_PROXY and "
            "DAPING_PROXY_USER_HEADER, or leave DAPING_HOST out (127.0.0.1)"
        )
