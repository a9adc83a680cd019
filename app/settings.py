"""The screen's own settings."""

import ipaddress

from pydantic import SecretStr

from pipeline.settings import Settings

POLL_SECONDS = 0.5
TICK_MS = 1000
HEARTBEAT_LIMIT_MS = 3 * TICK_MS


class ScreenSettings(Settings):
    """What the pipeline reads, and who may look at the screen (app/access says how).

    `development` adds what only its makers need: the gallery of all tiles in all states.
    """

    view_token: SecretStr | None = None
    wall_token: SecretStr | None = None
    operator_token: SecretStr | None = None
    trusted_proxy: str | None = None
    proxy_user_header: str | None = None
    proxy_role_header: str | None = None
    development: bool = False


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine only; a name other than `localhost` is not believed."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
