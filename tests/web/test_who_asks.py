"""Who asks: a proxy's word only from a proxy, the machine's own reader limits by who really asks."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_browser.py")))
PROXY = {"trusted_proxies": "10.0.0.1 10.1.0.0/16", "proxy_header": "X-Forwarded-Email"}


def test_a_trusted_proxy_signs_in_whom_it_names_and_makes_new_readers(open_place):
    place = open_place(**PROXY)
    for address in ("10.0.0.1", "10.1.7.7"):
        assert _BROWSER.Browser(place, address, x_forwarded_email="Boss@Example.org").name() == "boss"
    assert _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="new@example.org").name() == "new"
    assert _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="new@example.org").name() == "new"
    assert place.count() == 2


def test_a_proxy_does_not_make_the_operator(open_place):
    place = open_place(with_operator=False, **PROXY)
    student = _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="student@example.org")
    assert student.get("/readers").status_code == 401
    assert (student.get("/").status_code, student.get("/healthz").status_code, place.count()) == (200, 200, 0)
    place.add("boss", "boss@example.org")
    assert _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="boss@example.org").get("/readers").status_code == 200
    assert student.get("/readers").status_code == 403


@pytest.mark.parametrize("address", ["10.0.0.2", "198.51.100.7", "127.0.0.1", "::1", "", "10.0.0.1.evil"])
def test_from_anybody_else_the_header_says_nothing(open_place, address):
    browser = _BROWSER.Browser(open_place(**PROXY), address, x_forwarded_email="boss@example.org")
    assert browser.name() is None
    assert browser.get("/readers").status_code == 401
    assert browser.place.count() == 1


def test_without_the_setting_the_header_says_nothing(open_place):
    place = open_place(trusted_proxies="10.0.0.1")
    assert _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="boss@example.org").name() is None


@pytest.mark.parametrize("named", ["x", "boss@example.org, eve@example.org", "boss@example.org\t", "\xe9@example.org"])
def test_what_is_no_address_signs_nobody_in(open_place, named):
    browser = _BROWSER.Browser(open_place(**PROXY), "10.0.0.1", x_forwarded_email=named)
    if named.strip() == named:
        assert browser.get("/account").status_code == 401
    assert browser.place.count() == 1


def test_two_headers_of_that_name_sign_nobody_in(open_place):
    """One of them may be the visitor's own, let through by a proxy that only adds."""
    from starlette.requests import Request

    from broadsheet.domain.errors import NotSignedIn
    from broadsheet.web.visitors import identify_visitor

    place = open_place(**PROXY)
    header = b"x-forwarded-email"
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "client": ("10.0.0.1", 1), "app": place.app,
        "headers": [(header, b"boss@example.org"), (header, b"eve@example.org")],
    }  # fmt: skip
    with pytest.raises(NotSignedIn):
        identify_visitor(Request(scope))


def test_who_is_blocked_does_not_come_in_by_the_proxy(open_place):
    from broadsheet.usecases.accounts import change_reader

    place = open_place(**PROXY)
    place.add("ada", "ada@example.org")
    change_reader(place.house.database, None, "ada", place.now, is_blocked=True)
    assert _BROWSER.Browser(place, "10.0.0.1", x_forwarded_email="ada@example.org").name() is None


def test_forms_through_a_proxy_need_their_secret(open_place):
    browser = _BROWSER.Browser(open_place(**PROXY), "10.0.0.1", x_forwarded_email="boss@example.org")
    assert browser.post("/account", {"name": "pwned", "full_name": ""}).status_code == 403
    assert browser.submit("/account", "/account", name="chief", full_name="").status_code == 303


