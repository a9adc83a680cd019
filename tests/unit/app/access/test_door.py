import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.access.sessions import LIFE_S, RENEW_S
from app.access.table import ANALYST, CLOSED, OPERATOR, TABLE, WALL, rule_of
from tests.unit.app.access.door_site import FAR, OPERATE, TOKENS, VIEW, DoorSite, bearer

PAST = "date=2026-06-18"
BY_NAME = {"proxy_user_header": "X-Forwarded-User"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> DoorSite:
    return DoorSite(tmp_path_factory.mktemp("door"), **TOKENS)


def paths_of(site: DoorSite) -> list[str]:
    """Return a path for every route the server really has."""
    rules = [rule.rule for rule in site.app.server.url_map.iter_rules()]
    return [re.sub(r"<[^>]+>", "client.js", rule) for rule in rules]


def test_every_route_of_the_server_stands_in_the_table_or_is_closed(site: DoorSite) -> None:
    for rule in site.app.server.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        found = rule_of(path)
        assert (found is None) == (rule.rule in CLOSED), rule.rule
        if found is not None:
            assert found.methods <= rule.methods, rule.rule


def test_every_line_of_the_table_is_a_route_of_the_server(site: DoorSite) -> None:
    routes = {rule.rule.partition("<")[0] for rule in site.app.server.url_map.iter_rules()}
    assert {rule.path for rule in TABLE} <= routes


def test_what_acts_is_never_read_with_get() -> None:
    for rule in TABLE:
        if rule.acting:
            assert rule.methods <= {"POST", "DELETE"}
            assert rule.least is OPERATOR


def test_without_a_token_every_path_is_401_those_that_are_not_there_too(site: DoorSite) -> None:
    for path in (*paths_of(site), "/nowhere", "/assets/../app.py", "/%00", "/.git/config"):
        for method in ("GET", "POST", "DELETE", "OPTIONS", "PUT"):
            answer = site.ask(method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.headers["Cache-Control"] == "no-store"
            assert "X-Heard-At" not in answer.headers


@pytest.mark.parametrize(
    ("token", "role"),
    [("wall_token", WALL), ("view_token", ANALYST), ("operator_token", OPERATOR)],
)
def test_each_token_opens_what_its_role_may_see_and_nothing_else(
    site: DoorSite, token: str, role: Any
) -> None:
    for rule in TABLE:
        path = f"{rule.path}client.js" if rule.path == "/assets/" else rule.path
        for method in rule.methods - {"HEAD"}:
            status = site.ask(method, path, Authorization=bearer(TOKENS[token])).status_code
            assert (status == 403) == (role < rule.least), (method, path, status)
            assert status not in (401, 405)


def test_a_wall_sees_what_is_live_and_not_the_past(site: DoorSite) -> None:
    wall, view = bearer(TOKENS["wall_token"]), bearer(VIEW)
    for path in ("/frame.json", "/view.json"):
        assert site.get(f"{path}?window=24H", Authorization=wall).status_code != 403
        refused = site.get(f"{path}?{PAST}", Authorization=wall)
        assert (refused.status_code, "analyst" in refused.json["message"]) == (403, True)
        assert site.get(f"{path}?{PAST}", Authorization=view).status_code != 403
    assert "data-role" in site.get("/_dash-layout", Authorization=wall).text
    assert '"data-role":"wall"' in site.get("/_dash-layout", Authorization=wall).text
    assert '"data-role":"analyst"' in site.get("/_dash-layout", Authorization=view).text


def test_the_first_visit_leaves_a_session_and_no_token(site: DoorSite) -> None:
    client = site.client()
    first = client.get(f"/?window=24H&token={VIEW}&lang=en", environ_overrides=FAR)
    assert (first.status_code, first.headers["Location"]) == (303, "/?window=24H&lang=en")
    cookie = first.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in cookie
    assert VIEW not in str(first.headers)
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/", environ_overrides=FAR).status_code == 200
    assert client.get("/metrics", environ_overrides=FAR).status_code == 200
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/metrics", "/nowhere"):
        assert VIEW not in client.get(path, environ_overrides=FAR).text
    assert VIEW not in site.audit()
    assert '"role":"analyst","peer":"203.0.113.5"' in site.audit()


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/?token={}", "/"),
        ("/?%74oken={}", "/"),
        ("/?token={}&date=2026-06-18&drill=region:east", "/?date=2026-06-18&drill=region:east"),
        ("/frame.json?token={}", "/frame.json"),
        ("/nowhere?token={}", "/"),
    ],
)
def test_the_address_is_the_same_without_the_token(
    site: DoorSite, asked: str, location: str
) -> None:
    answer = site.get(asked.format(VIEW))
    assert (answer.status_code, answer.headers["Location"]) == (303, location)


