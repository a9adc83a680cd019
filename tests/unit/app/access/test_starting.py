import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.access.starting import refuse_unsafe
from app.settings import ScreenSettings, is_loopback
from pipeline.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[4]
TOKEN, OTHER = "view-token-0123456789", "wall-token-0123456789"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    refuse_unsafe(ScreenSettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "wall.example", ""])
def test_any_other_bind_is_refused_without_a_token_or_a_proxy(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(ConfigurationError, match="DAPING_VIEW_TOKEN"):
        refuse_unsafe(ScreenSettings(host=host))
    for more in ("view_token", "wall_token", "operator_token"):
        given: dict[str, Any] = {"host": host, more: TOKEN}
        refuse_unsafe(ScreenSettings(**given))
    with pytest.raises(ConfigurationError, match="DAPING_PROXY_USER_HEADER"):
        refuse_unsafe(ScreenSettings(host=host, trusted_proxy="10.0.0.5"))
    proxies = "10.0.0.5, 10.1.0.0/24,fd00::/8"
    refuse_unsafe(ScreenSettings(host=host, trusted_proxy=proxies, proxy_user_header="X-User"))


UNSAFE: dict[str, tuple[dict[str, str], str]] = {
    "empty": ({"view_token": ""}, "DAPING_VIEW_TOKEN must be 20 to 200"),
    "short": ({"wall_token": "short"}, "DAPING_WALL_TOKEN must be 20 to 200"),
    "spaces": ({"operator_token": "a token with spaces in it"}, "DAPING_OPERATOR_TOKEN must be"),
    "a sign of links": ({"view_token": "view&token=0123456789"}, "DAPING_VIEW_TOKEN must be"),
    "twice": ({"view_token": TOKEN, "operator_token": TOKEN}, "are the same"),
    "a name": ({"trusted_proxy": "proxy.example"}, "DAPING_TRUSTED_PROXY"),
    "bits of hosts": ({"trusted_proxy": "10.0.0.5/8"}, "has host bits set"),
    "everybody": ({"trusted_proxy": "0.0.0.0/0"}, "would believe everybody"),
    "everybody of IPv6": ({"trusted_proxy": "10.0.0.5,::/0"}, "would believe everybody"),
    "no header": (
        {"trusted_proxy": "10.0.0.5", "proxy_user_header": "X_User"},
        "DAPING_PROXY_USER_HEADER=X_User is no name",
    ),
    "no role": (
        {"trusted_proxy": "10.0.0.5", "proxy_user_header": "X", "proxy_role_header": "X Role"},
        "DAPING_PROXY_ROLE_HEADER=X Role is no name",
    ),
    "a user of nobody's": ({"proxy_user_header": "X-User"}, "set DAPING_TRUSTED_PROXY"),
    "a role of nobody": (
        {"trusted_proxy": "10.0.0.5", "proxy_role_header": "X-Role"},
        "set DAPING_PROXY_USER_HEADER",
    ),
}


@pytest.mark.parametrize(("given", "said"), UNSAFE.values(), ids=UNSAFE.keys())
def test_what_lets_in_too_many_is_refused_in_a_line(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        refuse_unsafe(ScreenSettings(**given))
    text = str(refused.value)
    assert said in text
    assert "\n" not in text
    for token in (TOKEN, "short", "0123456789"):
        assert token not in text


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "app.py"),
        (sys.executable, "-m", "app.access"),
        (sys.executable, "-m", "pipeline", "demo", "--no-open"),
    ],
    ids=["app.py", "app.access", "demo"],
)
def test_every_way_to_start_refuses_before_anything_starts(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    environment = {"DAPING_HOME": str(tmp_path), "DAPING_HOST": "0.0.0.0", "PATH": "/usr/bin:/bin"}
    told = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
    )
    assert told.returncode == 1
    assert "DAPING_VIEW_TOKEN" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
