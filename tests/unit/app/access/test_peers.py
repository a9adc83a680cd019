import pytest

from app.access.peers import Peers, address, host_name, neighbourhood
from app.access.roles import Role
from app.settings import ScreenSettings

PEERS = Peers.of(
    ScreenSettings(
        trusted_proxy="10.0.0.0/24, fd00::5",
        proxy_user_header="X-User",
        proxy_role_header="X-Role",
    )
)


@pytest.mark.parametrize(
    ("peer", "hops", "asker"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("fd00::5", "2001:db8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_the_asker_is_the_last_hop_no_trusted_proxy_has(
    peer: str, hops: str | None, asker: str
) -> None:
    forwarded = {} if hops is None else {"HTTP_X_FORWARDED_FOR": hops}
    assert PEERS.asker({"REMOTE_ADDR": peer, **forwarded}) == asker


def test_a_name_is_read_as_utf8_and_without_what_cannot_be_seen() -> None:
    told = "张三\x07".encode().decode("latin-1") + "x" * 100
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_USER": told, "HTTP_X_ROLE": "wall"}
    named = PEERS.named(environ)
    assert named is not None
    assert named[0].startswith("张三x")
    assert (len(named[0]), named[1]) == (64, Role.WALL)


def test_what_others_say_of_themselves_is_taken_away() -> None:
    environ = {"HTTP_X_USER": "eve", "HTTP_X_ROLE": "operator", "HTTP_HOST": "x"}
    far, proxy = {"REMOTE_ADDR": "203.0.113.5", **environ}, {"REMOTE_ADDR": "10.0.0.1", **environ}
    PEERS.forget_hearsay(far)
    PEERS.forget_hearsay(proxy)
    assert far == {"REMOTE_ADDR": "203.0.113.5", "HTTP_HOST": "x"}
    assert proxy == {"REMOTE_ADDR": "10.0.0.1", **environ}


def test_addresses_and_names_of_hosts() -> None:
    assert str(address("::ffff:127.0.0.1")) == "127.0.0.1"
    assert address("localhost") is None
    assert host_name("[::1]:8050") == "::1"
    assert host_name("Wall.Example:80") == "wall.example"
    assert neighbourhood("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert neighbourhood("203.0.113.5") == "203.0.113.5"
    assert neighbourhood("unknown") == "unknown"