def test_an_exchange_leads_nowhere_else(site: DoorSite) -> None:
    client = site.app.server.test_client()
    answer = client.get(
        f"//evil.example/?token={VIEW}", base_url="http://localhost", environ_overrides=FAR
    )
    assert answer.headers["Location"] == "/"


def test_two_tokens_in_an_address_are_none(site: DoorSite) -> None:
    peer = "203.0.113.77"
    assert site.get(f"/?token={VIEW}&token={OPERATE}", peer).status_code == 401


def test_a_session_is_renewed_in_use_and_ends_without(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, **TOKENS)
    client = site.client()
    client.get(f"/?token={VIEW}", environ_overrides=FAR)
    assert "Set-Cookie" not in client.get("/healthz", environ_overrides=FAR).headers
    for _ in range(40):  # longer than a session lives
        site.clock.advance((RENEW_S + 1) * 1000)
        assert "Set-Cookie" in client.get("/healthz", environ_overrides=FAR).headers
    site.clock.advance((LIFE_S + 1) * 1000)
    assert client.get("/healthz", environ_overrides=FAR).status_code == 401


def test_a_session_survives_a_restart_but_not_another_token(tmp_path: Path) -> None:
    client = DoorSite(tmp_path, **TOKENS).client()
    client.get(f"/?token={VIEW}", environ_overrides=FAR)
    cookie = client.get_cookie("daping_8050")
    assert cookie is not None
    asked = {"Cookie": f"daping_8050={cookie.value}"}
    again = DoorSite(tmp_path, **TOKENS)
    assert again.get("/healthz", **asked).status_code == 200
    other = DoorSite(tmp_path, **{**TOKENS, "view_token": "another-token-0123456789"})
    assert other.get("/healthz", **asked).status_code == 401


def test_wrong_tokens_are_answered_ten_times_a_minute(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, **TOKENS)
    wrong = [site.get(f"/?token=wrong-{n}").status_code for n in range(11)]
    assert wrong == [401] * 10 + [429]
    right = site.get(f"/?token={VIEW}")
    assert (right.status_code, right.headers["Retry-After"]) == (429, "60")
    assert site.get("/healthz", Authorization=bearer(VIEW)).status_code == 429
    assert site.get(f"/?token={VIEW}", "203.0.113.6").status_code == 303
    site.clock.advance(60_000)
    assert site.get(f"/?token={VIEW}").status_code == 303


def test_a_browser_is_told_in_a_page_and_a_program_in_json(site: DoorSite) -> None:
    page = site.get("/", Accept="text/html,*/*")
    assert page.mimetype == "text/html"
    assert "令牌" in page.text
    assert "token" in page.text
    assert "<form" not in page.text
    assert "<script" not in page.text
    assert site.get("/").json["status"] == 401


def test_loopback_is_this_machine_only_by_its_own_name_and_unforwarded(site: DoorSite) -> None:
    local = "127.0.0.1"
    for host in ("localhost:8050", "127.0.0.1:8050", "[::1]:8050", "LOCALHOST"):
        assert site.get("/metrics", local, Host=host).status_code == 200
    for host in ("evil.example", "wall.example:8050", "127.0.0.1.evil.example", ""):
        assert site.get("/metrics", local, Host=host).status_code == 401
    forwarded = {"X_Forwarded_For": "203.0.113.5"}, {"Forwarded": "for=x"}, {"X_Real_IP": "x"}
    for headers in forwarded:
        assert site.get("/metrics", local, **headers).status_code == 401
    assert site.get("/metrics", "::ffff:127.0.0.1").status_code == 200
    assert site.get("/metrics", local, Authorization="Bearer no").status_code == 200


def test_a_proxy_nobody_trusts_says_nothing(site: DoorSite) -> None:
    for peer in ("203.0.113.5", "127.0.0.1"):
        told = {"X_Forwarded_User": "eve", "X_Daping_Role": "operator", "X_Forwarded_For": "::1"}
        assert site.get("/", peer, **told).status_code == 401