@pytest.mark.parametrize(
    ("chain", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"), ("1.2.3.4, 203.0.113.5", "203.0.113.5"),
        ("1.2.3.4, 203.0.113.5, 10.1.0.9", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"), ("[2001:db8::5]:80", "2001:db8::/64"), ("2001:db8::9", "2001:db8::/64"),
        ("", "10.0.0.1"), ("10.1.0.1", "10.0.0.1"), (" , ,", "10.0.0.1"),
    ],
)  # fmt: skip
def test_behind_a_proxy_limits_count_the_address_that_the_proxy_saw(open_place, chain, counted):
    place = open_place(**PROXY)
    seen = []
    take = place.app.state.site.limits.take
    place.app.state.site.limits.take = lambda limit, who: seen.append(who) or take(limit, who)
    _BROWSER.Browser(place, "10.0.0.1", x_forwarded_for=chain).get("/papers?q=x")
    _BROWSER.Browser(place, "198.51.100.7", x_forwarded_for=chain).get("/papers?q=x")
    assert seen == [counted, "198.51.100.7"]


def test_too_many_sign_ins_from_an_address_are_refused_whatever_the_visitor_claims(open_place):
    place = open_place(sign_ins_per_hour=3)
    for n in range(5):
        stranger = _BROWSER.Browser(place, x_forwarded_for=f"203.0.113.{n}")
        stranger.post("/sign-in", {"email": f"a{n}@example.org"})
    assert stranger.answer.status_code == 429
    assert 0 < int(stranger.answer.headers["retry-after"]) <= 1_200
    assert "try again in" in stranger.answer.text
    assert stranger.get("/sign-in/guess").status_code == 429
    assert _BROWSER.Browser(place, "203.0.113.1").post("/sign-in", {"email": "a@example.org"}).status_code == 200


def test_writes_are_counted_by_reader_wherever_they_come_from(open_place):
    place = open_place(writes_per_minute=2)
    links = [place.add(name)[1] for name in ("ada", "bo")]
    ada, bo = _BROWSER.Browser(place), _BROWSER.Browser(place)
    ada.open_link(f"/sign-in/{links[0]}")
    bo.open_link(f"/sign-in/{links[1]}")
    statuses = []
    for n in range(3):
        ada.address = f"203.0.113.{n}"
        statuses.append(ada.submit("/account", "/account", name="ada", full_name="").status_code)
    assert statuses == [303, 303, 429]
    assert bo.submit("/account", "/account", name="bo", full_name="").status_code == 303


def test_programs_are_told_where_they_stand(open_place):
    place = open_place(writes_per_minute=2, adding="everyone")
    asked = [
        place.client.request("POST", "/api/v1/papers", {"content-type": "application/json"}, b'{"text": "nothing"}')
        for _ in range(3)
    ]
    assert [answer.status_code for answer in asked] == [400, 400, 429]
    assert [answer.headers["ratelimit"].partition(";t=")[0] for answer in asked] == [
        '"write";r=1', '"write";r=0', '"write";r=0',
    ]  # fmt: skip
    full = [int(answer.headers["ratelimit"].partition(";t=")[2]) for answer in asked]
    assert full == sorted(full), "when it is whole again, in refusals as before"
    assert full[2] == int(asked[2].headers["retry-after"]) + 30
    assert {answer.headers["ratelimit-policy"] for answer in asked} == {'"write";q=2;w=60'}
    assert asked[2].json()["status"] == 429
    assert 0 < int(asked[2].headers["retry-after"]) <= 30
    assert "ratelimit" not in place.client.request("GET", "/papers?q=x").headers


def test_the_machine_has_rights_only_while_nobody_has_an_account(open_place):
    place = open_place(with_operator=False)
    here = _BROWSER.Browser(place, "127.0.0.1", host="localhost:8765")
    assert here.get("/readers").status_code == 200
    assert here.name() == "local"
    for address, headers in (
        ("198.51.100.7", {"host": "localhost:8765"}), ("127.0.0.1", {"host": "evil.example"}),
        ("127.0.0.1", {"host": "localhost", "x_forwarded_for": "198.51.100.7"}),
        ("127.0.0.1", {"host": "localhost", "via": "x"}),
    ):  # fmt: skip
        assert _BROWSER.Browser(place, address, **headers).get("/readers").status_code == 401
    assert here.post("/account", {"full_name": "pwned"}, **{"sec-fetch-site": "cross-site"}).status_code == 403
    place.add("boss")
    assert here.name() is None
    assert here.get("/readers").status_code == 401


def test_the_first_account_takes_over_what_the_machine_had(open_place):
    place = open_place(with_operator=False)
    here = _BROWSER.Browser(place, "127.0.0.1", host="localhost:8765")
    before = here.get("/account/export").json()["readers"][0]["pk"]
    ada = _BROWSER.Browser(place)
    ada.open_link(f"/sign-in/{place.add('ada')[1]}")
    after = ada.get("/account/export").json()["readers"][0]
    assert (after["pk"], after["role"], after["name"]) == (before, "operator", "ada")


@pytest.mark.parametrize(
    "headers",
    [{"accept": "application/json, text/plain, */*"}, {"accept": "text/markdown"}, {"authorization": "Bearer bs_none"}],
)
def test_a_program_is_told_what_is_wrong_as_json_at_every_address(place, headers):
    for address, status in (("/library", 401), ("/papers/date/yesterday", 400), ("/nowhere", 404)):
        answer = place.client.request("GET", address, headers)
        wanted = 401 if "authorization" in headers and status != 404 else status
        assert (answer.status_code, answer.json()["status"]) == (wanted, wanted)
        assert (answer.headers["vary"], answer.headers["cache-control"]) == ("Accept, Authorization", "no-store")
    page = place.client.request("GET", "/library", {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (401, "text/html; charset=utf-8")
