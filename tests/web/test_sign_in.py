"""Signing in by a link: once, soon, in one browser; nobody learns who has an account, nobody is led elsewhere."""

from __future__ import annotations

import runpy
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event

from broadsheet.usecases.accounts import change_reader
from broadsheet.usecases.sign_in import Browser as Coming
from broadsheet.usecases.sign_in import invite, open_link

_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_browser.py")))


@pytest.fixture
def place_settings():
    return {"registration": "open"}


def test_asked_opened_signed_in_and_led_on(place, browser):
    assert browser.submit("/sign-in?next=/papers/trending", "/sign-in", email=" Ada@Example.org ").status_code == 200
    path = place.link("ada@example.org")
    assert "Sign in" in browser.page(path).css_first("main").text()
    assert browser.name() is None  # opening is not enough: mail programs open links
    done = browser.post(path)
    assert (done.status_code, done.headers["location"]) == (303, "/papers/trending")
    assert done.headers["cache-control"] == "no-store"
    assert browser.name() == "ada"


def test_a_link_is_good_once(place, browser):
    browser.sign_in("ada@example.org")
    path = place.link("ada@example.org")
    browser.cookies.pop("broadsheet_session")
    assert browser.get(path).status_code == 403
    assert browser.post(path).status_code == 403
    assert browser.name() is None


@pytest.mark.parametrize(("minutes", "status"), [(14.9, 303), (15, 403)])
def test_a_link_is_good_for_a_quarter_of_an_hour(place, browser, minutes, status):
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    place.wait(minutes=minutes)
    assert browser.open_link(place.link("ada@example.org")).status_code == status


def test_a_link_works_only_in_the_browser_that_asked(place, browser):
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    path, thief = place.link("ada@example.org"), _BROWSER.Browser(place)
    assert "only in the browser that asked" in thief.open_link(path).text
    assert thief.post(path).status_code == 403
    thief.submit("/sign-in", "/sign-in", email="eve@example.org")
    assert thief.post(path).status_code == 403
    assert thief.name() is None
    assert browser.open_link(path).status_code == 303


def test_a_link_that_an_operator_made_works_in_any_browser_once(place, browser):
    _, secret = place.add("bo")
    assert browser.open_link(f"/sign-in/{secret}").status_code == 303
    assert browser.name() == "bo"
    assert _BROWSER.Browser(place).open_link(f"/sign-in/{secret}").status_code == 403


def test_one_link_opened_many_times_at_once_gives_one_session(place):
    _, secret = place.add("bo")

    def open_it(_: int) -> bool:
        try:
            open_link(place.house.database, secret, Coming("", ("", "")), "closed", place.now)
        except Exception as error:
            return type(error).__name__ != "NotAllowed"
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(open_it, range(8))) == 1
    with place.house.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 1


def test_signing_in_makes_a_new_session_and_ends_the_one_before(place, browser):
    browser.cookies["broadsheet_session"] = "chosen-by-somebody-else"
    browser.sign_in("ada@example.org")
    first = browser.cookies["broadsheet_session"]
    assert first != "chosen-by-somebody-else"
    browser.sign_in("ada@example.org")
    second = browser.cookies["broadsheet_session"]
    browser.cookies["broadsheet_session"] = first
    assert browser.name() is None
    browser.cookies["broadsheet_session"] = second
    assert browser.name() == "ada"


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(browser):
    browser.sign_in("ada@example.org")
    kept = dict(browser.cookies)
    assert browser.submit("/account", "/sign-out").headers["location"] == "/"
    assert "broadsheet_session" not in browser.cookies
    browser.cookies = kept
    assert browser.name() is None


def test_a_session_ends_after_sixty_days_without_use(place, browser):
    browser.sign_in("ada@example.org")
    place.wait(days=59)
    assert browser.name() == "ada"
    place.wait(days=59)
    assert browser.name() == "ada"
    place.wait(days=60)
    assert browser.name() is None


@pytest.mark.parametrize(("registration", "may"), [("open", True), ("invite", False), ("closed", False)])
def test_who_may_make_an_account(open_place, registration, may):
    place = open_place(registration=registration)
    browser = _BROWSER.Browser(place)
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    assert bool(place.mail()) == may
    browser.submit("/sign-in", "/sign-in", email="boss@example.org")
    assert browser.open_link(place.link("boss@example.org")).status_code == 303


def test_an_invitation_makes_one_account(open_place):
    place = open_place(registration="invite")
    query = f"?invitation={invite(place.house.database, None, '', place.now)}"
    ada, bo = _BROWSER.Browser(place), _BROWSER.Browser(place)
    ada.submit(f"/sign-in{query}", "/sign-in", email="ada@example.org")
    bo.submit(f"/sign-in{query}", "/sign-in", email="bo@example.org")
    assert ada.open_link(place.link("ada@example.org")).status_code == 303
    refused = bo.open_link(place.link("bo@example.org"))
    assert (refused.status_code, place.count()) == (403, 2)
    assert "need an invitation" in refused.text
    place.wait(days=14)
    late = f"?invitation={invite(place.house.database, None, '', place.now)}"
    place.wait(days=14)
    bo.submit(f"/sign-in{late}", "/sign-in", email="cy@example.org")
    assert [message["To"] for message in place.mail()].count("cy@example.org") == 0


def test_an_invitation_opens_nothing_where_registration_is_closed(open_place):
    place = open_place(registration="closed")
    secret = invite(place.house.database, None, "", place.now)
    _BROWSER.Browser(place).submit(f"/sign-in?invitation={secret}", "/sign-in", email="ada@example.org")
    assert place.mail() == []