def test_a_trusted_proxy_names_people_and_roles(tmp_path: Path) -> None:
    site = DoorSite(
        tmp_path, trusted_proxy="10.0.0.5,127.0.0.0/8", proxy_role_header="X-Role", **BY_NAME
    )
    for peer in ("10.0.0.5", "127.0.0.1"):
        assert site.get("/healthz", peer).status_code == 401
        assert site.get("/healthz", peer, X_Role="operator").status_code == 401
        assert site.get("/healthz", peer, X_Forwarded_User="ann").status_code == 401
        ann = {"X_Forwarded_User": "ann", "X_Role": "wall"}
        assert site.get("/healthz", peer, **ann).status_code == 200
        assert site.get("/metrics", peer, **ann).status_code == 403
        assert site.get("/metrics", peer, **{**ann, "X_Role": "analyst"}).status_code == 200
        assert site.get("/metrics", peer, **{**ann, "X_Role": "analyst,wall"}).status_code == 401


def test_a_proxy_without_a_header_for_roles_names_analysts(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, trusted_proxy="10.0.0.0/24", **BY_NAME)
    ann = {"X_Forwarded_User": "ann", "X_Daping_Role": "operator"}
    layout = site.get("/_dash-layout", "10.0.0.9", **ann)
    assert '"data-role":"analyst"' in layout.text


def test_a_trusted_proxy_that_names_nobody_lets_nobody_in(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, trusted_proxy="10.0.0.5", **TOKENS)
    told = {"X_Forwarded_User": "eve", "X_Forwarded_For": "203.0.113.5"}
    assert site.get("/healthz", "10.0.0.5", **told).status_code == 401
    assert site.get("/healthz", "10.0.0.5", Authorization=bearer(VIEW)).status_code == 200


def test_the_address_behind_a_trusted_proxy_is_held_to_account(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, trusted_proxy="10.0.0.0/24", **TOKENS)
    far = "198.51.100.1, 203.0.113.9, 10.0.0.7"
    for _ in range(11):
        last = site.get("/?token=wrong", "10.0.0.5", X_Forwarded_For=far)
    assert last.status_code == 429
    lines = [orjson.loads(line) for line in site.audit().splitlines()]
    assert {line["peer"] for line in lines} == {"203.0.113.9"}
    other = site.get(f"/?token={VIEW}", "10.0.0.5", X_Forwarded_For="203.0.113.8")
    assert other.status_code == 303
    made_up = site.get("/?token=wrong", "203.0.113.9", X_Forwarded_For="10.0.0.1")
    assert made_up.status_code == 429


def test_https_is_known_from_a_trusted_proxy_alone(tmp_path: Path) -> None:
    site = DoorSite(tmp_path, trusted_proxy="10.0.0.5", **TOKENS)
    asked = f"/?token={VIEW}"
    by_proxy = site.get(asked, "10.0.0.5", X_Forwarded_Proto="https").headers
    assert "Secure" in by_proxy["Set-Cookie"]
    assert "Strict-Transport-Security" in by_proxy
    made_up = site.get(asked, X_Forwarded_Proto="https").headers
    assert "Secure" not in made_up["Set-Cookie"]
    assert "Strict-Transport-Security" not in made_up


def test_a_session_changes_things_only_from_a_page_of_this_site(site: DoorSite) -> None:
    client = site.client()
    client.get(f"/?token={VIEW}", environ_overrides=FAR)

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = "/recount.json?id=x"
        answer = client.delete(asked, headers=named, environ_overrides=FAR)
        return int(answer.status_code)

    assert status() == 403
    assert status(Origin="http://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Origin="http://localhost", Sec_Fetch_Site="cross-site") == 403
    assert status(Sec_Fetch_Site="same-site") == 403
    assert status(Origin="http://localhost", X_Forwarded_Host="evil.example") == 200
    assert status(Origin="http://evil.example", X_Forwarded_Host="evil.example") == 403
    assert status(Origin="http://localhost") == 200
    assert status(Sec_Fetch_Site="same-origin") == 200
    by_program = site.ask("DELETE", "/recount.json?id=x", Authorization=bearer(VIEW))
    assert by_program.status_code == 200


def test_answers_that_are_not_for_everybody_say_so(site: DoorSite) -> None:
    assert "private" in site.get("/healthz", Authorization=bearer(VIEW)).headers["Cache-Control"]


def test_a_token_that_no_asker_should_send_is_not_repeated(site: DoorSite) -> None:
    local = {"environ_overrides": {"REMOTE_ADDR": "127.0.0.1"}}
    for path in ("/nowhere", "/frame.json", "/why.json", "/export.csv"):
        answer = site.client().post(f"{path}?token={OPERATE}&x=1", **local)
        assert OPERATE not in answer.text
