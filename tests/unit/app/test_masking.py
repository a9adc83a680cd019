import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.masking import UserMask, masked


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("u_2513946780", "u_25••••80"),
        ("u_000127", "u_••••27"),
        ("12680", "1••••80"),
        ("anna", "a••••"),
        ("", "••••"),
    ],
)
def test_a_user_id_is_never_shown_whole(user: str, shown: str) -> None:
    assert masked(user) == shown


def test_users_that_look_alike_have_rows_of_their_own() -> None:
    mask = UserMask(b"secret")
    rows = [{"key": user, "value": 1} for user in ("u_25139480", "u_25777780")]
    shown = mask._mask({"rows": rows})["rows"]
    assert shown[0]["key"] == shown[1]["key"]
    assert shown[0]["id"] != shown[1]["id"]
    assert shown[0]["id"] == mask.row_id("u_25139480")


def test_a_rows_name_cannot_be_tried_out_without_the_secret() -> None:
    assert UserMask(b"one").row_id("u_1") != UserMask(b"two").row_id("u_1")


@given(st.text(min_size=1))
def test_no_user_id_is_shown_whole(user: str) -> None:
    shown = masked(user)
    assert shown != user
    assert len(shown.replace("••••", "")) < len(user) or "••••" in user