def test_a_link_asked_for_before_there_was_an_operator_makes_no_account_after(open_place):
    place = open_place(with_operator=False, registration="invite")
    stranger = _BROWSER.Browser(place)
    stranger.submit("/sign-in", "/sign-in", email="eve@example.org")
    place.add("boss")
    assert stranger.open_link(place.link("eve@example.org")).status_code == 403
    assert place.count() == 1


def test_the_first_reader_is_the_operator(open_place):
    place = open_place(with_operator=False, registration="closed")
    browser = _BROWSER.Browser(place)
    browser.sign_in("ada@example.org")
    assert browser.get("/readers").status_code == 200
    other = _BROWSER.Browser(place)
    other.submit("/sign-in", "/sign-in", email="bo@example.org")
    assert len(place.mail()) == 1


def answers(place, email):
    """Ask for a link with a new browser; return all that a stranger sees of it, and the statements that it took."""
    statements = []
    engines = (place.house.database._readers, place.house.database._writer)

    def note(*given):
        statements.append(given[2])

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    browser = _BROWSER.Browser(place)
    browser.cookies["broadsheet_browser"] = "the-same"
    answer = browser.post("/sign-in", {"email": email})
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return answer.status_code, answer.text.replace(email, "THEM"), answer.headers.multi_items(), len(statements)


@pytest.mark.parametrize("registration", ["open", "invite", "closed"])
def test_nobody_learns_who_has_an_account(open_place, registration):
    place = open_place(registration=registration)
    place.add("ada", "ada@example.org")
    place.add("bad", "bad@example.org")
    change_reader(place.house.database, None, "bad", place.now, is_blocked=True)
    answers(place, "warm@example.org")
    known = answers(place, "ada@example.org")
    assert known[0] == 200
    for stranger in ("new@example.org", "bad@example.org"):
        assert answers(place, stranger) == known
    assert [message["To"] for message in place.mail()].count("bad@example.org") == 0
    for email in ("ada@example.org", "new@example.org"):
        for _ in range(6):
            last = answers(place, email)
        assert last[:3] == known[:3]


def test_a_mailbox_is_not_flooded(place, browser):
    for _ in range(8):
        browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    place.wait(minutes=50)
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    assert len(place.mail()) == 5
    place.wait(minutes=11)
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    assert len(place.mail()) == 6


@pytest.mark.parametrize(
    "email",
    [
        "", "ada", "ada@", "@example.org", "a b@example.org",
        "ada@example.org\r\nBcc: eve@example.org", "ada@exa\nmple.org",
        "ada@example.org,eve@example.org", "Ada <ada@example.org>", "ада@example.org", "ada@exampl\u212a.org",
        "a" * 300, ".a@example.org", "a..b@example.org", "a@-x.org", "a@example",
        "ada@example.org\x00", "ada@[127.0.0.1]", '"a"@example.org',
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_nothing_is_sent(place, browser, email):
    answer = browser.submit("/sign-in", "/sign-in", email=email)
    assert answer.status_code == 400
    assert place.mail() == []


def test_the_outbox_is_for_its_owner_alone(place, browser):
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    outbox = place.house.folder / "outbox"
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    (message,) = outbox.iterdir()
    assert stat.S_IMODE(message.stat().st_mode) == 0o600


def test_an_outbox_that_cannot_be_written_is_told_and_leaves_no_link(place, browser):
    (place.house.folder / "outbox").write_text("a file where the folder should be")
    answer = browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    assert answer.status_code == 502
    with place.house.database.read() as connection:
        assert (
            connection.exec_driver_sql(
                "SELECT count(*) FROM sign_in_links WHERE email <> 'boss@example.org'"
            ).scalar_one()
            == 0
        )


@pytest.mark.parametrize(
    ("settings", "headers", "secure"),
    [
        ({}, {}, False),
        ({"address": "https://papers.example.org"}, {}, True),
        ({}, {"x_forwarded_proto": "https"}, False),
        ({"trusted_proxies": "198.51.100.0/24"}, {"x_forwarded_proto": "https"}, True),
    ],
)
def test_cookies_are_closed_to_scripts_and_other_sites(open_place, settings, headers, secure):
    browser = _BROWSER.Browser(open_place(**settings), **headers)
    browser.submit("/sign-in", "/sign-in", email="ada@example.org")
    lines = browser.answer.headers.get_list("set-cookie")
    lines += browser.open_link(browser.place.link("ada@example.org")).headers.get_list("set-cookie")
    lines += browser.submit("/account", "/sign-out").headers.get_list("set-cookie")
    assert len(lines) == 3
    for line in lines:
        flags = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert ("secure" in flags) == secure
        assert not any(flag.startswith("domain") for flag in flags)


def test_no_link_leads_where_the_request_says_it_came_to(open_place):
    place = open_place(address="https://papers.example.org")
    browser = _BROWSER.Browser(place, host="evil.example", x_forwarded_host="evil.example")
    browser.post("/sign-in", {"email": "ada@example.org"})
    body = place.mail()[0].as_string()
    assert "https://papers.example.org/sign-in/" in body
    assert "evil" not in body


def test_another_site_signs_nobody_in(place, browser):
    """Login forgery: a page elsewhere must not put its own reader's session into a visitor's browser."""
    _, secret = place.add("eve")
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert browser.post(f"/sign-in/{secret}", **headers).status_code == 403
    assert browser.name() is None


def test_where_a_refused_page_was_leads_back_to_it(place, browser):
    page = browser.page("/account?x=1", status=401)
    assert page.css_first("input[name=next]").attributes["value"] == "/account?x=1"
    page = browser.page("//evil.example/readers", status=404)
    done = browser.sign_in("ada@example.org", next="//evil.example/readers")
    assert urlsplit(done.headers["location"]).netloc == ""
    assert done.headers["location"] == "/"
