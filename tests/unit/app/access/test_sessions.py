import base64
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.roles import Role
from app.access.sessions import KEY_FILE, LIFE_S, Session, Sessions, kept_key
from app.access.tokens import Tokens
from pipeline.errors import ConfigurationError

HELD = {role: f"{role.label}-token-0123456789" for role in Role}
KEY = bytes(range(32))
SESSIONS = Sessions(KEY, Tokens(HELD))
NOW = 1_800_000_000
ROLES = st.sampled_from(list(Role))


@given(ROLES, st.integers(0, 2**35), st.integers(0, LIFE_S - 1))
def test_a_session_holds_for_its_life(role: Role, began: int, age: int) -> None:
    value = SESSIONS.issue(role, began)
    assert SESSIONS.read(value, began + age) == Session(role, began + LIFE_S)
    assert SESSIONS.read(value, began + LIFE_S) is None


@given(ROLES, st.data())
def test_no_character_of_a_session_can_be_another(role: Role, data: st.DataObject) -> None:
    value = SESSIONS.issue(role, NOW)
    at = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = value[:at] + other + value[at + 1 :]
    assert (SESSIONS.read(changed, NOW) is None) == (changed != value)


@given(ROLES, ROLES, st.integers(1, 10**9))
def test_neither_role_nor_end_can_be_written_over(role: Role, other: Role, more: int) -> None:
    told, until, signature = SESSIONS.issue(role, NOW).split(".")
    assert SESSIONS.read(f"{told}.{int(until) + more}.{signature}", NOW) is None
    raised = SESSIONS.read(f"{other.label}.{until}.{signature}", NOW)
    assert raised == (Session(role, int(until)) if other is role else None)


@given(st.text(max_size=200))
def test_what_is_no_session_is_none(value: str) -> None:
    assert SESSIONS.read(value, NOW) is None


@given(ROLES, st.binary(min_size=32, max_size=32))
def test_a_session_is_of_one_key_and_one_token(role: Role, key: bytes) -> None:
    value = SESSIONS.issue(role, NOW)
    other = {**HELD, role: "another-token-0123456789"}
    assert (Sessions(key, Tokens(HELD)).read(value, NOW) is None) == (key != KEY)
    assert Sessions(KEY, Tokens(other)).read(value, NOW) is None
    without = {r: token for r, token in HELD.items() if r is not role}
    assert Sessions(KEY, Tokens(without)).read(value, NOW) is None


@given(ROLES)
def test_the_token_is_not_in_the_session(role: Role) -> None:
    value = SESSIONS.issue(role, NOW)
    assert HELD[role] not in value
    assert base64.b64encode(HELD[role].encode()).decode().rstrip("=") not in value


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(kept_key(home))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert len(made) == 8
    assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == [KEY_FILE]


def test_a_key_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    kept_key(tmp_path)
    path = tmp_path / KEY_FILE
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        kept_key(tmp_path)
    path.chmod(0o600)
    path.write_text("")
    with pytest.raises(ConfigurationError, match="delete it"):
        kept_key(tmp_path)


def test_a_home_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(ConfigurationError, match="DAPING_HOME"):
        kept_key(tmp_path / "home")
